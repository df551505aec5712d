// Runs every benchmark, one after the other, and writes docs/BENCHMARKS.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/checkout.mjs';
import { measureCore } from './core-time.ts';
import { measurePage } from './page-time.ts';
import { measureProbe } from './probe-cost.ts';
import type { Progress } from './progress.ts';
import { measureRecording } from './recording-time.ts';
import { measureReport } from './report-time.ts';
import { measureReplayPage } from './replay-page.ts';
import { otherLoad, reportOf } from './report.ts';
import { measureVerdict } from './verdict-time.ts';

/** The exit code: 0, or 130 when it was interrupted; then nothing is written and nothing is left. */
export async function benchmark(say: (line: string) => void): Promise<number> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());
  const progress: Progress = { say, signal: stop.signal };
  try {
    const load = otherLoad();
    const core = await measureCore(progress);
    const verdict = await measureVerdict(progress);
    const recording = measureRecording(progress);
    const report = await measureReport(progress);
    const replay = await measureReplayPage(progress);
    const page = await measurePage(progress);
    const probe = await measureProbe(progress);
    writeFileSync(
      join(ROOT, 'docs', 'BENCHMARKS.md'),
      reportOf({ probe, verdict, core, recording, report, replay, page, load }),
    );
    say('written: docs/BENCHMARKS.md');
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say('stopped; docs/BENCHMARKS.md is as it was');
    return 130;
  }
}
