// Comparing every cycle, some of them, two runs, and ranks, as it is typed; the sizes are those of the scenarios.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoRecording } from '../../node/demo/demo-recording.ts';
import {
  compareRepeatsSchema,
  type CompareRepeats,
  type Measured,
} from '../../shared/evidence/compare/compare-repeats-schema.ts';
import { compareStatesSchema, type CompareStates } from '../../shared/evidence/compare/compare-states-schema.ts';
import { command } from './command.ts';

const MIB = 1024 * 1024;

const node = (tp0: number, tp1: number, extra = ''): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used ${extra.includes('[N/A]') ? 3000 : 'sum'}
process engine "python -m sglang.launch_server --model-path m --tp 2 --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${tp0}
  process tp1 "sglang::scheduler_TP1" on 41:00.0 ${tp1}
${extra}`;

const OTHER = 'process p "python \u001B[31mother.py" on 41:00.0 700\n';
const times = (count: number, text: string): string[] => Array.from({ length: count }, () => text);
const AWAKE = times(4, node(9_700, 9_700));

/** What stays of the second rank in each cycle; `extra` in the sleep of the second one. */
function run(residuals: readonly number[], extra = ''): string {
  const cycles = residuals.map((size, at) => [...AWAKE, ...times(4, node(1_740, size, at === 1 ? extra : ''))]);
  const looks = [...cycles.flat(), ...AWAKE];
  return demoRecording({ name: 'run', story: ['', ''], intervalMs: 1_000, looks, marks: [], told: [] }, '0.0.0');
}

const made = { folder: '' };
const file = (name: string): string => join(made.folder, `${name}.residuum.jsonl`);

beforeAll(async () => {
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-repeats-'));
  await writeFile(file('main'), run([1_740, 1_780, 1_820], OTHER));
  await writeFile(file('branch'), run([1_740, 1_740]));
});

afterAll(async () => await rm(made.folder, { recursive: true, force: true }));

async function compared(...args: string[]): Promise<CompareRepeats> {
  const { code, out } = await command(['compare', ...args, '--json']);
  expect(code).toBe(0);
  return compareRepeatsSchema.parse(JSON.parse(out));
}

/** `3/3 1740|1780|1820`. */
function said({ range, measured, of }: Pick<Measured, 'range' | 'measured' | 'of'>): string {
  const sizes =
    range === null ? '?' : [range.minBytes, range.medianBytes, range.maxBytes].map((size) => size / MIB).join('|');
  return `${measured}/${of} ${sizes}`;
}

const rows = ({ rows: all }: CompareRepeats): string[] =>
  all
    .filter(({ class: kind }) => kind !== 'unattributed')
    .map(({ role, rank, a, b, delta, change }) =>
      [`${role}${typeof rank?.tp === 'number' ? ` TP${rank.tp}` : ''}`, said(a), said(b), said(delta), change].join(
        '; ',
      ),
    );

it('compares awake with what stayed of every cycle, when nothing stands beside it', async () => {
  const report = await compared(`${file('main')}@#all`);
  expect(rows(report)).toEqual([
    'scheduler TP0; 3/3 9700|9700|9700; 3/3 1740|1740|1740; 3/3 -7960|-7960|-7960; freed',
    'scheduler TP1; 3/3 9700|9700|9700; 3/3 1740|1780|1820; 3/3 -7960|-7920|-7880; freed',
    'python \\x1B[31mother.py; 3/3 0|0|0; 3/3 0|0|700; 3/3 0|0|700; new',
  ]);
  expect(report).toMatchObject({ isPaired: true, overRanks: false });
  expect(
    report.a?.cycles[0]?.repeats.map(({ cycle, sinceStartMs }) => [cycle, Math.floor((sinceStartMs ?? 0) / 1_000)]),
  ).toEqual([
    [1, 3],
    [2, 11],
    [3, 19],
  ]);
  const [engine] = report.engines;
  expect(engine?.b?.verdicts).toEqual({ pass: 3, fail: 0, inconclusive: 0 });
  expect(engine?.a?.verdicts).toEqual({ pass: 0, fail: 3, inconclusive: 0 });
  expect(engine?.b === null || engine === undefined ? '' : said(engine.b.residual)).toBe('3/3 1740|1780|1820');
  // The same, as a shell may say it.
  expect(rows(await compared(`${file('main')}@#*:awake`, '@settled'))).toEqual(rows(report));
});

it('compares two runs over all their cycles, every one of A with every one of B', async () => {
  const report = await compared(`${file('main')}@settled`, `${file('branch')}@settled`);
  expect(report.isPaired).toBe(false);
  expect(rows(report)).toEqual([
    'scheduler TP1; 3/3 1740|1780|1820; 2/2 1740|1740|1740; 6/6 -80|-40|0; freed',
    'python \\x1B[31mother.py; 3/3 0|0|700; 2/2 0|0|0; 6/6 -700|0|0; gone',
    'scheduler TP0; 3/3 1740|1740|1740; 2/2 1740|1740|1740; 6/6 0|0|0; same',
  ]);
});

it('puts the ranks of one cycle into one row', async () => {
  const report = await compared(`${file('main')}@#3`, '--over-ranks');
  expect(rows(report)).toEqual(['scheduler; 2/2 9700|9700|9700; 2/2 1740|1740|1820; 2/2 -7960|-7960|-7880; freed']);
  expect(report.rows[0]?.buses).toEqual(['00000000:3B:00.0', '00000000:41:00.0']);
});

