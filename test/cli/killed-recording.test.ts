// Half an hour of sleeping and waking at sixty times its speed, recorded by the real program over a real connection and
// killed with SIGKILL: what is left opens, tells every cycle, and names what grew.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { openRecording } from '../../node/recording/recording-reader.ts';
import { isDevices } from '../../shared/recording/encoder.ts';
import { compareReportSchema } from '../../shared/evidence/compare/compare-schema.ts';
import { REPOSITORY } from '../architecture/source-file.ts';
import { builtProgram } from './built-program.ts';
import { command } from './command.ts';
import { reportJson } from './recorded.ts';
import { startProgram } from './running-program.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
/** Of `demo:growth`: six looks awake, one while it lets go, three asleep; 38 MiB more stay after each. */
const [CYCLE_LOOKS, AWAKE_LOOKS, LEAK_MIB] = [10, 6, 38];
/** Looks are six seconds apart. */
const HALF_AN_HOUR_LOOKS = 300;
const FAST_CLOCK = join(REPOSITORY, 'test/kit/fast-clock.mjs');

const built = { program: '' };

beforeAll(async () => {
  built.program = (await builtProgram()).file;
});

/** Some look of the last five minutes; a small generator, so that a failing seed can be run again. */
function lookOf(seed: number): number {
  const random = ((seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return Math.floor(HALF_AN_HOUR_LOOKS - 50 * random);
}

async function looksIn(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split(/"kind":"frame\+?","node":"n1","of":"d"/).length - 1;
}

/** When each look was whole, as the file itself says. */
async function timesOf(file: string): Promise<number[]> {
  const times: number[] = [];
  for await (const seen of (await openRecording(file)).observations()) {
    if (seen.kind === 'frame' && isDevices(seen.text)) times.push(seen.atMs);
  }
  return times;
}

it(
  'killed with -9 after half an hour of node time, it tells every cycle and what grew',
  { timeout: 180_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'residuum-killed-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'run.residuum.jsonl');
    const args = ['record', 'demo:growth', '--out', file, '--interval', '6', '--smi-timeout', '600'];
    const { child, ended } = startProgram([process.execPath, '--import', FAST_CLOCK, built.program, ...args]);
    const wanted = lookOf(7);
    while ((await looksIn(file)) < wanted) {
      if (child.exitCode !== null) throw new Error(`it ended by itself with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGKILL');
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });

    const times = await timesOf(file);
    expect(times.length).toBeGreaterThanOrEqual(wanted);
    const lastedMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(lastedMs).toBeGreaterThan(24 * MINUTE_MS);
    const report = await reportJson(file);
    expect(report.recording?.ended).toBe(null);
    // A line may be torn, and only the last one.
    expect(report.problems.count).toBeLessThanOrEqual(1);
    const [about] = report.nodes;
    expect(about).toMatchObject({ hostname: 'demo-gpu-07', looks: times.length });
    // A busy machine may be late with a look, which is said; no connection was lost.
    expect(about?.gaps.filter(({ cause }) => cause !== 'no-look')).toEqual([]);
    const [engine] = about?.engines ?? [];
    const cycles = engine?.worst.cycles ?? [];
    // A cycle is seen from the second look on that holds less.
    const begun = Math.floor((times.length - AWAKE_LOOKS - 2) / CYCLE_LOOKS) + 1;
    expect(begun).toBeGreaterThanOrEqual(25);
    expect(cycles.map(({ number }) => number)).toEqual(Array.from({ length: begun }, (_, at) => at + 1));
    for (const [at, { settleTimeMs, residualBytes, wakeMs }] of cycles.slice(0, -1).entries()) {
      const released = at * CYCLE_LOOKS + AWAKE_LOOKS - 1;
      expect({ at, settleTimeMs }).toEqual({ at, settleTimeMs: (times[released + 2] ?? 0) - (times[released] ?? 0) });
      expect(Math.abs((residualBytes ?? 0) / MIB - (1_741 + at * LEAK_MIB))).toBeLessThanOrEqual(8);
      expect(wakeMs).toBe(times[(at + 1) * CYCLE_LOOKS]);
    }
    expect(engine?.worst.drift.judgement).toBe('growing');
    expect(engine?.buses.map(({ bus, drift }) => [bus, drift.judgement])).toEqual([
      ['00000000:3B:00.0', 'steady'],
      ['00000000:41:00.0', 'growing'],
    ]);

    const last = cycles.length - 1;
    const { out } = await command(['compare', `${file}@#1`, `@#${last}`, '--json']);
    const grown = compareReportSchema.parse(JSON.parse(out)).rows.filter(({ isNoise }) => !isNoise);
    expect(grown).toMatchObject([
      { class: 'engine', role: 'scheduler', rank: { tp: 1 }, bus: '00000000:41:00.0', change: 'grown' },
    ]);
    expect(Math.abs((grown[0]?.deltaBytes ?? 0) / MIB - (last - 1) * LEAK_MIB)).toBeLessThanOrEqual(16);
    const text = await command(['compare', `${file}@#1`, `@#${last}`]);
    expect(text.out).toMatch(/grown {2,}\+[\d,]+ .*00000000:41:00\.0 {2}sglang :\d+ scheduler TP1 \(pid \d+\)/);
  },
);
