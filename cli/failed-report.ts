// The JSON objects of a command that could not run: the same shape, with the error in it.
import { probeSha256 } from '../node/recording/provenance.ts';
import { PngError } from '../node/evidence/figure-png.ts';
import { FileError } from '../node/evidence/whole-file.ts';
import { LinkError } from '../node/link/link-error.ts';
import { RecordingError } from '../node/recording/recording-error.ts';
import type { GateReport } from '../shared/evidence/gate/gate-schema.ts';
import { GATE_SCHEMA, SNAPSHOT_SCHEMA } from '../shared/evidence/schema-names.ts';
import type { SnapshotReport } from '../shared/evidence/gate/snapshot-schema.ts';
import { UsageError } from './usage-error.ts';

export const COULD_NOT_RUN = 3;

/** A fault of ours, on its way up to cli/main.ts with its stack; JSON output still gets its object. */
export class InternalFault extends Error {
  override readonly name = 'InternalFault';
  readonly code = 'internal';

  constructor(cause: unknown) {
    super(`Residuum itself failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** When the user stopped us, that is why whatever was going on failed, however it says it. */
export function unlessStopped(error: unknown, target: string, signal: AbortSignal): unknown {
  return signal.aborted ? new LinkError('cancelled', target, `Stopped before ${target} was measured.`) : error;
}

/** Anything else is a fault of ours: it goes up. */
export function errorOf(error: unknown): { code: string; text: string } {
  if (
    error instanceof UsageError ||
    error instanceof LinkError ||
    error instanceof RecordingError ||
    error instanceof FileError ||
    error instanceof PngError ||
    error instanceof InternalFault
  ) {
    return { code: error.code, text: error.message };
  }
  throw error;
}

export function failedGateReport(target: string, error: unknown, failOpen: boolean): GateReport {
  return {
    schema: GATE_SCHEMA,
    target,
    node: null,
    sample: null,
    probeSha256: probeSha256(),
    policy: null,
    verdict: null,
    reasons: [],
    failOpen,
    exitCode: COULD_NOT_RUN,
    engines: [],
    devices: [],
    problems: [],
    error: errorOf(error),
  };
}

export function failedSnapshotReport(target: string, error: unknown): SnapshotReport {
  return {
    schema: SNAPSHOT_SCHEMA,
    target,
    node: null,
    sample: null,
    probeSha256: probeSha256(),
    driverReasons: [],
    devices: [],
    usage: null,
    engines: [],
    processes: [],
    scan: null,
    holders: [],
    calls: [],
    problems: [],
    error: errorOf(error),
  };
}
