// Ranks of an engine that live and that the driver does not list: their memory may be among what nobody is listed for.
import { sum, type Known } from '../base/known.ts';
import { reason, type Reason } from '../base/reason.ts';
import { minus, plus, ZERO_BYTES, type Bytes } from '../base/units.ts';
import { ENGINES } from '../engines/definitions.ts';
import type { Holding } from '../ledger/holding.ts';
import { NO_BUS, type BusKey, type PerBus } from '../ledger/per-bus.ts';
import type { Device, HostProcess } from '../model/snapshot.ts';
import type { Policy } from './policy.ts';
import { deviceOn, type Sighting } from './sighting.ts';
import type { Subject } from './subject.ts';

/**
 * A rank has a CUDA context as long as it lives, also asleep, so one without a row beside others of its kind that have
 * theirs was left out. A reason for each GPU where what nobody is listed for, counted as the engine's, would pass the
 * limit; also where a GPU does not say what is used. Without a bus column all of them are one. The larger of the two
 * device readings counts. What is listed without a number is counted with 0 here: it has reasons of its own.
 */
export function unlistedRanks(
  subject: Subject,
  own: readonly Holding[],
  perBus: PerBus,
  sighting: Sighting,
  policy: Policy,
): Reason[] {
  const silent = silentRanks(subject, own);
  if (silent.length === 0) return [];
  const who = `pid ${silent.map(({ pid }) => pid).join(', ')} has no row`;
  const { snapshot, held } = sighting;
  const devices = snapshot.devices?.devices ?? [];
  const places: [BusKey, readonly Device[]][] =
    snapshot.usage?.hasBus === true ? devices.map((each) => [each.bus, [each]]) : [[NO_BUS, devices]];
  return places.flatMap(([bus, on]) => {
    const used = sum(on.map((each) => largerUsed(each, sighting)));
    const listed = sum(held.filter((each) => (each.bus ?? NO_BUS) === bus).map((each) => each.used)).atLeast;
    const mine = plus(perBus.get(bus)?.atLeast ?? ZERO_BYTES, minus(used.atLeast, listed));
    const isPossible = used.missing.length > 0 || mine > policy.limit;
    return isPossible ? [reason('unlisted-memory', bus === NO_BUS ? who : `${bus}: ${who}`)] : [];
  });
}

/** What a rank takes between the two readings is the engine's as well. */
function largerUsed({ bus, used }: Device, { closing }: Sighting): Known<Bytes> {
  const after = deviceOn(bus, closing)?.used;
  return used.known && after?.known === true && after.value > used.value ? after : used;
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
