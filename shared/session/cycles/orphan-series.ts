// What dead engines left behind, over all looks at a node: since when, for how long, and how much on each GPU.
import { known, total, type Known } from '../../base/known.ts';
import { ZERO_BYTES, type Bytes } from '../../base/units.ts';
import type { Orphan } from '../../engines/detect.ts';
import { sumPerBus, type BusKey } from '../../ledger/per-bus.ts';
import { withUnlisted } from '../../ledger/unlisted-rows.ts';
import { processKey, type ProcessKey } from '../../model/ids.ts';
import type { HostProcess } from '../../model/snapshot.ts';
import type { Moment } from '../moment.ts';
import { unlistedReasons } from '../history/process-sizes.ts';

export interface OrphanSeries {
  readonly kind: Orphan['kind'];
  /** Of its newest look. */
  readonly title: string;
  /** All that were ever part of it, in the order in which they were seen. */
  readonly members: readonly HostProcess[];
  readonly looks: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** It was there at the last look at the node. */
  readonly isThere: boolean;
  /** Of each GPU on which it ever held something, one size a look. */
  readonly buses: ReadonlyMap<BusKey, readonly Known<Bytes>[]>;
}

interface Lane {
  orphan: Orphan;
  readonly members: Map<ProcessKey, HostProcess>;
  readonly bootId: string | undefined;
  readonly atMs: number[];
  readonly buses: Map<BusKey, Known<Bytes>[]>;
}

/** Takes the whole looks of one node, oldest first, and keeps small numbers of them. */
export class OrphanCollector {
  readonly #lanes: Lane[] = [];
  #lastMs: number | undefined;

  look(moment: Moment): void {
    this.#lastMs = moment.atMs;
    const { bootId } = moment.sighting.snapshot.node;
    for (const orphan of moment.session.latest?.detection.orphans ?? []) {
      // Its processes may end one after the other: any that was part of it before is enough.
      const isSame = (lane: Lane): boolean =>
        lane.bootId === bootId && orphan.members.some((member) => lane.members.has(keyOf(member)));
      const lane = this.#lanes.find(isSame) ?? { orphan, bootId, members: new Map(), atMs: [], buses: new Map() };
      if (lane.atMs.length === 0) this.#lanes.push(lane);
      lane.orphan = orphan;
      for (const member of orphan.members) lane.members.set(keyOf(member), member);
      add(lane, orphan, moment);
    }
  }

  series(): OrphanSeries[] {
    return this.#lanes.map(({ orphan, members, atMs, buses }) => ({
      kind: orphan.kind,
      title: orphan.title,
      members: [...members.values()],
      looks: atMs.length,
      firstMs: atMs[0] ?? Number.NaN,
      lastMs: atMs.at(-1) ?? Number.NaN,
      isThere: atMs.at(-1) === this.#lastMs,
      buses: new Map([...buses].toSorted(([one], [other]) => (one < other ? -1 : 1))),
    }));
  }
}

function keyOf({ pid, startTicks }: HostProcess): ProcessKey {
  return processKey(pid, startTicks);
}

function add({ atMs, buses }: Lane, orphan: Orphan, moment: Moment): void {
  const pids = new Set(orphan.members.map(({ pid }) => pid));
  const { snapshot, held: listed } = moment.sighting;
  const held = withUnlisted(snapshot, listed).filter((row) => row.process !== undefined && pids.has(row.pid));
  const now = sumPerBus(held);
  const [why] = unlistedReasons(moment.sighting);
  // Where the list is whole, no row is no memory.
  const unlisted: Known<Bytes> = why === undefined ? known(ZERO_BYTES) : { known: false, why };
  for (const bus of now.keys())
    if (!buses.has(bus))
      buses.set(
        bus,
        atMs.map(() => known(ZERO_BYTES)),
      );
  for (const [bus, sizes] of buses) {
    const tally = now.get(bus);
    // Of a list that is not whole a sum is a lower bound, which would be read as all of it.
    sizes.push(tally === undefined || why !== undefined ? unlisted : total(tally));
  }
  atMs.push(moment.atMs);
}
