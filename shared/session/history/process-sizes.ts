// What each process holds on each GPU in one look: by pid and start time, so that a later process of a pid is another one.
import type { Known, Tally } from '../../base/known.ts';
import { add, EMPTY_TALLY, total } from '../../base/known.ts';
import { reason, type Reason } from '../../base/reason.ts';
import type { Bytes } from '../../base/units.ts';
import type { ProcessRole } from '../../engines/process-role.ts';
import { listingGaps, type Sighting } from '../../gates/sighting.ts';
import type { Holding, Owner } from '../../ledger/holding.ts';
import { NO_BUS, type BusKey } from '../../ledger/per-bus.ts';
import { withUnlisted } from '../../ledger/unlisted-rows.ts';
import type { Pid, ProcessKey } from '../../model/ids.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Moment } from '../moment.ts';
import { engineKey } from '../session.ts';

declare const holderBrand: unique symbol;
/** `4001@671 00000000:3B:00.0`; of a pid that no longer exists, or may not be seen, `4001@gone …`, `4001@hidden …`. */
export type HolderKey = string & { readonly [holderBrand]: true };

export type HolderSizes = ReadonlyMap<HolderKey, Known<Bytes>>;

/** Who a key is, as it was seen last. */
export interface SeenHolder {
  readonly pid: Pid;
  /** undefined where the process cannot be seen. */
  readonly startTicks: number | undefined;
  readonly bus: BusKey;
  readonly class: Owner['class'];
  /** The command line, or the name where there is none; empty where the process cannot be seen. */
  readonly title: string;
  /** In an engine, or in what is left of one; kept when it is neither any more. */
  readonly role: ProcessRole | undefined;
  /** Whose part it is, or was while that one lived; undefined for everybody else. */
  readonly engine: ProcessKey | undefined;
}

export function holderSizes(held: readonly Holding[]): HolderSizes {
  const tallies = new Map<HolderKey, Tally>();
  for (const row of held) {
    const key = holderKey(row);
    tallies.set(key, add(tallies.get(key) ?? EMPTY_TALLY, row.used));
  }
  return new Map([...tallies].map(([key, tally]) => [key, total(tally)] as const));
}

/** Why a process that holds memory may be missing from this look; empty where the list is whole. */
export function unlistedReasons(sighting: Sighting): readonly Reason[] {
  const { usage, driverReasons } = sighting.snapshot;
  const why = [...driverReasons, ...listingGaps(sighting), ...partialReasons(sighting.snapshot)];
  if (why.length > 0) return why;
  return usage === undefined ? [reason('smi-failed', 'usage')] : WHOLE;
}

const WHOLE: readonly Reason[] = [];

/** Why a process of any engine may be missing from this look, or be another one than it seems. */
export function partialReasons({ node, scan }: Snapshot): readonly Reason[] {
  return [
    ...(node.pidNamespace === 'inner' ? [reason('pid-namespace')] : []),
    ...(scan.complete ? [] : [reason('proc-incomplete')]),
  ];
}

export type SeenHolders = ReadonlyMap<HolderKey, SeenHolder>;

/** The same object where nobody is new and nobody is something else now. */
export function withHolders(seen: SeenHolders, { session, sighting }: Moment): SeenHolders {
  const roles = session.latest?.detection.roles;
  let all: Map<HolderKey, SeenHolder> | undefined;
  for (const row of withUnlisted(sighting.snapshot, sighting.held, session.latest?.detection.engines)) {
    const key = holderKey(row);
    const before = seen.get(key);
    const { owner, process, pid, bus } = row;
    const title = process === undefined ? '' : process.title === '' ? process.comm : process.title;
    if (before !== undefined && before.class === owner.class && before.title === title) continue;
    all ??= new Map(seen);
    all.set(key, {
      pid,
      startTicks: process?.startTicks,
      bus: bus ?? NO_BUS,
      class: owner.class,
      title,
      role: (owner.class === 'engine' || owner.class === 'orphan' ? roles?.get(pid) : undefined) ?? before?.role,
      engine: owner.class === 'engine' ? engineKey(owner.engine) : before?.engine,
    });
  }
  return all ?? seen;
}

/** The bus that a key names. */
export function busOfHolder(key: HolderKey): BusKey {
  return key.slice(key.indexOf(' ') + 1) as BusKey;
}

export function holderKey({ pid, process, owner, bus }: Holding): HolderKey {
  return `${pid}@${process?.startTicks ?? owner.class} ${bus ?? NO_BUS}` as HolderKey;
}