it('says how many were measured: an unknown size and a cycle that never settled are counted', async () => {
  const falling = [9_000, 8_000, 7_000].map((size) => node(size, size));
  const hidden = OTHER.replace('700', '[N/A]');
  const sleeps = ['', hidden].map((extra) => [...AWAKE, ...times(4, node(1_740, 1_740, extra))]);
  const looks = [...sleeps.flat(), ...AWAKE, ...falling];
  const told = { name: 'torn', story: ['', ''], intervalMs: 1_000, looks, marks: [], told: [] } as const;
  await writeFile(file('torn'), demoRecording(told, '0.0.0'));
  const report = await compared(`${file('torn')}@#all`);
  expect(report.b?.cycles[0]?.repeats.map(({ cycle, why }) => [cycle, why])).toEqual([
    [1, null],
    [2, null],
    [3, 'never settled'],
  ]);
  expect(rows(report)).toEqual([
    'python \\x1B[31mother.py; 3/3 0|0|0; 1/3 0|0|0; 1/3 0|0|0; unknown',
    'scheduler TP0; 3/3 9700|9700|9700; 2/3 1740|1740|1740; 2/3 -7960|-7960|-7960; freed',
    'scheduler TP1; 3/3 9700|9700|9700; 2/3 1740|1740|1740; 2/3 -7960|-7960|-7960; freed',
  ]);
  expect(report.rows.find(({ role }) => role.includes('other'))?.b).toMatchObject({
    listed: 1,
    reasons: ['partial-row'],
  });
  const { out } = await command(['compare', `${file('torn')}@#all`], { width: 200 });
  expect(out).toContain('Not measured: cycle 3 never settled.');
  expect(out).toContain('00000000:41:00.0: B 1 of 3 measured: the driver lists a process');
});

it('puts awake, asleep and woken of one run beside each other, and of two runs what differs in each state', async () => {
  const states = async (...args: string[]): Promise<CompareStates> => {
    const { code, out } = await command(['compare', ...args, '--states', '--json']);
    expect(code).toBe(0);
    return compareStatesSchema.parse(JSON.parse(out));
  };
  const one = await states(file('main'));
  expect(one.b).toBe(null);
  expect(one.engines[0]?.a?.verdicts).toEqual({ pass: 3, fail: 0, inconclusive: 0 });
  const second = one.rows.find(({ rank }) => rank?.tp === 1);
  expect(
    [second?.a.awake, second?.a.asleep, second?.a.woken, second?.slept, second?.woke].map((each) => each && said(each)),
  ).toEqual(['3/3 9700|9700|9700', '3/3 1740|1780|1820', '3/3 9700|9700|9700', '3/3 -7960|-7920|-7880', '3/3 0|0|0']);
  const two = await states(file('main'), file('branch'));
  const [first] = two.rows;
  expect([first?.rank?.tp, first?.delta && said(first.delta.asleep), first?.isNoise]).toEqual([
    1,
    '6/6 -80|-40|0',
    false,
  ]);
  expect(two.rows.find(({ rank }) => rank?.tp === 0)?.isNoise).toBe(true);
  const text = await command(['compare', file('main'), file('branch'), '--states', '--all'], { width: 200 });
  expect(text.out).toContain('By what differs between A and B, the largest first, MiB:');
  expect(text.out).toMatch(
    /9,700 +9,700 +0 +1,780 \(1,740 to 1,820\) +1,740 +-40 \(-80 to 0\) +9,700 +9,700 +0 +00000000:41:00\.0 +sglang :30000 scheduler TP1$/m,
  );
  const wrong = await command(['compare', `${file('main')}@#1`, '--states']);
  expect([wrong.code, wrong.err]).toEqual([3, '--states compares every cycle of a recording: leave out @#1.\n']);
});

it('says in a terminal who, how much, from where to where, and how it was counted', async () => {
  const { out, code } = await command(['compare', `${file('main')}@#all`], { width: 160 });
  expect(code).toBe(0);
  expect(out).toMatch(/^A \(n = 3\): cycles 1 to 3 of sglang :30000, awake before each release, /m);
  expect(out).toMatch(/If it is meant to be asleep: A FAIL 3×; B PASS 3×\./);
  expect(out).toMatch(
    /^freed +-7,920 +\(-7,960 to -7,880\) +9,700 +1,780 +\(1,740 to 1,820\) +00000000:41:00.0 +sglang :30000 scheduler TP1$/m,
  );
  expect(out).toMatch(/^new +0 .*python \\x1B\[31mother\.py \(in 1 of 3 of B\)$/m);
  const narrow = await command(['compare', `${file('main')}@#all`], { width: 80 });
  expect(narrow.out).toContain(
    'freed  sglang :30000 scheduler TP1, 00000000:41:00.0\n  B − A -7,920 (-7,960 to -7,880), A 9,700, B 1,780 (1,740 to 1,820) MiB\n',
  );
  expect(narrow.out.split('\n').filter((line) => line.length > 80 && !line.includes(made.folder))).toEqual([]);
});

it('teaches what can be typed', async () => {
  const alone = await command(['compare', file('main')]);
  expect(alone.code).toBe(3);
  expect(alone.err).toContain(`${file('main')}@#all (awake beside what stayed, of each)`);
  const many = await command(['compare', `${file('main')}@#2-9`]);
  expect(many.err).toContain('there are no cycles 2 to 9: the most of an engine are 3.');
  const help = await command(['compare', '--help']);
  expect(help.out).toContain('@#all');
  const failed = await command(['compare', `${file('branch')}@#all`, '/nowhere@#all', '--json']);
  expect(compareRepeatsSchema.parse(JSON.parse(failed.out)).error?.text).toContain('/nowhere');
});
