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
