// `FILE@MOMENT` on the command line.
import { stat } from 'node:fs/promises';
import { splitSpec, type MomentRequest } from '../node/evidence/recorded-moments.ts';

/** A file whose whole name is there is meant whole, whatever stands behind an `@` in it. */
export async function momentArgument(spec: string): Promise<MomentRequest> {
  const isFile = await stat(spec).then(
    () => true,
    () => false,
  );
  return isFile ? { file: spec, asked: '' } : splitSpec(spec);
}
