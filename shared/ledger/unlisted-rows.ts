// Ranks that live and that the driver does not list: what they hold is unknown wherever memory is listed for nobody.
import { add, EMPTY_TALLY, sum, total, type Known, type Tally } from '../base/known.ts';
import { reason } from '../base/reason.ts';
import { fromMiB, minus, ZERO_BYTES, type Bytes } from '../base/units.ts';
import { ENGINES } from '../engines/definitions.ts';
import type { Engine, Orphan } from '../engines/detect.ts';
import type { BusId, Pid } from '../model/ids.ts';
import type { HostProcess, Snapshot } from '../model/snapshot.ts';
import { aliveness, type Holding, type Owner } from './holding.ts';

/** No CUDA context is smaller; less than this is what the driver keeps beside the rows. */
const LEAST_CONTEXT: Bytes = fromMiB(64);

/**
 * What the driver left out, as rows without a number: one for each such rank and GPU on which it may hold something; without
 * a bus column all GPUs are one. `held` are the driver's own rows. Empty where every rank is listed, and where nothing is
 * there to be held. Of `engines` those of which nobody is listed are all left out.
 */
export function unlistedRows(
  snapshot: Snapshot,
  held: readonly Holding[],
  engines: readonly Engine[] = [],
): readonly Holding[] {
  const rows = [...listedOf(held, engines)].flatMap(([owner, listed]) =>
    unlistedBeside(owner.members, listed, ownerOf(owner), { snapshot, held }),
  );
  return rows.length === 0 ? NONE : rows;
}

interface Listed {
  readonly snapshot: Snapshot;
  readonly held: readonly Holding[];
}

/** The same of one group of processes, of which `own` have a row. */
export function unlistedBeside(
  members: readonly HostProcess[],
  own: ReadonlySet<Pid>,
  owner: Owner,
  { snapshot: { devices, usage }, held }: Listed,
): Holding[] {
  if (devices === undefined || usage === undefined) return [];
  // A list that is not whole explains a missing row.
  if (usage.unreadableBuses.length > 0 || usage.lostRows > 0) return [];
  const silent = silentRanks(members, own);
  if (silent.length === 0) return [];
  const all: Place[] = usage.hasBus
    ? devices.devices.map(({ bus, used }) => ({ bus, used }))
    : [{ bus: undefined, used: total(sum(devices.devices.map(({ used }) => used))) }];
  const places = all.filter(({ bus, used }) => {
    if (!used.known) return true;
    const mine = sum(held.filter((each) => each.bus === bus && own.has(each.pid)).map((each) => each.used)).atLeast;
    const more = minus(heldAtMost(bus, used.value, held, own), mine);
    return more < 0 || more >= LEAST_CONTEXT;
  });
  return silent.flatMap((process) =>
    places.map(({ bus }): Holding => {
      const who = `pid ${process.pid} has no row`;
      const why = reason('unlisted-memory', bus === undefined ? who : `${bus}: ${who}`);
      return { bus, pid: process.pid, used: { known: false, why }, process, alive: aliveness(process), owner };
    }),
  );
}

/**
 * The most that some processes can hold on a GPU: what is used, less what the largest of all others holds. Rows of several
 * others may be listed twice, nobody knows how much of them, so that their sum would take away too much. Rows without a
 * number take nothing away.
 */
export function heldAtMost(
  bus: BusId | undefined,
  used: Bytes,
  held: readonly Holding[],
  own: ReadonlySet<Pid>,
): Bytes {
  const others = new Map<Pid, Tally>();
  for (const row of held) {
    if (row.bus === bus && !own.has(row.pid)) others.set(row.pid, add(others.get(row.pid) ?? EMPTY_TALLY, row.used));
  }
  const sizes = [...others.values()].map(({ atLeast }) => atLeast);
  return minus(
    used,
    sizes.reduce((most, each) => (each > most ? each : most), ZERO_BYTES),
  );
}

const NONE: readonly Holding[] = [];

/** A GPU, or all of them where no row has a bus. */
interface Place {
  readonly bus: BusId | undefined;
  readonly used: Known<Bytes>;
}

/** The driver's rows, and those that it left out. */
export function withUnlisted(
  snapshot: Snapshot,
  held: readonly Holding[],
  engines: readonly Engine[] = [],
): readonly Holding[] {
  const unlisted = unlistedRows(snapshot, held, engines);
  return unlisted.length === 0 ? held : [...held, ...unlisted];
}

/** Members without a row beside others of the same part of an engine that have theirs; all of them where no part has. */
export function silentRanks(members: readonly HostProcess[], listed: ReadonlySet<Pid>): HostProcess[] {
  // Most engines have a row for each of their ranks.
  const roles = new Set(members.filter(({ pid }) => listed.has(pid)).flatMap((each) => memoryRole(each) ?? []));
  return members.filter((each) => {
    const role = listed.has(each.pid) ? undefined : memoryRole(each);
    return role !== undefined && (roles.size === 0 || roles.has(role));
  });
}

type Group = Engine | Orphan;

/** Of each engine, and of what is left of one, the pids that have a row; of `engines` also where that is nobody. */
function listedOf(held: readonly Holding[], engines: readonly Engine[]): Map<Group, Set<Pid>> {
  const listed = new Map<Group, Set<Pid>>(engines.map((engine) => [engine, new Set()]));
  for (const { owner, pid } of held) {
    const group = owner.class === 'engine' ? owner.engine : owner.class === 'orphan' ? owner.orphan : undefined;
    if (group === undefined) continue;
    const pids = listed.get(group) ?? new Set();
    listed.set(group, pids.add(pid));
  }
  return listed;
}

function ownerOf(group: Group): Owner {
  return 'root' in group ? { class: 'engine', engine: group } : { class: 'orphan', orphan: group };
}

/** A process stays the same object from look to look, as long as it says the same of itself. */
const ROLES = new WeakMap<HostProcess, { readonly role: string | undefined }>();

/** What the process calls itself, where such a part holds GPU memory; undefined for all others. */
function memoryRole(process: HostProcess): string | undefined {
  const known = ROLES.get(process);
  if (known !== undefined) return known.role;
  let found: string | undefined;
  for (const { part, memoryRoles } of ENGINES) {
    const role = part(process)?.role;
    if (role !== undefined && memoryRoles.has(role)) found ??= role;
  }
  ROLES.set(process, { role: found });
  return found;
}
