// A gate as data: which number is judged, against which limit, and where the limit came from.
import { fromGiB, type Bytes } from '../base/units.ts';

/**
 * `engine-tree`: the residual of an engine, the sum over its process tree per bus, then the maximum over buses (MILES).
 * `whole-gpu`: the largest memory.used of the engine's buses (RLix).
 */
export type PolicyKind = 'engine-tree' | 'whole-gpu';

export const POLICY_KINDS: readonly PolicyKind[] = ['engine-tree', 'whole-gpu'];

/** `flag`: the user typed it. `environment`: of the machine that runs Residuum. `run`: of the engine itself. */
export type LimitOrigin = 'flag' | 'environment' | 'run' | 'default';

export interface Policy {
  readonly kind: PolicyKind;
  /** Equality passes. */
  readonly limit: Bytes;
  readonly origin: LimitOrigin;
}

/** The names are the seed's, which say GB and mean GiB. */
export const LIMIT_VARIABLE = 'MILES_MAX_RESIDUAL_GPU_MEM_GB';

export const DEFAULT_LIMITS: Readonly<Record<PolicyKind, Bytes>> = {
  'engine-tree': fromGiB(3),
  'whole-gpu': fromGiB(7),
};
