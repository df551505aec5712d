// The recordings in demos/ are what the script makes, small, and tell what their stories say. Renew them:
// node scripts/demo-recordings.mjs
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { demoRecording } from '../../../node/demo/demo-recording.ts';
import { compareReportSchema, type CompareReport } from '../../../shared/evidence/compare/compare-schema.ts';
import { DEMO_INCIDENTS } from '../../../shared/source/demo-incidents.ts';
import { REPOSITORY } from '../../architecture/source-file.ts';
import { command } from '../../cli/command.ts';
import { reportJson } from '../../cli/recorded.ts';

const MIB = 1024 * 1024;
const FOLDER = join(REPOSITORY, 'demos');
const fileOf = (name: string): string => join(FOLDER, `${name}.residuum.jsonl.gz`);

/** Which versions made a file is its own affair. */
function withoutVersions(text: string): string {
  return text.replace(/"appVersion":"[^"]*"/, '"appVersion":""').replace(/"probeSha256":"[^"]*"/, '"probeSha256":""');
}

it.each(DEMO_INCIDENTS.map((incident) => [incident.name, incident] as const))(
  'demos/%s is what the script makes, and small',
  (name, incident) => {
    const packed = readFileSync(fileOf(name));
    expect(packed.length).toBeLessThan(60 * 1024);
    const text = gunzipSync(packed).toString();
    expect(withoutVersions(text) === withoutVersions(demoRecording(incident, '0'))).toBe(true);
    expect(incident.story.every((line) => line.length <= 130)).toBe(true);
    expect(incident.marks.length).toBeGreaterThan(0);
  },
);

it('the folder holds nothing else but the page that names them', () => {
  const page = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  for (const { name } of DEMO_INCIDENTS) expect(page).toContain(`| \`${name}\` |`);
  expect(
    readdirSync(FOLDER)
      .filter((name) => name !== 'README.md')
      .toSorted(),
  ).toEqual(DEMO_INCIDENTS.map(({ name }) => `${name}.residuum.jsonl.gz`).toSorted());
});

interface Told {
  readonly residual: (number | null)[];
  readonly settle: (number | null)[];
  readonly drift: string;
}

async function told(name: string): Promise<Told> {
  const report = await reportJson(fileOf(name));
  expect(report).toMatchObject({ recording: { isDemo: true }, problems: { count: 0 } });
  expect(report.nodes[0]?.gaps).toEqual([]);
  const worst = report.nodes[0]?.engines[0]?.worst;
  const cycles = worst?.cycles ?? [];
  return {
    residual: cycles.map(({ residualBytes }) => (residualBytes === null ? null : residualBytes / MIB)),
    settle: cycles.map(({ settleTimeMs }) => (settleTimeMs === null ? null : settleTimeMs / 1000)),
    drift: worst?.drift.text ?? '',
  };
}

async function compared(name: string, a: string, b: string): Promise<CompareReport> {
  const { out } = await command(['compare', `${fileOf(name)}@${a}`, `@${b}`, '--json']);
  return compareReportSchema.parse(JSON.parse(out));
}

/** Of the first engine at B: its verdict and residual. */
async function judgedAt(name: string, moment: string): Promise<unknown[]> {
  const { engines } = await compared(name, 'first', moment);
  const side = engines[0]?.b;
  return [side?.verdict, (side?.residualBytes ?? 0) / MIB, side?.worstBus?.slice(9)];
}

describe('the stories', () => {
  it('clean-sleep: within the limit each time, and steady', async () => {
    expect(await told('clean-sleep')).toEqual({
      residual: Array.from({ length: 6 }, () => 1741),
      settle: Array.from({ length: 6 }, () => 4),
      drift: 'steady (6 cycles)',
    });
    expect(await judgedAt('clean-sleep', '#3')).toEqual(['pass', 1_743, '3B:00.0']);
  });

  it('release-frees-nothing: all of it stays, and nothing of it is called a wake', async () => {
    expect(await told('release-frees-nothing')).toMatchObject({ residual: [64_210] });
    expect(await judgedAt('release-frees-nothing', 'trainer wakes up')).toEqual(['fail', 64_212, '3B:00.0']);
  });

  it('graphs-and-nccl: the engine itself says that it sleeps, and 7 GiB stay', async () => {
    expect(await told('graphs-and-nccl')).toMatchObject({ residual: [7_121] });
    expect(await judgedAt('graphs-and-nccl', 'asleep and settled')).toEqual(['fail', 7_121, '41:00.0']);
    const { engines } = await compared('graphs-and-nccl', '#1:awake', '#1');
    expect([engines[0]?.a?.state, engines[0]?.b?.state]).toEqual([
      { value: 'awake', source: 'reported' },
      { value: 'asleep', source: 'reported' },
    ]);
  });

  it('foreign-contexts: only the first GPU is above the limit', async () => {
    expect(await told('foreign-contexts')).toMatchObject({ residual: [1_741 + 3 * 518] });
    expect(await judgedAt('foreign-contexts', '#1')).toEqual(['fail', 1_741 + 3 * 518, '3B:00.0']);
  });

  it('dead-pid: the memory of the killed process goes on belonging to nobody alive', async () => {
    const { rows, engines } = await compared('dead-pid', 'first', 'last');
    expect(
      rows.filter(({ isNoise }) => !isNoise).map(({ class: kind, change, deltaBytes }) => [kind, change, deltaBytes]),
    ).toEqual([
      ['gone', 'new', 20_480 * MIB],
      ['orphan', 'gone', -20_480 * MIB],
    ]);
    expect(engines[0]?.b).toMatchObject({ verdict: 'inconclusive', reasons: ['gone-rows'] });
  });

  it('settle-trap: flat is not settled, and the verdict turns with the last step', async () => {
    expect(await told('settle-trap')).toMatchObject({ residual: [1_741], settle: [9] });
    expect(await judgedAt('settle-trap', 'flat, and not settled')).toEqual(['fail', 21_504, '3B:00.0']);
    expect(await judgedAt('settle-trap', '+44s')).toEqual(['pass', 1_741, '3B:00.0']);
  });

  it('growth-per-step: the rank and the GPU that grew are the first row', async () => {
    const { residual, drift } = await told('growth-per-step');
    expect(residual).toEqual([4_209, 11_848, 25_600]);
    expect(drift).toMatch(/^growing by 10,69[56] MiB a cycle \(3 cycles\)$/);
    const { rows } = await compared('growth-per-step', '#1', '#3');
    expect(rows[0]).toMatchObject({
      class: 'engine',
      role: 'scheduler',
      rank: { tp: 0 },
      bus: '00000000:3B:00.0',
      change: 'grown',
      deltaBytes: (25_600 - 4_209) * MIB,
    });
  });
});
