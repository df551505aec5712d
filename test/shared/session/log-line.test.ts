// Lines of logs as the projects print them: which tell something, and when that was.
import { expect, it } from 'vitest';
import { logMark } from '../../../shared/session/log-line.ts';

const CLOCK = { zoneMinutes: 0, year: 2026 };
const NOON = Date.UTC(2026, 0, 31, 12, 0, 4);

const AUDIT = "[SGL-OFFLOAD-AUDIT] before release_memory_occupation engine=10.0.0.7:15000 gpus={'0': '64210 MiB'}";
const SLEEP = 'Sleep mode freed 59.87 GiB memory, 4.11 GiB memory is still in use.';

it.each([
  [`2026-01-31 12:00:04,250 INFO x.py:1 ${SLEEP}`, NOON + 250, SLEEP],
  [`2026-01-31T12:00:04Z ${SLEEP}`, NOON, SLEEP],
  [`2026-01-31T14:00:04.5+02:00 ${SLEEP}`, NOON + 500, SLEEP],
  [`[2026-01-31 12:00:04 TP0] ${SLEEP}`, NOON, SLEEP],
  [`(EngineCore pid=4011) INFO 01-31 12:00:04 [gpu_worker.py:116] ${SLEEP}`, NOON, SLEEP],
  [`1769860804.125 ${SLEEP}`, NOON + 125, SLEEP],
  [`\u001B[36m(RolloutManager pid=77)\u001B[0m [2026-01-31 12:00:04] ${AUDIT}`, NOON, AUDIT],
  [
    '[2026-01-31 12:00:04] INFO _wait_for_overlap_engines_offloaded: engines [0, 1] reached state=offloaded',
    NOON,
    '_wait_for_overlap_engines_offloaded: engines [0, 1] reached state=offloaded',
  ],
  [
    "2026-01-31 12:00:04 [Rank 0] Memory-Usage before wake_up model: {'gpu': '0', 'used_GB': 5.1}",
    NOON,
    "[Rank 0] Memory-Usage before wake_up model: {'gpu': '0', 'used_GB': 5.1}",
  ],
  [
    '2026-01-31 12:00:04 | After offload, memory allocated (GB): 1.2, memory reserved (GB): 2.0, device memory used/total (GB): 5.1/79.1',
    NOON,
    'After offload, memory allocated (GB): 1.2, memory reserved (GB): 2.0, device memory used/total (GB): 5.1/79.1',
  ],
] as const)('%s', (line, atMs, text) => {
  expect(logMark(line, CLOCK)).toEqual({ atMs, text });
});

it('guesses no time for a line without one', () => {
  const line = 'INFO:     127.0.0.1:51234 - "POST /release_memory_occupation HTTP/1.1" 200 OK';
  expect(logMark(line, CLOCK)).toEqual({
    atMs: undefined,
    text: 'POST /release_memory_occupation HTTP/1.1" 200 OK',
  });
  expect(logMark(`2026-02-31 12:00:04 ${SLEEP}`.replace('02-31', '13-31'), CLOCK)?.atMs).toBeUndefined();
});

it('takes the zone that the user says for times without one, and no other', () => {
  const ahead = { ...CLOCK, zoneMinutes: 120 };
  expect(logMark(`2026-01-31 14:00:04 ${SLEEP}`, ahead)?.atMs).toBe(NOON);
  expect(logMark(`2026-01-31T12:00:04Z ${SLEEP}`, ahead)?.atMs).toBe(NOON);
});

it.each(['', '2026-01-31 12:00:04 INFO step 4 done', 'POST /generate HTTP/1.1', 'GET /sleepy HTTP/1.1'])(
  'passes over %j',
  (line) => {
    expect(logMark(line, CLOCK)).toBeUndefined();
  },
);
