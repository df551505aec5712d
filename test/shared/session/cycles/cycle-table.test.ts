// Cycles of engines over a whole recording: per bus, over restarts, with the moments that are found in them.
import { expect, it } from 'vitest';
import { bytes, fromMiB, toMiB } from '../../../../shared/base/units.ts';
import type { LinkSeen, MarkSeen, Observation, ToldSeen } from '../../../../shared/model/observation.ts';
import { driftOf } from '../../../../shared/ledger/drift.ts';
import { autoMarks } from '../../../../shared/session/cycles/auto-marks.ts';
import {
  driftText,
  engineCycles,
  type BusCycles,
  type EngineCycles,
} from '../../../../shared/session/cycles/cycle-table.ts';
import { findMoment } from '../../../../shared/session/compare/moment-spec.ts';
import { newestMs, oldestMs } from '../../../../shared/session/history/history-looks.ts';
import { NodeRecorder, type NodeRecord } from '../../../../shared/session/node-record.ts';
import { FIRST_LOOK_MS, look } from '../../../kit/observed.ts';

interface Sizes {
  readonly pid?: number;
  readonly port?: number;
  readonly tp0: number | '[N/A]';
  readonly tp1?: number;
}

const GPUS = `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used 70000
gpu 41:00.0 "H100" total 81559 reserved 479 used 70000
`;

/** No engine at all: it has ended, or was not started yet. */
const NOBODY = GPUS;

function engine({ pid = 5000, port = 30_000, tp0, tp1 = 500 }: Sizes): string {
  return `${GPUS}
process server "python -m sglang.launch_server --model-path m --tp 2 --port ${port}" pid ${pid}
  process tp0 "sglang::scheduler_TP0" pid ${pid + 1} on 3B:00.0 ${tp0}
  process tp1 "sglang::scheduler_TP1" pid ${pid + 2} on 41:00.0 ${tp1}
`;
}

type Played = string | LinkSeen | MarkSeen | ToldSeen;

/** A look a second for each text; other observations as they are, at the time of the next look. */
function record(played: readonly Played[]): NodeRecord {
  const recorder = new NodeRecorder();
  let at = 0;
  for (const each of played) {
    const seen: readonly Observation[] =
      typeof each === 'string'
        ? look(each, { atMs: FIRST_LOOK_MS + at * 1_000 })
        : [{ ...each, atMs: FIRST_LOOK_MS + at * 1_000 - 500 }];
    if (typeof each === 'string') at += 1;
    for (const one of seen) recorder.take(one);
  }
  return recorder.end();
}

/** What the user says of the engine of these looks. */
function saidOf(state: ToldSeen['state']): ToldSeen {
  const [engine] = record([AWAKE]).session.session.latest?.detection.engines ?? [];
  const { pid: rootPid = 0, startTicks: rootStartTicks = 0 } = engine?.root ?? {};
  return { kind: 'told', node: 'n1', atMs: 0, rootPid, rootStartTicks, state };
}

function times(count: number, text: string): string[] {
  return Array.from({ length: count }, () => text);
}

const AWAKE = engine({ tp0: 9_728, tp1: 9_700 });
const asleep = (tp0: number, tp1: number, pid?: number): string =>
  engine({ tp0, tp1, ...(pid === undefined ? {} : { pid }) });

function shown({ bus, cycles, drift }: BusCycles): string {
  const each = cycles.map(({ number, residual, isRestarted, wakeMs }) => {
    const size = residual.known ? toMiB(residual.value) : residual.why.code;
    return `${number}:${size}${isRestarted ? ' restarted' : ''}${wakeMs === undefined ? ' asleep' : ''}`;
  });
  return `${bus.slice(-7)} ${each.join(', ')} ${drift.judgement}`;
}

function tables(played: readonly Played[]): EngineCycles[] {
  return record(played).engines.map(engineCycles);
}

it('finds the cycles of each bus and of the worst, which may be another one each time', () => {
  const [table, ...others] = tables([
    ...times(3, AWAKE),
    ...times(4, asleep(1_741, 900)),
    ...times(3, AWAKE),
    ...times(4, asleep(1_000, 2_100)),
    ...times(2, AWAKE),
  ]);
  expect(others).toEqual([]);
  expect([table?.worst, ...(table?.buses ?? [])].flatMap((each) => (each === undefined ? [] : [shown(each)]))).toEqual([
    'worst 1:1741, 2:2100 too-few',
    '3B:00.0 1:1741, 2:1000 too-few',
    '41:00.0 1:900, 2:2100 too-few',
  ]);
});

