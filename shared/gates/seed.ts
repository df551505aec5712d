// The seed's own reading, rule for rule, also where ours is stricter. See docs/decisions for why both are shown.
// Source: MILES, query_process_tree_gpu_used_gb and its tests; facts in docs/formats/gate.md.
import { ZERO_BYTES, type Bytes } from '../base/units.ts';
import { sumPerBus } from '../ledger/per-bus.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Holding } from '../ledger/holding.ts';
import type { Policy } from './policy.ts';
import type { Subject } from './subject.ts';

export interface SeedReading {
  /** null: the seed cannot measure ("none", never 0). */
  readonly residualBytes: Bytes | null;
  /** `skip`: it fails open. */
  readonly action: 'pass' | 'fail' | 'skip';
}

/** The seed gives each call this long; ours may wait longer. */
const SEED_TIMEOUT_MS = 5_000;

const SKIP: SeedReading = { residualBytes: null, action: 'skip' };

/**
 * Rows that are not numbers are skipped; an unreadable process table leaves the root alone; the two-column query is
 * summed over GPUs; nothing matched, or no root, is "none". Equality passes.
 */
export function seedTreeReading(
  subject: Subject,
  held: readonly Holding[],
  snapshot: Snapshot,
  policy: Policy,
): SeedReading {
  if (snapshot.usage === undefined || !seedCallsAnswer(snapshot)) return SKIP;
  const numbers = held.filter((each) => subject.seedPids.includes(each.pid) && each.used.known);
  let residual: Bytes | undefined;
  for (const { atLeast } of sumPerBus(numbers).values()) {
    if (residual === undefined || atLeast > residual) residual = atLeast;
  }
  return judged(residual, policy);
}

/** The seed asks for all GPUs at once and waits 5 s: where only single GPUs answer, or slowly, it has nothing. */
function seedCallsAnswer({ calls }: Snapshot): boolean {
  const usage = calls.filter((call) => call.name.startsWith('usage'));
  return !usage.some(
    ({ name, beginMs, endMs }) =>
      name.includes('@') || (beginMs !== undefined && endMs !== undefined && endMs - beginMs > SEED_TIMEOUT_MS),
  );
}

/** RLix's gate on the card: the largest memory.used that is a number. */
export function seedCardReading(used: readonly (Bytes | null)[], policy: Policy): SeedReading {
  const numbers = used.filter((each) => each !== null);
  if (numbers.length === 0 || numbers.length < used.length) return SKIP;
  return judged(
    numbers.reduce((most, each) => (each > most ? each : most), ZERO_BYTES),
    policy,
  );
}

function judged(residual: Bytes | undefined, policy: Policy): SeedReading {
  if (residual === undefined) return SKIP;
  return { residualBytes: residual, action: residual <= policy.limit ? 'pass' : 'fail' };
}
