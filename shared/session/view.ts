// One sample with everything that follows from it: trees, engines, owners of memory.
import { detectEngines, type Detection } from '../engines/detect.ts';
import { holdings, type Holding } from '../ledger/holding.ts';
import { buildProcessTree, type ProcessTree } from '../model/process-tree.ts';
import type { Snapshot } from '../model/snapshot.ts';

export interface View {
  readonly snapshot: Snapshot;
  readonly tree: ProcessTree;
  readonly detection: Detection;
  readonly held: readonly Holding[];
}

export function viewOf(snapshot: Snapshot): View {
  const tree = buildProcessTree(snapshot.processes);
  const detection = detectEngines(snapshot.processes, tree);
  return { snapshot, tree, detection, held: holdings(snapshot, detection) };
}

/** The same for a sample that follows another: what rests on parts that did not change is that view's own. */
export function viewAfter(before: View | undefined, snapshot: Snapshot): View {
  // By identity: the parser gives the same objects for what it knows to be the same.
  if (before === undefined || before.snapshot.processes !== snapshot.processes) return viewOf(snapshot);
  const { tree, detection } = before;
  const isHeld = sameRows(before.snapshot, snapshot) && isHeldAlike(before, snapshot);
  return { snapshot, tree, detection, held: isHeld ? before.held : holdings(snapshot, detection) };
}

function sameRows(before: Snapshot, now: Snapshot): boolean {
  return before.absent === now.absent && before.usage?.rows === now.usage?.rows;
}

/** A process that began after the rows were read is not their holder; rows that were read later may well mean it. */
function isHeldAlike({ snapshot: before, held }: View, now: Snapshot): boolean {
  const readMs = before.usage?.endMs;
  const laterMs = now.usage?.endMs;
  if (readMs === undefined || laterMs === undefined || laterMs < readMs) return false;
  if (before.node.ticksPerSecond !== now.node.ticksPerSecond) return false;
  return held.every(({ process, pid }) => process !== undefined || !before.processes.has(pid));
}
