// The whole-gpu gate: the largest memory.used of the engine's buses, whoever holds it. Attribution names the co-tenants.
import { EMPTY_TALLY, add, orNull } from '../base/known.ts';
import { reason, type Reason } from '../base/reason.ts';
import { ZERO_BYTES, type Bytes } from '../base/units.ts';
import { busesOf } from '../ledger/device-ledger.ts';
import type { PerBus } from '../ledger/per-bus.ts';
import type { BusId } from '../model/ids.ts';
import type { Policy } from './policy.ts';
import { seedCardReading } from './seed.ts';
import { deviceOn, listingGaps, ownRows, type Sighting } from './sighting.ts';
import type { Subject } from './subject.ts';
import type { Judgement, Verdict } from './verdict.ts';

/**
 * `buses` are the cards that the user named; without them they are the buses on which the engine's tree is listed, and
 * then everything that makes the tree uncertain makes the verdict uncertain too.
 */
export function evaluateCard(
  subject: Subject,
  sighting: Sighting,
  policy: Policy,
  buses: readonly BusId[] | undefined,
): Judgement {
  const { snapshot, closing } = sighting;
  const chosen = buses ?? busesOf(ownRows(subject, sighting));
  const reasons = buses === undefined ? reasonsAgainstTree(subject, sighting, chosen) : [...sighting.closingReasons];
  if (snapshot.devices === undefined) reasons.push(...snapshot.driverReasons);
  const readings = chosen.map((bus) => ({
    bus,
    opening: deviceOn(bus, snapshot.devices)?.used,
    next: deviceOn(bus, closing)?.used,
  }));
  let worst: { bus: BusId; used: Bytes } | undefined;
  let movedAcross = false;
  const cards = new Map<BusId, typeof EMPTY_TALLY>();
  for (const { bus, opening, next } of readings) {
    if (opening === undefined || !opening.known || (closing !== undefined && next?.known !== true)) {
      reasons.push(reason('device-unreadable', bus));
    }
    if (opening !== undefined) cards.set(bus, add(EMPTY_TALLY, opening));
    if (opening?.known !== true) continue;
    if (worst === undefined || opening.value > worst.used) worst = { bus, used: opening.value };
    if (next?.known === true && opening.value > policy.limit !== next.value > policy.limit) {
      movedAcross = true;
      reasons.push(reason('moving', bus));
    }
  }
  const unknown = reasons.some((each) => each.code !== 'moving');
  const perBus: PerBus = cards;
  return {
    subject,
    verdict: verdictOf(worst?.used, policy, movedAcross, reasons.length > 0),
    reasons,
    residual: worst === undefined || unknown ? null : worst.used,
    atLeast: worst?.used ?? ZERO_BYTES,
    worstBus: worst?.bus ?? null,
    perBus,
    seed: seedCardReading(
      readings.map(({ opening }) => (opening === undefined ? null : orNull(opening))),
      policy,
    ),
    exempt: false,
  };
}

function verdictOf(used: Bytes | undefined, policy: Policy, movedAcross: boolean, uncertain: boolean): Verdict {
  if (used !== undefined && used > policy.limit && !movedAcross) return 'fail';
  return used === undefined || uncertain ? 'inconclusive' : 'pass';
}

function reasonsAgainstTree(subject: Subject, sighting: Sighting, buses: readonly BusId[]): Reason[] {
  const { snapshot, closingReasons } = sighting;
  const reasons: Reason[] = [...closingReasons, ...subject.incomplete];
  if (snapshot.node.pidNamespace !== 'host') reasons.push(reason('pid-namespace'));
  if (!snapshot.scan.complete) reasons.push(reason('proc-incomplete'));
  if (snapshot.devices !== undefined) reasons.push(...snapshot.driverReasons);
  if (snapshot.usage === undefined) return reasons;
  if (!snapshot.usage.hasBus) reasons.push(reason('no-bus-column'));
  else if (buses.length === 0) reasons.push(reason('no-tree-row'));
  reasons.push(...listingGaps(sighting));
  return reasons;
}
