// Ranks of an engine that live and that the driver does not list: their memory may be among what nobody is listed for.
import { sum, type Known } from '../base/known.ts';
import { reason, type Reason } from '../base/reason.ts';
import type { Bytes } from '../base/units.ts';
import type { Holding } from '../ledger/holding.ts';
import { NO_BUS, type BusKey } from '../ledger/per-bus.ts';
import { heldAtMost, silentRanks } from '../ledger/unlisted-rows.ts';
import type { Device } from '../model/snapshot.ts';
import type { Policy } from './policy.ts';
import { deviceOn, unlistedOf, type Sighting } from './sighting.ts';
import type { Subject } from './subject.ts';

/**
 * A rank has a CUDA context as long as it lives, also asleep, so one without a row beside others of its kind that have
 * theirs was left out. A reason for each GPU where what nobody is listed for, counted as the engine's, would pass the
 * limit; also where a GPU does not say what is used. Without a bus column all of them are one. The larger of the two
 * device readings counts. What is listed without a number is counted with 0 here: it has reasons of its own. Memory of
 * others may be listed twice, so that only the largest of them is sure to be theirs.
 */
export function unlistedRanks(subject: Subject, own: readonly Holding[], sighting: Sighting, policy: Policy): Reason[] {
  const pids = new Set(own.map(({ pid }) => pid));
  const silent = silentRanks(subject.members, pids);
  // Where nobody has a row that is a reason of its own.
  if (silent.length === 0 || own.length === 0) return [];
  const who = `pid ${silent.map(({ pid }) => pid).join(', ')} has no row`;
  const { snapshot, held } = sighting;
  const devices = snapshot.devices?.devices ?? [];
  const places: [BusKey, readonly Device[]][] =
    snapshot.usage?.hasBus === true ? devices.map((each) => [each.bus, [each]]) : [[NO_BUS, devices]];
  return places.flatMap(([bus, on]) => {
    const used = sum(on.map((each) => largerUsed(each, sighting)));
    const mine = heldAtMost(bus === NO_BUS ? undefined : bus, used.atLeast, held, pids);
    const isPossible = used.missing.length > 0 || mine > policy.limit;
    return isPossible ? [reason('unlisted-memory', bus === NO_BUS ? who : `${bus}: ${who}`)] : [];
  });
}

/**
 * Of a gate on cards: those on which nobody of the engine is listed, that hold more than the limit, and part of which such
 * a rank may hold. Which card is its own, nobody says.
 */
export function unlistedCards(subject: Subject, own: readonly Holding[], sighting: Sighting, policy: Policy): Reason[] {
  const mine = new Set(own.map(({ bus }) => bus));
  const devices = sighting.snapshot.devices?.devices ?? [];
  return unlistedOf(subject, sighting).flatMap(({ bus, used }) => {
    const device = devices.find((each) => each.bus === bus);
    const size = device === undefined ? undefined : largerUsed(device, sighting);
    const isWithin = size?.known === true && size.value <= policy.limit;
    return used.known || isWithin || mine.has(bus) ? [] : [used.why];
  });
}

/** What a rank takes between the two readings is the engine's as well. */
function largerUsed({ bus, used }: Device, { closing }: Sighting): Known<Bytes> {
  const after = deviceOn(bus, closing)?.used;
  return used.known && after?.known === true && after.value > used.value ? after : used;
}
