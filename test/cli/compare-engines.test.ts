// Comparing the cycles of several engines of one node: each in its own, chosen by selector, and named alike everywhere.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoRecording } from '../../node/demo/demo-recording.ts';
import { compareRepeatsSchema } from '../../shared/evidence/compare/compare-repeats-schema.ts';
import { compareStatesSchema, type CompareStates } from '../../shared/evidence/compare/compare-states-schema.ts';
import { tableSchema } from '../../shared/evidence/table/table-schema.ts';
import { command } from './command.ts';

/** Two servers in containers of their own may have one port; a third has another. */
const node = (one: number, two: number, third: number): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum
process a "python -m sglang.launch_server --model-path m --port 30000" pid 4001 start 1
  process a0 "sglang::scheduler" pid 4002 start 2 on 3B:00.0 ${one}
process b "python -m sglang.launch_server --model-path other --port 30000" pid 5001 start 3
  process b0 "sglang::scheduler" pid 5002 start 4 on 3B:00.0 ${two}
process c "python -m sglang.launch_server --model-path m --port 30002" pid 6001 start 5
  process c0 "sglang::scheduler" pid 6002 start 6 on 3B:00.0 ${third}
process t "ray::MegatronTrainRayActor.train" pid 7001 start 7 on 3B:00.0 ${one < 9_000 ? 20_000 : 100}
`;

const AWAKE = node(9_000, 8_000, 7_000);
/** The first sleeps twice, the second once and in between, the third never. */
const LOOKS = [
  AWAKE,
  node(1_700, 8_000, 7_000),
  AWAKE,
  node(9_000, 800, 7_000),
  AWAKE,
  node(1_720, 8_000, 7_000),
  AWAKE,
];

const made = { folder: '', file: '' };

beforeAll(async () => {
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-engines-'));
  made.file = join(made.folder, 'run.residuum.jsonl');
  const looks = LOOKS.flatMap((text) => [text, text, text, text]);
  const told = { name: 'run', story: ['', ''], intervalMs: 1_000, looks, marks: [], told: [] } as const;
  await writeFile(made.file, demoRecording(told, '0.0.0'));
});

afterAll(async () => await rm(made.folder, { recursive: true, force: true }));

async function states(...args: string[]): Promise<CompareStates> {
  const { code, out } = await command(['compare', made.file, '--states', '--json', ...args]);
  expect(code).toBe(0);
  return compareStatesSchema.parse(JSON.parse(out));
}

const MIB = 1024 * 1024;

/** `sglang :30002 scheduler: 9000 -> 1700 (2)`: awake and asleep of the middle cycle, and how many there are. */
const rows = ({ rows: all, engines }: CompareStates): string[] =>
  all
    .filter(({ class: kind }) => kind !== 'unattributed')
    .map(({ engine, role, a }) => {
      const size = ({ range }: (typeof a)['awake']): number => (range === null ? -1 : range.medianBytes / MIB);
      const owner = engine === null ? '' : `${engines[engine]?.a?.name} `;
      return `${owner}${role}: ${size(a.awake)} -> ${size(a.asleep)} (${a.asleep.of})`;
    });

it('shows every engine that has cycles in its own, and who has none in those of the first', async () => {
  const report = await states();
  expect(rows(report)).toEqual([
    'ray::MegatronTrainRayActor.train: 100 -> 20000 (2)',
    'sglang :30000 pid 4001 scheduler: 9000 -> 1700 (2)',
    'sglang :30000 pid 5001 scheduler: 8000 -> 800 (1)',
    'sglang :30002 scheduler: 7000 -> 7000 (2)',
  ]);
  expect(report.a?.cycles.map(({ name, rootPids, states: own }) => [name, rootPids, own.asleep.length])).toEqual([
    ['sglang :30000 pid 4001', [4001], 2],
    ['sglang :30000 pid 5001', [5001], 1],
  ]);
  expect(report.a?.others).toEqual([]);
  expect(report.engines.map(({ a }) => [a?.name, a?.cyclesOf, a?.verdicts.pass])).toEqual([
    ['sglang :30000 pid 4001', 0, 2],
    ['sglang :30000 pid 5001', 1, 1],
    ['sglang :30002', 0, 0],
  ]);
});

it('says in words whose cycles they are, and which engines are not shown', async () => {
  const all = await command(['compare', made.file, '--states'], { width: 200 });
  expect(all.out).toContain(
    'cycles 1 to 2 of sglang :30000 pid 4001, cycle 1 of sglang :30000 pid 5001 (n = 2, 1), from',
  );
  expect(all.out).toContain('Whoever has no cycles is seen in those of sglang :30000 pid 4001.');
  const one = await command(['compare', made.file, '--states', '--engine', 'title:other'], { width: 200 });
  expect(one.out).toContain('cycle 1 of sglang :30000 pid 5001 (n = 1), from');
  expect(one.out).toContain('Not shown: sglang :30000 pid 4001 (2 cycles). --engine chooses whose cycles.');
  expect(one.out).toMatch(/^8,000 +800 +8,000 +-7,200 +0 +00000000:3B:00\.0 +sglang :30000 pid 5001 scheduler$/m);
});

it('keeps to the engines that are chosen, and to one of them in a comparison of moments', async () => {
  expect(rows(await states('--engine', 'pid:5002'))).toEqual([
    'sglang :30000 pid 5001 scheduler: 8000 -> 800 (1)',
    'ray::MegatronTrainRayActor.train: 100 -> 100 (1)',
    'sglang :30000 pid 4001 scheduler: 9000 -> 9000 (1)',
    'sglang :30002 scheduler: 7000 -> 7000 (1)',
  ]);
  const repeats = await command(['compare', `${made.file}@#all`, '--engine', 'pid:4001', '--json']);
  const { a } = compareRepeatsSchema.parse(JSON.parse(repeats.out));
  expect([a?.text, a?.others]).toEqual([
    'cycles 1 to 2 of sglang :30000 pid 4001, awake before each release',
    ['sglang :30000 pid 5001 (1 cycle)'],
  ]);
  const first = await command(['compare', `${made.file}@#1`], { width: 200 });
  expect(first.out).toContain('cycle 1 of sglang :30000 pid 4001 (the first of 2 engines that have it), settled');
  const moment = await command(['compare', `${made.file}@#1`, '--engine', 'pid:5001'], { width: 200 });
  expect(moment.out).toContain('B: cycle 1 of sglang :30000 pid 5001, settled');
  expect(moment.out).toMatch(
    /^freed +-7,200 +8,000 +800 +00000000:3B:00\.0 +sglang :30000 pid 5001 scheduler \(pid 5002\)$/m,
  );
});

