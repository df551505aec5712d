// The tree of a look: engine, role, process; and orphans, gone pids, foreign contexts, trainers, others as groups.
import { addMissing } from '../../../shared/base/known.ts';
import type { Reason } from '../../../shared/base/reason.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import { listingGaps } from '../../../shared/gates/sighting.ts';
import type { Holding } from '../../../shared/ledger/holding.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { engineLooks } from '../engine-looks.ts';
import { absentGroup, foreignGroup, processGroup } from './tree-groups.ts';
import { lookNode } from './tree-looks.ts';
import type { TreeNode } from './tree-node.ts';

/** Engines first, then what belongs to none, in the order of how much it needs attention. */
export function engineTree(moment: Moment, policy: Policy): TreeNode[] {
  const { session, sighting } = moment;
  const { latest } = session;
  if (latest === undefined) return [];
  const looks = engineLooks(moment, policy);
  const { held } = sighting;
  const of = (kind: Holding['owner']['class']): Holding[] => held.filter((row) => row.owner.class === kind);
  const trainers = [...latest.detection.trainers].flatMap((pid) => latest.snapshot.processes.get(pid) ?? []);
  const taken = new Set(looks.flatMap(({ subject }) => subject.members.map(({ pid }) => pid)));
  const others = [...latest.snapshot.processes.values()].filter(
    ({ pid }) => !taken.has(pid) && !latest.detection.trainers.has(pid),
  );
  const nodes = [
    ...looks.map((look) => lookNode(look, moment)),
    ...foreignGroup(looks, moment),
    ...absentGroup('gone', 'gone pids, which the driver still lists', of('gone')),
    ...absentGroup('hidden', 'processes that this user may not see', of('hidden')),
    ...processGroup('trainers', trainers, of('trainer'), moment),
    ...processGroup('other processes', others, of('process'), moment),
  ];
  const [gap] = listingGaps(sighting);
  return gap === undefined ? nodes : nodes.map((node) => partial(node, gap));
}

/** Rows may be missing on a GPU that could not be read, so every sum over GPUs is a lower bound. */
function partial(node: TreeNode, why: Reason): TreeNode {
  const { resident } = node;
  return {
    ...node,
    resident: resident === undefined || resident.missing.length > 0 ? resident : addMissing(resident, why),
    spread: undefined,
    children: node.children.map((child) => partial(child, why)),
  };
}
