// `--baseline FILE`: a snapshot from before a release, read and checked before anything is connected.
import { open } from 'node:fs/promises';
import { readBaseline } from '../shared/evidence/gate/baseline.ts';
import type { SnapshotReport } from '../shared/evidence/gate/snapshot-schema.ts';
import { UsageError } from './usage-error.ts';

/** A snapshot of a node with thousands of processes has some megabytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Throws a UsageError that says what is wrong with the file. */
export async function baselineOption(file: string): Promise<SnapshotReport> {
  const read = readBaseline(await textOf(file));
  if (!read.ok) throw new UsageError(`--baseline: ${file} ${read.text}`);
  return read.baseline;
}

async function textOf(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      if (size > MOST_BYTES) throw new UsageError(`--baseline: ${file} is too large to be a snapshot.`);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new UsageError(`--baseline: could not read ${file} (${code}): check the path.`);
  }
}
