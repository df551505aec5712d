// The pair: resident memory beside the engine's own numbers, with the signed gap, its resolution and the age of each.
import { known, total, unknown, type Known } from '../base/known.ts';
import { reason, type Reason } from '../base/reason.ts';
import { bytes, minus, plus, SMI_RESOLUTION, type Bytes } from '../base/units.ts';
import type { Accounting, EngineStatement } from '../engines/accounting.ts';
import type { ProcessRole } from '../engines/process-role.ts';
import { listingGaps, ownRows, unlistedOf, type Sighting } from '../gates/sighting.ts';
import type { Subject } from '../gates/subject.ts';
import type { Holding } from '../ledger/holding.ts';
import { NO_BUS, sumPerBus, type BusKey, type PerBus } from '../ledger/per-bus.ts';
import type { Pid } from '../model/ids.ts';
import { unstated, type Stated } from '../model/accounting.ts';
import type { AwakeLevel } from './engine-record.ts';
import type { PairNumbers, ResidentAwake } from './pair-numbers.ts';
import { pairSentence } from './pair-sentence.ts';
import { entryOf, largestEntry, placedRanks, type PlacedRank } from './reporting-rank.ts';

/** One bus of an engine, or the engine's worst bus. */
export interface Pair extends PairNumbers {
  readonly sentence: string;
}

export interface EnginePair {
  /** The worst bus against the largest sum of an entry. Its gap is the engine's `gapBytes`. */
  readonly engine: Pair;
  readonly buses: readonly Pair[];
  /** Since the answer came in; undefined without accounting or a clock. */
  readonly accountingAgeMs: number | undefined;
}

export interface PairInput {
  readonly subject: Subject;
  /** A live view has no closing reading, and a verdict without one is another matter: the rows are of the sample. */
  readonly sighting: Sighting;
  readonly roles: ReadonlyMap<Pid, ProcessRole>;
  readonly statement: EngineStatement | undefined;
  readonly awake: AwakeLevel | undefined;
  /** Now, on the clock of `receivedMs`; undefined where nobody says. */
  readonly nowMs: number | undefined;
  /** Now, on the node's monotonic clock. */
  readonly nodeNowMs: number | undefined;
}

/**
 * Accounting stands only where the rank that recorded it is at home, and is never spread over GPUs. A part that is
 * unknown makes resident unknown: a lower bound has no gap.
 */
export function pairOf(input: PairInput): EnginePair {
  const { subject, sighting, roles, statement, nowMs } = input;
  const rows = ownRows(subject, sighting);
  const perBus = sumPerBus([...rows, ...unlistedOf(subject, sighting)]);
  const gaps = reasonsAgainst(subject, sighting);
  const ranks = placedRanks(subject, rows, roles, statement);
  const told = statement?.accounting ?? unstated('not-asked');
  const buses = [...perBus.keys()].map((bus) => busPair(bus, { input, rows, perBus, gaps, ranks, told }));
  return {
    engine: enginePair({ input, rows, perBus, gaps, ranks, told }, buses),
    buses,
    accountingAgeMs: told.known && nowMs !== undefined ? nowMs - told.value.receivedMs : undefined,
  };
}

interface Scene {
  readonly input: PairInput;
  readonly rows: readonly Holding[];
  readonly perBus: PerBus;
  readonly gaps: readonly Reason[];
  readonly ranks: readonly PlacedRank[];
  readonly told: Stated<Accounting>;
}

/** Why more than the listed rows may be the engine's, on any bus. */
function reasonsAgainst(subject: Subject, sighting: Sighting): Reason[] {
  const { snapshot } = sighting;
  const reasons = [...snapshot.driverReasons];
  if (snapshot.usage === undefined && reasons.length === 0) reasons.push(reason('smi-failed', 'usage'));
  if (snapshot.node.pidNamespace !== 'host') reasons.push(reason('pid-namespace'));
  if (!snapshot.scan.complete) reasons.push(reason('proc-incomplete'));
  return [...reasons, ...subject.incomplete, ...listingGaps(sighting)];
}

function residentOn(bus: BusKey, { perBus, gaps }: Scene): Known<Bytes> {
  const tally = perBus.get(bus);
  // The two-column query adds up all GPUs, and a sum of GPUs is no GPU's.
  if (tally === undefined || bus === NO_BUS) return unknown(bus === NO_BUS ? 'no-bus-column' : 'no-tree-row');
  const [gap] = gaps;
  return gap === undefined ? total(tally) : { known: false, why: gap };
}

