// The whole-gpu gate: the largest memory.used of the engine's buses, whoever holds it. Attribution names the co-tenants.
import { add, EMPTY_TALLY, orNull, type Known } from '../base/known.ts';
import { reason, type Reason } from '../base/reason.ts';
import { ZERO_BYTES, type Bytes } from '../base/units.ts';
import { busesOf } from '../ledger/device-ledger.ts';
import type { BusId } from '../model/ids.ts';
import type { Policy } from './policy.ts';
import { seedCardReading } from './seed.ts';
import { unlistedCards } from './silent-ranks.ts';
import { deviceOn, driverGaps, listingGaps, ownRows, type Sighting } from './sighting.ts';
import type { Subject } from './subject.ts';
import type { Judgement, Verdict } from './verdict.ts';

interface Card {
  readonly bus: BusId;
  readonly used: Known<Bytes>;
  readonly reasons: readonly Reason[];
}

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
  const own = ownRows(subject, sighting);
  const cards = (buses ?? busesOf(own)).map((bus) => readCard(bus, sighting, policy));
  const whose =
    buses === undefined
      ? [...reasonsAgainstTree(subject, sighting, cards.length), ...unlistedCards(subject, own, sighting, policy)]
      : cardGaps(sighting);
  const reasons = [...whose, ...cards.flatMap((card) => card.reasons)];
  const worst = worstOf(cards);
  const exact = worst !== undefined && reasons.every((each) => each.code === 'moving');
  return {
    subject,
    verdict: verdictOf(cards, reasons, policy),
    reasons,
    residual: exact ? worst.value : null,
    atLeast: worst?.value ?? ZERO_BYTES,
    worstBus: worst?.bus ?? null,
    perBus: new Map(cards.map(({ bus, used }) => [bus, add(EMPTY_TALLY, used)])),
    seed: seedCardReading(
      cards.map(({ used }) => orNull(used)),
      policy,
    ),
    exempt: false,
  };
}

function readCard(bus: BusId, { snapshot, closing }: Sighting, policy: Policy): Card {
  const unreadable = reason('device-unreadable', bus);
  const used = deviceOn(bus, snapshot.devices)?.used ?? { known: false, why: unreadable };
  const next = deviceOn(bus, closing)?.used;
  // A GPU that refused a part of its answer is not trusted with the rest of it: only above the limit it says enough.
  const isRefused = [snapshot.devices, closing].some((reading) => reading?.unreadableBuses.includes(bus) === true);
  if (!used.known || next?.known !== true || isRefused) return { bus, used, reasons: [unreadable] };
  const crossed = used.value > policy.limit !== next.value > policy.limit;
  return { bus, used, reasons: crossed ? [reason('moving', bus)] : [] };
}

/** A card that crossed the limit between the two readings does not decide; one that stayed above it does. */
function verdictOf(cards: readonly Card[], reasons: readonly Reason[], policy: Policy): Verdict {
  // Inside a PID namespace the driver's pids are not ours, so the cards may be another engine's.
  if (reasons.some((each) => each.code === 'pid-namespace')) return 'inconclusive';
  const fails = cards.some(
    (card) => card.used.known && card.used.value > policy.limit && !card.reasons.some((each) => each.code === 'moving'),
  );
  if (fails) return 'fail';
  return cards.length === 0 || reasons.length > 0 ? 'inconclusive' : 'pass';
}

function worstOf(cards: readonly Card[]): { bus: BusId; value: Bytes } | undefined {
  let worst: { bus: BusId; value: Bytes } | undefined;
  for (const { bus, used } of cards) {
    if (used.known && (worst === undefined || used.value > worst.value)) worst = { bus, value: used.value };
  }
  return worst;
}

/** The process lists do not matter to named cards; only the two device readings do. */
function cardGaps({ snapshot, closing, closingReasons }: Sighting): Reason[] {
  const opening = snapshot.devices === undefined ? snapshot.driverReasons : [];
  const reasons = [...opening, ...closingReasons];
  return reasons.length === 0 && closing === undefined ? [reason('smi-failed', 'closing reading')] : reasons;
}

function reasonsAgainstTree(subject: Subject, sighting: Sighting, cardCount: number): Reason[] {
  const { snapshot } = sighting;
  const reasons: Reason[] = [...driverGaps(sighting), ...subject.incomplete];
  if (snapshot.node.pidNamespace !== 'host') reasons.push(reason('pid-namespace'));
  if (!snapshot.scan.complete) reasons.push(reason('proc-incomplete'));
  if (snapshot.usage === undefined) return reasons;
  if (!snapshot.usage.hasBus) reasons.push(reason('no-bus-column'));
  else if (cardCount === 0) reasons.push(reason('no-tree-row'));
  reasons.push(...listingGaps(sighting));
  return reasons;
}