it('never ignores a selector that names no engine with cycles', async () => {
  const { code, err } = await command(['compare', made.file, '--states', '--engine', 'port:30002']);
  expect([code, err]).toEqual([
    3,
    `${made.file}: "port:30002" names no engine that has cycles; there are sglang :30000 pid 4001 (2 cycles), sglang :30000 pid 5001 (1 cycle).\n`,
  ]);
  const wrong = await command(['compare', made.file, '--states', '--engine', '4001', '--json']);
  expect(wrong.code).toBe(3);
  expect(compareStatesSchema.parse(JSON.parse(wrong.out)).error?.text).toContain('--engine');
});

/** Markdown, with the names as they are so that what is not in it was left out on purpose. */
async function exported(...args: string[]): Promise<string> {
  const { code, out, err } = await command(['export', made.file, '--format', 'md', '--identifying', ...args]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

const choice = (text: string): string => /--table \S+ .*(?=; residuum verify)/.exec(text)?.[0] ?? '';

it.each(['compare', 'compare-states'])(
  'takes the title of an engine for a table of %s, which names it by what is no name',
  async (table) => {
    const text = await exported('--table', table, '--engine', 'title:other');
    expect(choice(text)).toContain(' --engine pid:5001');
    expect(text).not.toContain('title:');
    // What a reader of the table types gives the table.
    expect(await exported('--table', table, '--engine', 'pid:5001')).toBe(text);
    const file = join(made.folder, `${table}.md`);
    await writeFile(file, text);
    const { code, out } = await command(['verify', made.file, file]);
    expect([code, out]).toEqual([0, expect.any(String)]);
  },
);

it('writes no table of two runs in which a title names engines that nothing else tells to be the same', async () => {
  const other = join(made.folder, 'other.residuum.jsonl');
  const looks = LOOKS.flatMap((text) => [text, text, text, text]).map((text) =>
    text.replaceAll(/\b500(\d)\b/g, '550$1'),
  );
  await writeFile(
    other,
    demoRecording({ name: 'run', story: ['', ''], intervalMs: 1_000, looks, marks: [], told: [] }, '0.0.0'),
  );
  const asked = ['export', made.file, '--table', 'compare-states', '--against', other, '--engine', 'title:other'];
  const { code, out, err } = await command(asked);
  expect([code, out]).toEqual([3, '']);
  expect(err).toContain('is pid:5001 in one recording and pid:5501 in the other');
});

it('says which looks the medians are of, and of very many the first, with each of them in the JSON', async () => {
  const text = await exported('--table', 'compare-states');
  const { looks, allLooks } = tableSchema.parse(
    JSON.parse(await exported('--table', 'compare-states', '--format', 'json')),
  );
  expect([looks.length, allLooks]).toEqual([9, LOOKS.length * 4]);
  const written = looks.map(({ atMs, frame }) => `${new Date(atMs).toISOString()} (frame ${frame.slice(0, 12)})`);
  expect(text).toContain(`Looks: ${written.join(', ')}; 9 of 28.`);
  // Awake and asleep of every cycle, in their order.
  expect(looks.map(({ atMs }) => atMs)).toEqual(looks.map(({ atMs }) => atMs).toSorted((one, next) => one - next));
});
