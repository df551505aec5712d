// Tells whether an engine has all the ranks that its command line promises, or its share of them on one of several nodes.
import { reason, type Reason } from '../base/reason.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { flagValue, readCommandLine } from './command-line.ts';

const TENSOR = ['--tensor-parallel-size', '--tp-size', '--tp', '-tp'];
const PIPELINE = ['--pipeline-parallel-size', '--pp-size', '--pp', '-pp'];

/**
 * A verdict is about one node, so ranks on other nodes do not make a tree incomplete, and neither does `--node-rank`;
 * fewer ranks here than the command line promises do. Without numbers on the command line nothing is promised.
 */
export function missingRanks(root: HostProcess, found: number): Reason[] {
  const line = readCommandLine(root.title);
  const count = (...names: readonly string[]): number | undefined => {
    const value = flagValue(line, ...names);
    return value !== undefined && /^\d{1,5}$/.test(value) ? Number(value) : undefined;
  };
  const nodes = flagValue(line, '--nnodes') === undefined ? 1 : count('--nnodes');
  const tensor = count(...TENSOR);
  if (nodes === undefined || nodes < 1 || tensor === undefined) return [];
  // On one node ranks that have no title yet, or never get one, are in the tree all the same.
  if (nodes === 1 && found === 0) return [];
  // One pipeline stage is the default of both engines.
  const share = (tensor * (count(...PIPELINE) ?? 1)) / nodes;
  if (!Number.isInteger(share) || found >= share) return [];
  const where =
    nodes === 1
      ? `pid ${root.pid} has ${found} of its ${share} ranks`
      : `pid ${root.pid} spans ${nodes} nodes, and has ${found} of its ${share} ranks on this one`;
  return [reason('tree-incomplete', where)];
}
