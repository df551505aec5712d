// What is meant by several cycles at once, and what is said when it cannot be found.
import { expect, it } from 'vitest';
import type { Observation } from '../../../../shared/model/observation.ts';
import { NodeRecorder, type NodeRecord } from '../../../../shared/session/node-record.ts';
import { findRepeats } from '../../../../shared/session/compare/find-repeats.ts';
import { repeatSpec } from '../../../../shared/session/compare/repeat-spec.ts';
import { FIRST_LOOK_MS, look } from '../../../kit/observed.ts';

const node = (size: number): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum
process server "python -m sglang.launch_server --model-path m --port 30000"
  process tp0 "sglang::scheduler" on 3B:00.0 ${size}
`;

/** One look a second. */
function record(sizes: readonly number[], ...more: readonly Observation[]): NodeRecord {
  const recorder = new NodeRecorder();
  for (const [at, size] of sizes.entries())
    for (const seen of look(node(size), { atMs: FIRST_LOOK_MS + at * 1_000 })) recorder.take(seen);
  for (const seen of more) recorder.take(seen);
  return recorder.end();
}

const AWAKE = [9_700, 9_700, 9_700];
const ASLEEP = [1_740, 1_740, 1_740];
/** Never still. */
const FALLING = [8_000, 7_000, 6_000];

/** `1@3, 2 never settled` : the cycle, and the second of its look. */
function found(text: string, of: NodeRecord): string {
  const spec = repeatSpec(text);
  if (spec === undefined) return 'one moment';
  const result = findRepeats(text, spec, of);
  if (!result.ok) return result.text;
  const each = (result.engines[0]?.repeats ?? []).map(({ cycle, atMs, why }) =>
    atMs === undefined ? `${cycle} ${why}` : `${cycle}@${Math.floor((atMs - FIRST_LOOK_MS) / 1_000)}`,
  );
  return `${result.text}: ${each.join(', ')}`;
}

const three = record([...AWAKE, ...ASLEEP, ...AWAKE, ...ASLEEP, ...AWAKE, ...FALLING]);

it.each([
  ['#all', 'cycles 1 to 3 of sglang :30000, settled: 1@3, 2@9, 3 never settled'],
  ['#*', 'cycles 1 to 3 of sglang :30000, settled: 1@3, 2@9, 3 never settled'],
  ['settled', 'cycles 1 to 3 of sglang :30000, settled: 1@3, 2@9, 3 never settled'],
  ['asleep', 'cycles 1 to 3 of sglang :30000, settled: 1@3, 2@9, 3 never settled'],
  ['released', 'cycles 1 to 3 of sglang :30000, awake before each release: 1@2, 2@8, 3@14'],
  ['#all:awake', 'cycles 1 to 3 of sglang :30000, awake before each release: 1@2, 2@8, 3@14'],
  ['#all:woken', 'cycles 1 to 3 of sglang :30000, woken: 1@6, 2@12, 3 has not woken'],
  ['#1-2', 'cycles 1 to 2 of sglang :30000, settled: 1@3, 2@9'],
  ['#2-2:woken', 'cycle 2 of sglang :30000, woken: 2@12'],
  ['#2-7', 'there are no cycles 2 to 7: the most of an engine are 3'],
  ['#3-2', 'there are no cycles 3 to 2: the most of an engine are 3'],
  ['#2', 'one moment'],
  ['#all:later', 'one moment'],
  ['toString', 'one moment'],
])('%s', (text, expected) => expect(found(text, three)).toBe(expected));

it('says that there are no cycles, and that a mark could be meant', () => {
  expect(found('#all', record(AWAKE))).toBe('no cycle was seen, so there are none to compare');
  const marked = record([...AWAKE, ...ASLEEP], {
    kind: 'mark',
    node: 'n1',
    atMs: FIRST_LOOK_MS,
    text: 'settled',
    source: 'hand',
  });
  expect(found('settled', marked)).toBe(
    'a mark is called "settled" as well: use #all:settled for every cycle, or the time of the mark',
  );
  expect(found('#all:settled', marked)).toBe('cycle 1 of sglang :30000, settled: 1@3');
});
