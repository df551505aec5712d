// On which bus an engine's own numbers may stand: where the process that recorded them is at home, and nowhere else.
import type { Bytes } from '../base/units.ts';
import type { Accounting, EngineStatement, AccountingEntry } from '../engines/accounting.ts';
import { definitionOf } from '../engines/definitions.ts';
import type { Rank } from '../engines/engine-definition.ts';
import type { ProcessRole } from '../engines/process-role.ts';
import type { Subject } from '../gates/subject.ts';
import type { Holding } from '../ledger/holding.ts';
import { NO_BUS, sumPerBus, type BusKey } from '../ledger/per-bus.ts';
import type { BusId, Pid } from '../model/ids.ts';

/** A process with the memory of one rank, at home on one bus. */
export interface PlacedRank {
  readonly pid: Pid;
  readonly bus: BusId;
  /** null: its title names no rank, as of an engine with only one. */
  readonly rank: Rank | null;
  /** Rank 0 of its data-parallel group: the only one that answers with accounting. */
  readonly reports: boolean;
}

/** Ranks at home where they hold most. One of whose rows a part is unknown has no home that can be told. */
export function placedRanks(
  subject: Subject,
  rows: readonly Holding[],
  roles: ReadonlyMap<Pid, ProcessRole>,
  statement: EngineStatement | undefined,
): PlacedRank[] {
  const memoryRoles = subject.kind === 'tree' ? undefined : definitionOf(subject.kind).memoryRoles;
  return subject.members.flatMap(({ pid, title }): PlacedRank[] => {
    const role = roles.get(pid);
    // Of a zombie only the cut comm is left, and a rank that stood behind it may be any.
    if (title === '' || role === undefined || memoryRoles?.has(role.role) !== true) return [];
    const bus = homeOf(rows.filter((row) => row.pid === pid));
    return bus === undefined ? [] : [{ pid, bus, rank: role.rank, reports: isFirst(role.rank, statement) }];
  });
}

function homeOf(rows: readonly Holding[]): BusId | undefined {
  const buses = new Set(rows.map((row) => row.bus));
  const [only] = buses;
  if (buses.size === 1) return only;
  if (rows.some((row) => !row.used.known)) return undefined;
  let home: { bus: BusKey; bytes: Bytes } | undefined;
  for (const [bus, { atLeast }] of sumPerBus(rows))
    if (home === undefined || atLeast > home.bytes) home = { bus, bytes: atLeast };
  return home === undefined || home.bus === NO_BUS ? undefined : home.bus;
}

/**
 * Tensor and pipeline rank 0, or none named. With attention split over data-parallel groups (enable_dp_attention) titles
 * count tensor ranks through: DP1 of tp_size 4 and dp_size 2 begins at TP2.
 */
function isFirst(rank: Rank | null, statement: EngineStatement | undefined): boolean {
  if (rank === null) return true;
  if (rank.pp !== null && rank.pp !== 0) return false;
  if (rank.tp === null || rank.tp === 0) return true;
  const { enable_dp_attention: splits, tp_size: tensor, dp_size: groups } = statement?.configuration ?? {};
  if (splits !== true || typeof tensor !== 'number' || typeof groups !== 'number' || groups < 2) return false;
  const inGroup = tensor / groups;
  return Number.isInteger(inGroup) && inGroup > 0 && rank.tp % inGroup === 0;
}

/** `rank`: the answer names it. `only`: the answer has one entry. `largest`: it has several without ranks. */
export type EntryBasis = 'rank' | 'only' | 'largest';

/** The entry of a rank; undefined where the answer names ranks and this one is not among them, or has no entries. */
export function entryOf(
  rank: Rank | null,
  { entries }: Accounting,
): { readonly entry: AccountingEntry; readonly basis: EntryBasis } | undefined {
  const [first, ...others] = entries;
  if (first === undefined) return undefined;
  const dp = rank?.dp ?? null;
  if (entries.every((entry) => entry.dpRank !== null)) {
    if (dp === null && others.length === 0) return { entry: first, basis: 'only' };
    const [named, twin] = entries.filter((entry) => entry.dpRank === dp);
    // Named twice, nobody says which of the two it is.
    if (dp !== null) return named === undefined || twin !== undefined ? undefined : { entry: named, basis: 'rank' };
  }
  return others.length === 0
    ? { entry: first, basis: 'only' }
    : { entry: largestEntry(entries, first), basis: 'largest' };
}

/** One whose sum is unknown could be the largest, so it is. */
export function largestEntry(entries: readonly AccountingEntry[], first: AccountingEntry): AccountingEntry {
  return entries.reduce(
    (most, each) => (!most.sum.known || (each.sum.known && each.sum.value <= most.sum.value) ? most : each),
    first,
  );
}
