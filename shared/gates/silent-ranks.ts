// Ranks of an engine that live and that the driver does not list: their memory may be among what nobody is listed for.
import { sum } from '../base/known.ts';
import { reason, type Reason } from '../base/reason.ts';
import { minus, plus, ZERO_BYTES } from '../base/units.ts';
import { ENGINES } from '../engines/definitions.ts';
import type { Holding } from '../ledger/holding.ts';
import { NO_BUS, type PerBus } from '../ledger/per-bus.ts';
import type { HostProcess } from '../model/snapshot.ts';
import type { Policy } from './policy.ts';
import type { Sighting } from './sighting.ts';
import type { Subject } from './subject.ts';

/**
 * A rank has a CUDA context as long as it lives, also asleep, so one without a row beside others of its kind that have
 * theirs was left out. A reason for each GPU where what nobody is listed for, counted as the engine's, would pass the
 * limit; also where a GPU does not say what is used. What is listed without a number is counted with 0 here: it has
 * reasons of its own.
 */
export function unlistedRanks(
  subject: Subject,
  own: readonly Holding[],
  perBus: PerBus,
  { snapshot, held }: Sighting,
  policy: Policy,
): Reason[] {
  const silent = silentRanks(subject, own);
  if (silent.length === 0 || snapshot.usage?.hasBus !== true) return [];
  const who = `pid ${silent.map(({ pid }) => pid).join(', ')} has no row`;
  return (snapshot.devices?.devices ?? []).flatMap(({ bus, used }) => {
    if (!used.known) return [reason('unlisted-memory', `${bus}: ${who}`)];
    const listed = sum(held.filter((each) => (each.bus ?? NO_BUS) === bus).map((each) => each.used)).atLeast;
    const unlisted = minus(used.value, listed);
    const mine = perBus.get(bus)?.atLeast ?? ZERO_BYTES;
    return plus(mine, unlisted) > policy.limit ? [reason('unlisted-memory', `${bus}: ${who}`)] : [];
  });
}

function silentRanks({ members }: Subject, own: readonly Holding[]): HostProcess[] {
  const listed = new Set(own.map(({ pid }) => pid));
  const roles = new Set(members.filter(({ pid }) => listed.has(pid)).flatMap((each) => memoryRole(each) ?? []));
  return members.filter((each) => {
    const role = memoryRole(each);
    return role !== undefined && roles.has(role) && !listed.has(each.pid);
  });
}

/** What the process calls itself, where such a part holds GPU memory; undefined for all others. */
function memoryRole(process: HostProcess): string | undefined {
  for (const { part, memoryRoles } of ENGINES) {
    const role = part(process)?.role;
    if (role !== undefined && memoryRoles.has(role)) return role;
  }
  return undefined;
}
