// The engine-tree gate: the residual of a tree, summed per bus, then the maximum over buses, against the limit.
import { known, sum, type Tally } from '../base/known.ts';
import { reason, type Reason } from '../base/reason.ts';
import { minus, plus, SMI_RESOLUTION, ZERO_BYTES, type Bytes } from '../base/units.ts';
import type { Holding } from '../ledger/holding.ts';
import { NO_BUS, sumPerBus, type BusKey, type PerBus } from '../ledger/per-bus.ts';
import type { Device, DeviceReading, Snapshot } from '../model/snapshot.ts';
import type { Policy } from './policy.ts';
import { seedTreeReading } from './seed.ts';
import { unlistedRanks } from './silent-ranks.ts';
import { deviceOn, driverGaps, listingGaps, ownRows, unlistedOf, type Sighting } from './sighting.ts';
import type { Subject } from './subject.ts';
import type { Judgement, Verdict } from './verdict.ts';

/**
 * A sum with a part missing is a lower bound: above the limit it is a fail, otherwise inconclusive. Inside a PID
 * namespace nothing is judged, because the driver reports wrong pids or wrong sizes there.
 */
export function evaluateTree(subject: Subject, sighting: Sighting, policy: Policy): Judgement {
  const { snapshot, held } = sighting;
  const own = ownRows(subject, sighting);
  const perBus = sumPerBus(own);
  const worst = worstOf(perBus);
  const reasons = reasonsAgainst(subject, sighting, own, perBus, policy);
  const overLimit = worst !== undefined && worst.tally.atLeast > policy.limit;
  const verdict = verdictOf(overLimit, reasons, hasOneDevice(snapshot));
  const isWhole = reasons.every((each) => each.code === 'no-bus-column' || each.code === 'moving');
  // What a rank holds that is not listed may be too little to matter, and is not known all the same.
  const exact = worst !== undefined && isWhole && unlistedOf(subject, sighting).length === 0;
  return {
    subject,
    verdict,
    reasons,
    residual: exact ? worst.tally.atLeast : null,
    atLeast: worst?.tally.atLeast ?? ZERO_BYTES,
    worstBus: worst?.bus ?? null,
    perBus,
    seed: seedTreeReading(subject, held, snapshot, policy),
    exempt: false,
  };
}

/** Only then is a sum over all GPUs the sum of one. A GPU that did not answer is one more. */
function hasOneDevice({ devices, buses }: Snapshot): boolean {
  if (devices === undefined || devices.lostRows > 0) return false;
  return new Set([...devices.devices.map((device) => device.bus), ...devices.unreadableBuses, ...buses]).size === 1;
}

function verdictOf(overLimit: boolean, reasons: readonly Reason[], oneDevice: boolean): Verdict {
  const codes = new Set(reasons.map((each) => each.code));
  if (codes.has('pid-namespace')) return 'inconclusive';
  if (codes.has('no-bus-column')) {
    // The sum spans GPUs: within the limit every bus is, above it none need be, unless there is only one.
    if (overLimit) return oneDevice ? 'fail' : 'inconclusive';
    return codes.size === 1 ? 'pass' : 'inconclusive';
  }
  if (overLimit) return 'fail';
  return reasons.length === 0 ? 'pass' : 'inconclusive';
}

function worstOf(perBus: PerBus): { bus: BusKey; tally: Tally } | undefined {
  let worst: { bus: BusKey; tally: Tally } | undefined;
  for (const [bus, tally] of perBus) {
    if (worst === undefined || tally.atLeast > worst.tally.atLeast) worst = { bus, tally };
  }
  return worst;
}

function reasonsAgainst(
  subject: Subject,
  sighting: Sighting,
  own: readonly Holding[],
  perBus: PerBus,
  policy: Policy,
): Reason[] {
  const { snapshot } = sighting;
  const gaps = driverGaps(sighting);
  const reasons: Reason[] = [...gaps];
  if (snapshot.node.pidNamespace !== 'host') reasons.push(reason('pid-namespace'));
  if (!snapshot.scan.complete) reasons.push(reason('proc-incomplete'));
  reasons.push(...subject.incomplete);
  if (snapshot.usage === undefined) return reasons;
  if (!snapshot.usage.hasBus) reasons.push(reason('no-bus-column'));
  const unread = listingGaps(sighting);
  reasons.push(...unread);
  // Only a driver that answered whole says that nobody of the tree is there.
  if (own.length === 0 && gaps.length === 0)
    reasons.push(reason('no-tree-row', subject.rootPid === null ? '' : `pid ${subject.rootPid}`));
  for (const { missing } of perBus.values()) reasons.push(...missing);
  for (const [bus, tally] of perBus) reasons.push(...reasonsOnBus(bus, tally, own, sighting, policy));
  // A list that is not whole explains a missing row.
  if (gaps.length === 0 && unread.length === 0) reasons.push(...unlistedRanks(subject, own, sighting, policy));
  return reasons;
}

/**
 * What else is on this bus that could be the engine's, together with what it grew by meanwhile: reasons only when all of
 * it, counted as the engine's, would pass the limit that the engine's own rows keep.
 */
function reasonsOnBus(
  bus: BusKey,
  tally: Tally,
  own: readonly Holding[],
  { held, snapshot, closing }: Sighting,
  policy: Policy,
): Reason[] {
  if (tally.atLeast > policy.limit) return [];
  const others = held.filter((each) => (each.bus ?? NO_BUS) === bus && !own.includes(each));
  const gone = others.filter((each) => each.owner.class === 'gone');
  const hidden = others.filter((each) => each.owner.class === 'hidden');
  const grown = growthOn(bus, snapshot.devices, closing);
  const extra = sum([...gone, ...hidden].map((each) => each.used).concat(grown === undefined ? [] : [known(grown)]));
  if (extra.missing.length === 0 && plus(tally.atLeast, extra.atLeast) <= policy.limit) return [];
  const reasons: Reason[] = [];
  if (gone.length > 0) reasons.push(reason('gone-rows', bus));
  if (hidden.length > 0) {
    reasons.push(reason('proc-incomplete', `${bus}: pid ${hidden.map((each) => each.pid).join(', ')} may not be seen`));
  }
  if (grown !== undefined) reasons.push(reason('moving', bus === NO_BUS ? '' : bus));
  return reasons;
}

/** Without a bus column the engine may be on any GPU: then the one that grew most. */
function growthOn(bus: BusKey, before: DeviceReading | undefined, after: DeviceReading | undefined): Bytes | undefined {
  if (bus !== NO_BUS) return growth(deviceOn(bus, before), deviceOn(bus, after));
  let most: Bytes | undefined;
  for (const device of before?.devices ?? []) {
    const grown = growth(device, deviceOn(device.bus, after));
    if (grown !== undefined && (most === undefined || grown > most)) most = grown;
  }
  return most;
}

/** How much `used` grew between the sample and the closing reading, where that is more than rounding. */
function growth(before: Device | undefined, after: Device | undefined): Bytes | undefined {
  if (before?.used.known !== true || after?.used.known !== true) return undefined;
  const change = minus(after.used.value, before.used.value);
  return change > SMI_RESOLUTION ? change : undefined;
}
