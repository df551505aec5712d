// A frame as a snapshot: facts that came earlier, values that did not come, and lines that are none.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { known, unknown } from '../../../shared/base/known.ts';
import { fromKiB } from '../../../shared/base/units.ts';
import { NO_FACTS, parseFrame, type FactMemory, type Parsed } from '../../../shared/probe/parse.ts';
import { call, frameOf, SCAN } from './driver-frame.ts';

const SEED = { seed: 20260131 };
const proc = (pid: number, start: number): string => `proc\t${pid}\t${start}\tS\t1\t900\t-`;
const fact = (pid: number, start: number, title: string): string =>
  `fact\t${pid}\t${start}\t0\t${pid} 7\t/box\tpython\t${title}`;
const QUIET = [...call('devices', 0, ''), ...call('usage', 0, ''), ...SCAN];
const parse = (lines: readonly string[], memory: FactMemory = NO_FACTS): Parsed =>
  parseFrame(frameOf([...lines, ...QUIET]), memory);

it('reads a process with its facts', () => {
  const { snapshot } = parse([proc(40, 5000), fact(40, 5000, 'sglang::scheduler')]);
  expect(snapshot.processes.get(40)).toEqual({
    pid: 40,
    startTicks: 5000,
    ppid: 1,
    state: 'S',
    comm: 'python',
    title: 'sglang::scheduler',
    uid: 0,
    containerPid: 7,
    cgroup: '/box',
    rss: known(fromKiB(900)),
    rssShmem: unknown('proc-incomplete', 'pid 40'),
  });
  expect(snapshot.problems).toEqual([]);
});

it('remembers facts from frame to frame, and not those of a process that ended', () => {
  const first = parse([proc(40, 5000), fact(40, 5000, 'engine'), proc(41, 5001), fact(41, 5001, 'other')]);
  const second = parse([proc(40, 5000)], first.memory);
  expect(second.snapshot.processes.get(40)?.title).toBe('engine');
  expect([...second.memory.processes.keys()]).toEqual(['40@5000']);
});

it('does not give a process the facts of an earlier one with its pid', () => {
  const first = parse([proc(40, 5000), fact(40, 5000, 'engine')]);
  const second = parse([proc(40, 6000)], first.memory);
  expect(second.snapshot.processes.get(40)?.title).toBe('');
  expect(second.snapshot.problems.map(({ code, where }) => `${code} ${where}`)).toEqual(['proc-unreadable pid 40']);
});

it('keeps facts over a reading of the devices alone', () => {
  const first = parse([proc(40, 5000), fact(40, 5000, 'engine')]);
  const devices = parseFrame(frameOf(call('devices', 0, ''), 'devices'), first.memory);
  expect(parse([proc(40, 5000)], devices.memory).snapshot.processes.get(40)?.title).toBe('engine');
});

it('knows the node from its first frame on, and unknown is not zero', () => {
  const first = parse(['node\thostname\tgpu-01\\x1B[31m', 'node\tmemTotalKiB\t1024', 'node\tuid\troot']);
  expect(first.snapshot.node).toMatchObject({ hostname: 'gpu-01\\x1B[31m', uid: undefined, pidNamespace: 'unknown' });
  const { node } = parse([], first.memory).snapshot;
  expect(node.memoryTotal).toEqual(known(fromKiB(1024)));
  expect(node.memoryAvailable).toEqual(unknown('proc-incomplete', 'memAvailableKiB'));
});

it.each([
  ['never reached its end', []],
  ['found nobody', ['scan\t0\t0\t0\t9']],
  ['has an end that is none', ['scan\tmany\t0\t0\t9']],
])('does not take a process table that %s for a whole one', (_what, scan) => {
  expect(parseFrame(frameOf(scan), NO_FACTS).snapshot.scan.complete).toBe(false);
});

it.each([
  '',
  'proc',
  'proc\t1\t2\tSS\t0\t1\t1',
  'proc\t-1\t2\tS\t0\t1\t1',
  'fact\t1',
  'gone\t1\tresting',
  'out\tstray',
  'done\tx\t0\t1',
  'what',
])('says that the line %j is none, and reads the others', (line) => {
  const { snapshot } = parse([line, proc(40, 5000), fact(40, 5000, 'engine')]);
  expect(snapshot.problems.map(({ code }) => code)).toEqual(['frame-line']);
  expect(snapshot.processes.get(40)?.title).toBe('engine');
});

it.each([
  ['a process', 'proc\t41\tmany\tS\t1\t1\t1', false, []],
  ['the facts of a process', 'fact\t41', false, []],
  ['whether a pid is gone', 'gone\t41\tresting', false, []],
  ['the name of a process', proc(41, 5000), false, []],
  ['a row of the driver', 'out\tstray', true, ['smi-failed']],
  ['a bus', 'bus', true, ['smi-failed']],
  ['a word of a later version', 'later\t1', true, []],
])('is not whole without %s', (_what, line, complete, driver) => {
  const { snapshot } = parse([line, proc(40, 5000), fact(40, 5000, 'engine')]);
  expect([snapshot.scan.complete, snapshot.driverReasons.map(({ code }) => code)]).toEqual([complete, driver]);
});

const WORDS = [
  'node',
  'bus',
  'skip',
  'hung',
  'call',
  'out',
  'done',
  'stop',
  'proc',
  'fact',
  'gone',
  'holder',
  'env',
  'listen',
  'scan',
];
const anyField = fc.oneof(
  fc.constantFrom(
    '',
    '-',
    '1',
    '40',
    '5000',
    '99999999999999999999',
    '__proto__',
    'devices',
    'usage',
    'usage@1',
    'S',
    '\\x',
  ),
  fc.string({ maxLength: 8 }),
);
const anyLine = fc
  .tuple(fc.constantFrom(...WORDS), fc.array(anyField, { maxLength: 8 }))
  .map(([word, fields]) => [word, ...fields].join('\t'));

it('never throws on what a node sends, and shows nothing that moves a cursor', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 40 }), (lines) => {
      const { snapshot } = parse(lines);
      for (const { text } of snapshot.problems) expect(text).toMatch(/^[^\u0000-\u001F\u007F-\u009F]*$/);
    }),
    { ...SEED, numRuns: 500 },
  );
});