it('sees the sleep of an engine of which one rank lets go of nothing, and says what that rank kept', () => {
  const [table] = tables([
    ...times(3, AWAKE),
    ...times(4, asleep(1_741, 9_700)),
    ...times(3, AWAKE),
    ...times(4, asleep(1_741, 9_700)),
    ...times(2, AWAKE),
  ]);
  expect([table?.worst, ...(table?.buses ?? [])].flatMap((each) => (each === undefined ? [] : [shown(each)]))).toEqual([
    'worst 1:9700, 2:9700 too-few',
    '3B:00.0 1:1741, 2:1741 too-few',
    '41:00.0 1:9700, 2:9700 too-few',
  ]);
});

it('goes on counting when the engine is started again, and takes its end for no release', () => {
  const again = engine({ pid: 6_000, tp0: 9_728, tp1: 9_700 });
  const [table, ...others] = tables([
    ...times(3, AWAKE),
    ...times(4, asleep(1_741, 900)),
    ...times(3, AWAKE),
    ...times(3, NOBODY),
    ...times(3, again),
    ...times(4, asleep(1_800, 900, 6_000)),
  ]);
  expect(others).toEqual([]);
  expect(table === undefined ? '' : shown(table.worst)).toBe('worst 1:1741, 2:1800 restarted asleep too-few');
  expect(table?.engine.runs.map(({ rootPid, basis, count }) => [rootPid, basis, count])).toEqual([
    [5_000, undefined, 10],
    [6_000, 'same port', 7],
  ]);
});

it.each(['awake', 'asleep'] as const)('goes on to find cycles after the user once said %s', (state) => {
  const told = saidOf(state);
  const [before, after] = state === 'awake' ? [[told], []] : [[], [told]];
  const [table] = tables([
    ...times(2, AWAKE),
    ...before,
    ...times(2, AWAKE),
    ...times(2, asleep(1_741, 900)),
    ...after,
    ...times(2, asleep(1_741, 900)),
    ...times(3, AWAKE),
    ...times(4, asleep(1_900, 900)),
    ...times(3, AWAKE),
  ]);
  expect(table === undefined ? '' : shown(table.worst)).toBe('worst 1:1741, 2:1900 too-few');
});

it('sees what grows until each restart', () => {
  const life = (pid: number): string[] => [
    ...times(3, engine({ pid, tp0: 9_728, tp1: 9_700 })),
    ...times(3, asleep(1_741, 900, pid)),
    ...times(3, engine({ pid, tp0: 9_728, tp1: 9_700 })),
    ...times(3, asleep(2_041, 900, pid)),
  ];
  const [table] = tables([...life(5_000), ...life(6_000), ...life(7_000)]);
  expect(table === undefined ? '' : driftText(table.worst.drift)).toBe(
    'growing by 300 MiB a cycle until each restart (6 cycles)',
  );
});

it('takes an engine on another port for another one while the first still runs', () => {
  const two = `${AWAKE}
process other "python -m sglang.launch_server --model-path m --port 30100" pid 7000
  process other0 "sglang::scheduler_TP0" pid 7001 on 41:00.0 3000
`;
  const both = tables([...times(3, AWAKE), ...times(3, two)]);
  expect(both.map(({ engine: { ports, runs } }) => [ports, runs.length])).toEqual([
    [[30_000], 1],
    [[30_100], 1],
  ]);
});

it('a release that frees nothing is a cycle from when somebody says so', () => {
  const [table] = tables([...times(4, AWAKE), saidOf('asleep'), ...times(4, AWAKE)]);
  expect(table === undefined ? '' : shown(table.worst)).toBe('worst 1:9728 asleep too-few');
  // The look before the word is still awake.
  expect(table?.worst.cycles[0]?.releaseMs).toBe(FIRST_LOOK_MS + 3_070);
});

it('what was not measured is unknown with its reason, and never 0', () => {
  const [table] = tables([...times(3, AWAKE), ...times(3, asleep(1_741, 900)), ...times(3, engine({ tp0: '[N/A]' }))]);
  expect(table === undefined ? '' : shown(table.worst)).toBe('worst 1:partial-row asleep too-few');
});

