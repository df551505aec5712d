// A look as comparing takes it: who held what on which GPU, without the text that it was read from.
import { known, sum, total, type Known } from '../../base/known.ts';
import { ZERO_BYTES, type Bytes } from '../../base/units.ts';
import type { Rank } from '../../engines/engine-definition.ts';
import { deviceLedgers, type LedgerClass } from '../../ledger/device-ledger.ts';
import type { Holding } from '../../ledger/holding.ts';
import { withUnlisted } from '../../ledger/unlisted-rows.ts';
import type { BusId, Pid } from '../../model/ids.ts';
import type { EnginesOfBoot } from '../compare-match.ts';
import { unlistedReasons } from '../history/process-sizes.ts';
import type { Moment } from '../moment.ts';

/** Who a row is about, but for its engine. */
export interface PartName {
  readonly class: LedgerClass;
  /** Such as `scheduler`, or the title of a process that is no engine's. */
  readonly role: string;
  readonly rank: Rank | null;
  readonly bus: BusId;
}

export interface LookPart extends PartName {
  /** Its engine's place in the look's `engines`; undefined for everybody else. */
  readonly engine: number | undefined;
  /** In their order. */
  readonly pids: readonly Pid[];
  readonly resident: Known<Bytes>;
}

/** Small enough to keep hundreds of them. */
export interface ComparedLook extends EnginesOfBoot {
  readonly atMs: number;
  readonly parts: readonly LookPart[];
  /** Of each engine its processes that have a rank, whether or not they hold anything. */
  readonly ranks: readonly (Pick<PartName, 'role' | 'rank'> & { readonly engine: number })[];
  /** What somebody held of whom nothing is listed: nothing where the list is whole, otherwise unknown with its reason. */
  readonly unlisted: Known<Bytes>;
}

export function comparedLook(moment: Moment): ComparedLook {
  const { atMs, session, sighting } = moment;
  const { engines = [], roles } = session.latest?.detection ?? {};
  const ranks = engines.flatMap(({ members }, engine) =>
    members.flatMap(({ pid }) => {
      const role = roles?.get(pid);
      return role === undefined || role.rank === null ? [] : [{ engine, role: role.role, rank: role.rank }];
    }),
  );
  const { bootId } = sighting.snapshot.node;
  return { atMs, bootId, engines, ranks, parts: partsOf(moment), unlisted: unlistedIn(moment) };
}

interface Gathered {
  readonly name: PartName & { readonly engine: number | undefined };
  readonly pids: Pid[];
  readonly sizes: Known<Bytes>[];
}

function partsOf(moment: Moment): LookPart[] {
  const parts = new Map<string, Gathered>();
  const put = (name: Gathered['name'], pid: Pid | undefined, size: Known<Bytes>): void => {
    const key = JSON.stringify([name.class, name.engine, name.role, name.rank, name.bus]);
    const part = parts.get(key) ?? { name, pids: [], sizes: [] };
    if (pid !== undefined && !part.pids.includes(pid)) part.pids.push(pid);
    part.sizes.push(size);
    parts.set(key, part);
  };
  const { snapshot, held, closing } = moment.sighting;
  const detection = moment.session.latest?.detection;
  for (const row of withUnlisted(snapshot, held, detection?.engines)) {
    // The two-column list names no bus, and a sum over GPUs is no GPU's.
    if (row.bus === undefined) continue;
    const { owner, pid, bus } = row;
    const role = detection?.roles.get(pid);
    const at = owner.class === 'engine' ? detection?.engines.findIndex((each) => each === owner.engine) : undefined;
    const named = owner.class === 'engine' || owner.class === 'orphan';
    const name = {
      class: owner.class === 'hidden' ? 'process' : owner.class,
      engine: at === -1 ? undefined : at,
      role: named ? (role?.role ?? 'other') : titleOf(row),
      rank: named ? (role?.rank ?? null) : null,
      bus,
    } as const;
    put(name, pid, row.used);
  }
  for (const { device, entries } of deviceLedgers(snapshot, held, closing)) {
    const rest = entries.at(-1);
    if (rest?.class !== 'unattributed') continue;
    const name = { class: rest.class, engine: undefined, role: rest.label, rank: null, bus: device.bus } as const;
    put(name, undefined, rest.bytes);
  }
  return [...parts.values()].map(({ name, pids, sizes }) => ({
    ...name,
    pids: pids.toSorted((one, other) => one - other),
    resident: total(sum(sizes)),
  }));
}

function titleOf({ owner, process }: Holding): string {
  if (process === undefined) return roleTitle(owner.class === 'gone' ? 'gone' : 'hidden', '');
  return roleTitle(owner.class, process.title === '' ? process.comm : process.title);
}

/** What stands for the role of a process that is no engine's. */
export function roleTitle(kind: Holding['owner']['class'], title: string): string {
  if (kind === 'gone') return 'processes that no longer exist';
  return kind === 'hidden' ? 'processes that this user may not see' : title;
}

function unlistedIn({ sighting }: Moment): Known<Bytes> {
  const [why] = unlistedReasons(sighting);
  if (why !== undefined) return { known: false, why };
  const hasBus = sighting.snapshot.usage?.hasBus === true;
  return hasBus ? known(ZERO_BYTES) : { known: false, why: { code: 'no-bus-column', where: '' } };
}
