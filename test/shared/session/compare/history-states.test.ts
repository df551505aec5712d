// A look of the history says what the look itself said, and the cycles found in it have their three looks.
import { expect, it } from 'vitest';
import { fromMiB, toMiB } from '../../../../shared/base/units.ts';
import { comparedLook, type ComparedLook } from '../../../../shared/session/compare/compare-look.ts';
import { compareStates } from '../../../../shared/session/compare/compare-states.ts';
import { historyLook } from '../../../../shared/session/compare/history-look.ts';
import { pointsOf } from '../../../kit/points-of.ts';
import { cyclesOf } from '../../../../shared/session/cycles/cycle-follower.ts';
import { cycledChoices } from '../../../../shared/session/compare/find-repeats.ts';
import { historyStates } from '../../../../shared/session/compare/history-states.ts';
import { EMPTY_RECORDED_SESSION, foldObservation } from '../../../../shared/session/node-session.ts';
import { DEMO_SCENARIOS } from '../../../../shared/source/demo-scenarios.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';
import * as scenarios from '../../../kit/scenarios.ts';

const SAID = { ...scenarios, ...Object.fromEntries([...DEMO_SCENARIOS].map(([name, { text }]) => [name, text])) };

/** Of processes that hold nothing only the look itself knows the rank. */
const plain = ({ parts, engines, bootId, unlisted, atMs }: ComparedLook): unknown => ({
  atMs,
  bootId: engines.length === 0 ? undefined : bootId,
  engines,
  unlisted,
  parts: parts
    .map((part) => ({ ...part, role: part.class === 'unattributed' ? 'no process' : part.role }))
    .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
});

it.each(Object.entries(SAID))('is what the look itself said: %s', (_name, text) => {
  const { moment, history } = folded(...look(text));
  const [point] = pointsOf(history);
  if (moment === undefined || point === undefined) throw new Error('there is no whole look');
  expect(plain(historyLook(history, point))).toEqual(plain(comparedLook(moment)));
});

const node = (size: number, other = ''): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum
process server "python -m sglang.launch_server --model-path m --port 30000"
  process tp0 "sglang::scheduler" on 3B:00.0 ${size}
${other}`;

const looks = (sizes: readonly number[], then: readonly string[] = []): ReturnType<typeof look> =>
  [...sizes.map((size) => node(size)), ...then].flatMap((text, at) => look(text, { atMs: FIRST_LOOK_MS + at * 1_000 }));

const CYCLE = [9_000, 9_000, 9_000, 1_740, 1_746, 1_740];

it('finds the three looks of every cycle, and the noise that was measured while it slept', () => {
  const sizes = [...CYCLE, ...CYCLE.map((size) => (size < 9_000 ? size + 60 : size)), 9_000, 9_000];
  const { history } = looks(sizes).reduce(foldObservation, EMPTY_RECORDED_SESSION);
  const states = historyStates(history);
  expect(states).toMatchObject({
    text: 'cycles 1 to 2 of sglang :30000',
    noise: fromMiB(6),
    noiseLooks: 3,
  });
  const [row] = compareStates(states?.engines ?? [], undefined, { noise: fromMiB(6), overRanks: false }).rows;
  const range = row?.slept.range;
  expect([row?.role, range && [range.min, range.median, range.max].map(toMiB)]).toEqual([
    'scheduler',
    [-7260, -7260, -7200],
  ]);
  expect(historyStates(looks([9_000, 9_000]).reduce(foldObservation, EMPTY_RECORDED_SESSION).history)).toBe(undefined);
});

it('keeps what an engine held its own in earlier looks, when it is an orphan now', () => {
  const dead = `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum
orphan tp0 "sglang::scheduler" pid 4008 start 4008 on 3B:00.0 1740
`;
  const alive = node(9_000).replace('"sglang::scheduler" on', '"sglang::scheduler" pid 4008 start 4008 on');
  const { history } = [alive, dead]
    .flatMap((text, at) => look(text, { atMs: FIRST_LOOK_MS + at * 1_000 }))
    .reduce(foldObservation, EMPTY_RECORDED_SESSION);
  const classes = pointsOf(history).map((point) => historyLook(history, point).parts.map((part) => part.class));
  expect(classes).toEqual([
    ['engine', 'unattributed'],
    ['orphan', 'unattributed'],
  ]);
});

it('finds the cycles of every engine, names what chooses each, and keeps to those that were chosen', () => {
  const pair = (one: number, two: number, more = ''): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum
process one "python -m sglang.launch_server --model-path m --port 30000" pid 4001 start 1
  process a "sglang::scheduler" pid 4002 start 2 on 3B:00.0 ${one}
process two "python -m vllm.entrypoints.openai.api_server --model m" pid 5001 start 3
  process b "VLLM::EngineCore" pid 5002 start 4 on 3B:00.0 ${two}
${more}`;
  const times = (text: string): string[] => [text, text, text];
  const texts = [pair(9_000, 9_000), pair(1_740, 9_000), pair(9_000, 9_000), pair(1_740, 900), pair(9_000, 9_000)];
  const seen = texts.flatMap(times).flatMap((text, at) => look(text, { atMs: FIRST_LOOK_MS + at * 1_000 }));
  const { history } = seen.reduce(foldObservation, EMPTY_RECORDED_SESSION);
  const choices = cycledChoices(cyclesOf(history));
  expect(choices).toEqual([
    { name: 'sglang :30000', cycles: 2, selector: { by: 'port', port: 30000 }, rootPid: 4001 },
    { name: 'vllm pid 5001', cycles: 1, selector: { by: 'pid', pid: 5001 }, rootPid: 5001 },
  ]);
  expect(historyStates(history)?.text).toBe('cycles 1 to 2 of sglang :30000, cycle 1 of vllm pid 5001');
  expect(historyStates(history, [{ by: 'pid', pid: 5002 }])?.text).toBe('cycle 1 of vllm pid 5001');
  expect(historyStates(history, [{ by: 'port', port: 1 }])).toBe(undefined);
});