it('says in words whether it grows, of this measure only', () => {
  const of = (...sizes: readonly number[]): string =>
    driftText(driftOf(sizes.map((size, at) => ({ number: at + 1, bytes: fromMiB(size) }))));
  expect(of(1_741, 1_741)).toBe('too few cycles (2 of 5)');
  expect(of(4_209, 11_848, 25_600)).toBe('growing by 10,696 MiB a cycle (3 cycles)');
  expect(of(1_700, 1_702, 1_699, 1_701, 1_700, 1_700)).toBe('steady (6 cycles)');
  expect(of(...Array.from({ length: 12 }, (_, at) => 1_741 + at * 38))).toBe('growing by 38 MiB a cycle (12 cycles)');
  expect(driftText({ ...driftOf([]), slope: bytes(0) })).toBe('too few cycles (0 of 5)');
});

it('names what happened by itself, in the order of time', () => {
  const link = (state: LinkSeen['state'], text = ''): LinkSeen => ({
    kind: 'link',
    node: 'n1',
    atMs: 0,
    state,
    text,
    code: null,
    retryMs: null,
  });
  const { engines, session, links } = record([
    link('connected'),
    ...times(2, NOBODY),
    ...times(3, AWAKE),
    ...times(3, asleep(1_741, 900)),
    link('lost', 'the network is down'),
    link('connecting'),
    link('failed', 'still down'),
    link('connected'),
    ...times(3, AWAKE),
    ...times(2, NOBODY),
  ]);
  const seen = { firstMs: oldestMs(session.history), lastMs: newestMs(session.history), links };
  const marks = autoMarks(engines.map(engineCycles), seen);
  expect(marks.map(({ atMs, kind, text }) => `${(atMs - FIRST_LOOK_MS) / 1_000} ${kind}: ${text}`)).toEqual([
    '2.07 engine-started: pid 5000 started',
    '4.07 released: cycle 1 released, from 9,728 MiB',
    '5.07 first-drop: cycle 1 dropped for the first time',
    '5.07 settled: cycle 1 settled at 1,741 MiB',
    '7.5 link-lost: the network is down',
    '8.07 woken: cycle 1 woke, at 9,728 MiB',
    '10.07 engine-gone: pid 5000 was seen for the last time',
  ]);
});

it('finds moments by time, by cycle and by mark, and says why it cannot', () => {
  const mark = (text: string): MarkSeen => ({ kind: 'mark', node: 'n1', atMs: 0, text, source: 'script' });
  const recorded = record([
    ...times(3, AWAKE),
    mark('Step 1: offload'),
    ...times(4, asleep(1_741, 900)),
    mark('step 1: done'),
    ...times(2, AWAKE),
  ]);
  const startedMs = FIRST_LOOK_MS - 400;
  const found = (text: string): string => {
    const result = findMoment(text, recorded, startedMs);
    return result.ok ? `${(result.found.atMs - FIRST_LOOK_MS) / 1_000}: ${result.found.text}` : result.text;
  };
  expect(['', 'first', '+4.5s', '12:00:04', '2026-01-31T12:00:04.5Z', '#1', '#1:awake', '#1:woken'].map(found)).toEqual(
    [
      '8.07: the last look',
      '0.07: the first look',
      '4.07: 4.5 s after the start',
      '3.07: 12:00:04',
      '4.07: 2026-01-31T12:00:04.5Z',
      '3.07: cycle 1 of sglang :30000, settled',
      '2.07: cycle 1 of sglang :30000, awake before it',
      '7.07: cycle 1 of sglang :30000, woken',
    ],
  );
  expect(found('step 1: OFFLOAD')).toBe('2.07: mark "Step 1: offload"');
  expect(found('done')).toBe('6.07: mark "step 1: done"');
  expect(found('step 1')).toMatch(/^2 marks have "step 1": 12:00:02, 12:00:06; use one of these times$/);
  expect(found('#2')).toBe('there is no cycle 2: the most of an engine are 1');
  expect(found('+0.1')).toBe('0.1 s after the start is before the first look: the first look is 0.4 s later');
  expect(found('nonsense')).toMatch(/^there is no mark "nonsense", and it is no time: first, last/);
});
