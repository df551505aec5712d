// What dead engines left: which orphaned processes were one engine, and which of them a living engine may have lost.
import type { HostProcess } from '../model/snapshot.ts';
import type { EngineDefinition, Rank } from './engine-definition.ts';
import type { EngineRoot, OrphanRoot } from './roots.ts';

export interface OrphanTree extends OrphanRoot {
  /** The top and what is below it. */
  readonly members: readonly HostProcess[];
}

/** In the order of their start. */
export type OrphanGroup = [OrphanTree, ...OrphanTree[]];

/**
 * Tops that were one engine: adopted by the same process, of one user and cgroup, and each with a title of its own. A
 * second `sglang::scheduler_TP0` begins the next group. Apart, each of two ranks on one GPU could be within a limit that
 * both together are not.
 */
export function groupOrphans(orphans: readonly OrphanTree[]): OrphanGroup[] {
  const groups: OrphanGroup[] = [];
  const open = new Map<string, OrphanGroup>();
  const byStart = [...orphans].toSorted(
    (left, right) => left.top.startTicks - right.top.startTicks || left.top.pid - right.top.pid,
  );
  for (const each of byStart) {
    const { kind } = each.definition;
    const { ppid, uid, cgroup } = each.top;
    const key = JSON.stringify([kind, ppid, uid, cgroup]);
    const last = open.get(key);
    if (last !== undefined && !last.some((other) => isOfAnotherEngine(other, each))) {
      last.push(each);
      continue;
    }
    const group: OrphanGroup = [each];
    groups.push(group);
    open.set(key, group);
  }
  return groups;
}

/** One engine has no title twice, and names all its ranks alike: `_TP0` beside `_DP0_TP0` is another's. */
function isOfAnotherEngine({ definition, top: left }: OrphanRoot, { top: right }: OrphanRoot): boolean {
  if (nameOf(left) === nameOf(right)) return true;
  const [one, other] = [definition.part(left), definition.part(right)];
  if (one === undefined || other === undefined || one.role !== other.role) return false;
  return definition.memoryRoles.has(one.role) && shapeOf(one.rank) !== shapeOf(other.rank);
}

function nameOf({ title, comm }: HostProcess): string {
  return title === '' ? comm : title;
}

/** Which of its numbers a rank has. */
function shapeOf(rank: Rank | null): string {
  return rank === null ? '' : [rank.dp, rank.tp, rank.pp, rank.ep].map((each) => (each === null ? '-' : '#')).join('');
}

/**
 * Orphans that this living engine may have lost: when a process between dies and the root lives (a DP controller, an
 * EngineCore), the ranks below go to init. They started under this root, and no rank of the engine has their place.
 */
export function maybeLost(
  { definition, root }: EngineRoot,
  members: readonly HostProcess[],
  orphans: readonly OrphanTree[],
): HostProcess[] {
  const here = dataRanks(definition, members);
  return orphans
    .filter(({ definition: { kind }, top, members: left }) => {
      if (kind !== definition.kind || top.startTicks < root.startTicks) return false;
      if (top.uid !== undefined && root.uid !== undefined && top.uid !== root.uid) return false;
      return [...dataRanks(definition, left)].some(
        (dp) => here.size === 0 || (dp !== null && !here.has(null) && !here.has(dp)),
      );
    })
    .map(({ top }) => top);
}

/** The data-parallel ranks of the processes that hold memory; null is an engine without that dimension. */
function dataRanks(definition: EngineDefinition, processes: readonly HostProcess[]): Set<number | null> {
  const ranks = new Set<number | null>();
  for (const process of processes) {
    const part = definition.part(process);
    if (part !== undefined && definition.memoryRoles.has(part.role)) ranks.add(part.rank?.dp ?? null);
  }
  return ranks;
}
