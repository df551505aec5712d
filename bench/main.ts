// Runs every benchmark, one after the other, and writes docs/BENCHMARKS.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/checkout.mjs';
import { measureCore } from './core-time.ts';
import { measureProbe } from './probe-cost.ts';
import { reportOf } from './report.ts';
import { measureVerdict } from './verdict-time.ts';

/** `say` gets one line before each part. */
export async function benchmark(say: (line: string) => void): Promise<void> {
  const core = await measureCore(say);
  const verdict = await measureVerdict(say);
  const probe = await measureProbe(say);
  writeFileSync(join(ROOT, 'docs', 'BENCHMARKS.md'), reportOf({ probe, verdict, core }));
  say('written: docs/BENCHMARKS.md');
}
