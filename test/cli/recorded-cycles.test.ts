// Half an hour of sleeping and waking through the probe's format, cut where a kill may have cut it: it opens, shows every
// cycle, and a comparison of the first with the last names the process and the GPU that grew.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoRecording } from '../../node/demo/demo-recording.ts';
import { compareReportSchema } from '../../shared/evidence/compare/compare-schema.ts';
import type { DemoIncident } from '../../shared/source/demo-incident.ts';
import { command } from './command.ts';
import { reportJson } from './recorded.ts';

const MIB = 1024 * 1024;
const INTERVAL_MS = 2_000;
const CYCLES = 30;
/** Of each cycle: awake, one look while it lets go, asleep. */
const [AWAKE, FALLING, ASLEEP] = [14, 1, 15];
const CYCLE_LOOKS = AWAKE + FALLING + ASLEEP;
/** More stays of the second rank after each sleep. */
const LEAK_MIB = 38;

function node(tp0: number, tp1: number): string {
  return `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+11
process engine "python -m sglang.launch_server --model-path m --tp 2 --port 30000 --enable-memory-saver" listen 30000
  http sglang weight 7.14 kvcache 53.21 graph 0.66 tokens 1992704
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${tp0}
  process tp1 "sglang::scheduler_TP1" on 41:00.0 ${tp1}
`;
}

function looks(): string[] {
  return Array.from({ length: CYCLES * CYCLE_LOOKS }, (_, at) => {
    const cycle = Math.floor(at / CYCLE_LOOKS);
    const part = at % CYCLE_LOOKS;
    const wobble = [0, 4, -6, 2, -2][at % 5] ?? 0;
    if (part < AWAKE) return node(64_210 + wobble, 64_190 - wobble);
    if (part === AWAKE) return node(30_720, 40_960);
    return node(1_741 + wobble, 1_741 + cycle * LEAK_MIB - wobble);
  });
}

const INCIDENT: DemoIncident = {
  name: 'half-an-hour',
  story: ['', ''],
  intervalMs: INTERVAL_MS,
  looks: looks(),
  marks: [],
  told: [],
};

const made: { text: string; folder: string } = { text: '', folder: '' };

beforeAll(async () => {
  made.text = demoRecording(INCIDENT, '0.0.0');
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-cycles-'));
});

afterAll(async () => await rm(made.folder, { recursive: true, force: true }));

/** A byte of the second half; a small generator, so that a failing seed can be run again. */
function cutOf(seed: number, length: number): number {
  const random = ((seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return Math.floor(length * (0.5 + random / 2));
}

it.each([1, 7, 42])('cut at a random byte, seed %i', { timeout: 240_000 }, async (seed) => {
  const bytes = Buffer.from(made.text);
  const cut = cutOf(seed, bytes.length);
  const file = join(made.folder, `cut-${seed}.residuum.jsonl`);
  await writeFile(file, bytes.subarray(0, cut));
  const report = await reportJson(file);
  const isWhole = bytes.at(cut - 1) === 10;
  expect(report.recording?.ended).toBe(null);
  expect(report.problems.count).toBe(isWhole ? 0 : 1);
  const [about] = report.nodes;
  const lookCount = about?.looks ?? 0;
  expect(lookCount).toBeGreaterThan((CYCLES * CYCLE_LOOKS) / 3);
  const worst = about?.engines[0]?.worst;
  // A cycle is seen from the second look on that holds less.
  const begun = Math.floor((lookCount - AWAKE - 2) / CYCLE_LOOKS) + 1;
  expect(worst?.cycles.map(({ number }) => number)).toEqual(Array.from({ length: begun }, (_, at) => at + 1));
  const settled = worst?.cycles.slice(0, -1) ?? [];
  for (const [at, { settleTimeMs, residualBytes, wakeMs }] of settled.entries()) {
    expect({ at, settleTimeMs }).toEqual({ at, settleTimeMs: 2 * INTERVAL_MS });
    expect(Math.abs((residualBytes ?? 0) / MIB - (1_741 + at * LEAK_MIB))).toBeLessThanOrEqual(8);
    expect(wakeMs).not.toBe(null);
  }
  expect(worst?.drift.judgement).toBe('growing');
  expect(Math.abs((worst?.drift.slopeBytes ?? 0) / MIB - LEAK_MIB)).toBeLessThan(2);
  const byBus = about?.engines[0]?.buses.map(({ bus, drift }) => [bus, drift.judgement]);
  expect(byBus).toEqual([
    ['00000000:3B:00.0', 'steady'],
    ['00000000:41:00.0', 'growing'],
  ]);
  const last = settled.length;
  const { out } = await command(['compare', `${file}@#1`, `@#${last}`, '--json']);
  const { rows, noise, engines } = compareReportSchema.parse(JSON.parse(out));
  const different = rows.filter(({ isNoise }) => !isNoise);
  expect(different).toMatchObject([
    { class: 'engine', role: 'scheduler', rank: { tp: 1 }, bus: '00000000:41:00.0', change: 'grown' },
  ]);
  expect(Math.abs((different[0]?.deltaBytes ?? 0) / MIB - (last - 1) * LEAK_MIB)).toBeLessThanOrEqual(16);
  expect(different[0]?.a?.pids).toEqual(different[0]?.b?.pids);
  expect(noise?.bytes).toBeLessThanOrEqual(16 * MIB);
  expect(engines).toMatchObject([{ matchedBy: 'same process' }]);
  if (seed !== 1) return;
  const text = await command(['compare', `${file}@#1`, `@#${last}`]);
  expect(text.out).toMatch(/grown {2,}\+[\d,]+ .*00000000:41:00\.0 {2}sglang :\d+ scheduler TP1 \(pid \d+\)/);
});