function busPair(bus: BusKey, scene: Scene): Pair {
  const here = scene.ranks.filter((rank) => rank.bus === bus);
  const [reporting, ...others] = here.filter((rank) => rank.reports);
  const resident = residentOn(bus, scene);
  const base = { bus, resident, atLeast: scene.perBus.get(bus)?.atLeast, residentAwake: awakeOn(bus, scene) };
  if (reporting === undefined || others.length > 0 || here.length > 1) {
    return compared(base, undefined, scene, here.length > 1 ? `shared by ${here.length} ranks` : 'no reporting rank');
  }
  const { told } = scene;
  if (!told.known) return compared(base, { accounting: told, basis: 'none', entry: undefined }, scene);
  const found = entryOf(reporting.rank, told.value);
  // Which of several groups the only entry is of, nobody says.
  const isAnyones = found?.basis === 'only' && found.entry.dpRank === null && groupsOf(scene.ranks) > 1;
  if (found === undefined || isAnyones) {
    const where = `entry of dp_rank ${reporting.rank?.dp ?? 'unknown'}`;
    return compared(base, { accounting: unstated('missing', where), basis: 'none', entry: undefined }, scene);
  }
  return compared(base, { ...found, accounting: found.entry.sum }, scene);
}

/** Data-parallel groups with a reporting rank on this node. */
function groupsOf(ranks: readonly PlacedRank[]): number {
  return new Set(ranks.flatMap(({ reports, rank }) => (reports ? [rank?.dp ?? null] : []))).size;
}

function enginePair(scene: Scene, buses: readonly Pair[]): Pair {
  const { told } = scene;
  const worst = worstOf(buses);
  const [partial] = buses.filter((pair) => !pair.resident.known);
  const nothing =
    scene.gaps[0] ??
    reason('no-tree-row', scene.input.subject.rootPid === null ? '' : `pid ${scene.input.subject.rootPid}`);
  // A bus of which the sum is unknown could be the worst.
  const resident: Known<Bytes> = partial?.resident ?? worst?.resident ?? { known: false, why: nothing };
  const awake = scene.input.awake;
  const residentAwake = awake === undefined ? undefined : agedAwake(known(awake.worst), scene);
  const base = { bus: worst?.bus ?? null, resident, atLeast: worst?.atLeast, residentAwake };
  if (!told.known) return compared(base, { accounting: told, basis: 'none', entry: undefined }, scene);
  const { entries, maxSum } = told.value;
  const [first, ...others] = entries;
  const entry = first === undefined ? undefined : largestEntry(entries, first);
  const basis = first === undefined ? 'none' : others.length === 0 ? 'only' : 'largest';
  return compared(base, { accounting: maxSum, basis, entry }, scene);
}

function worstOf(buses: readonly Pair[]): Pair | undefined {
  let worst: Pair | undefined;
  for (const pair of buses) {
    if (pair.atLeast === undefined) continue;
    if (worst?.atLeast === undefined || pair.atLeast > worst.atLeast) worst = pair;
  }
  return worst;
}

function awakeOn(bus: BusKey, scene: Scene): ResidentAwake | undefined {
  const tally = scene.input.awake?.perBus.get(bus);
  return tally === undefined ? undefined : agedAwake(total(tally), scene);
}

function agedAwake(resident: Known<Bytes>, { input: { awake, nodeNowMs } }: Scene): ResidentAwake {
  const atMs = awake?.atMs;
  return { resident, atMs, ageMs: atMs === undefined || nodeNowMs === undefined ? undefined : nodeNowMs - atMs };
}

type Base = Pick<PairNumbers, 'bus' | 'resident' | 'atLeast' | 'residentAwake'>;
type Entry = Pick<PairNumbers, 'accounting' | 'basis' | 'entry'>;

function compared(base: Base, against: Entry | undefined, scene: Scene, whyNone = ''): Pair {
  const { told, rows } = scene;
  const accounting = against?.accounting;
  const basis = against?.basis ?? 'none';
  const numbers = base.resident.known && accounting?.known === true ? [base.resident.value, accounting.value] : [];
  const [resident, stated] = numbers;
  const gap = resident === undefined || stated === undefined ? undefined : minus(resident, stated);
  const share = resident === undefined || stated === undefined || stated <= 0 ? undefined : resident / stated;
  const listed = rows.filter((row) => (row.bus ?? NO_BUS) === base.bus).length;
  const band =
    told.known && accounting !== undefined ? plus(told.value.band, bytes(SMI_RESOLUTION * listed)) : undefined;
  const within = gap === undefined || band === undefined ? undefined : Math.abs(gap) <= band;
  const entries = told.known ? told.value.entries.length : undefined;
  const pair = { ...base, accounting, basis, entry: against?.entry, share, gap, band, within };
  return { ...pair, sentence: pairSentence(pair, { whyNone, entries }) };
}
