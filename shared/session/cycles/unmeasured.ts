// The looks at an engine that measured nothing, counted by reason: what happened in them is not known.
import type { Known } from '../../base/known.ts';
import { REASONS, type ReasonCode } from '../../base/reason.ts';
import type { Bytes } from '../../base/units.ts';

/** Reasons in the order in which they were first met. */
export type Unmeasured = ReadonlyMap<ReasonCode, number>;

export const ALL_MEASURED: Unmeasured = new Map();

/** With one look more; the same object where that one was measured. */
export function withLook(counts: Unmeasured, resident: Known<Bytes>): Unmeasured {
  return resident.known ? counts : plusLooks(counts, resident.why.code, 1);
}

function plusLooks(counts: Unmeasured, code: ReasonCode, looks: number): Unmeasured {
  const before = counts.get(code);
  return new Map(counts).set(code, before === undefined ? looks : before + looks);
}

/** Over all lives of an engine, oldest first. */
export function unmeasuredOf(runs: readonly { readonly unmeasured: Unmeasured }[]): Unmeasured {
  let all = ALL_MEASURED;
  for (const { unmeasured } of runs) for (const [code, looks] of unmeasured) all = plusLooks(all, code, looks);
  return all;
}

/** One sentence; empty where every look was measured. `looks`: all of them. */
export function unmeasuredSentence(looks: number, unmeasured: Unmeasured): string {
  if (unmeasured.size === 0) return '';
  const count = [...unmeasured.values()].reduce((sum, each) => sum + each);
  const whys = [...unmeasured].map(([code, each]) => `${REASONS[code]} (${each})`);
  const them = count === 1 ? 'it' : 'them';
  return `${count} of its ${looks} looks could not be measured, and what happened in ${them} is not known: ${whys.join('; ')}.`;
}
