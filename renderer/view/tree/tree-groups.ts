// What belongs to no engine as groups of the tree: foreign contexts, gone and hidden pids, trainers, other processes.
import { plus } from '../../../shared/base/units.ts';
import type { Tally } from '../../../shared/base/known.ts';
import type { Holding } from '../../../shared/ledger/holding.ts';
import type { BusKey } from '../../../shared/ledger/per-bus.ts';
import { processKey } from '../../../shared/model/ids.ts';
import type { HostProcess } from '../../../shared/model/snapshot.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import type { EngineLook } from '../engine-looks.ts';
import { processTitle, rankName } from '../process-name.ts';
import { exactSize } from '../screen-text.ts';
import type { Selection } from '../selection.ts';
import { shortBus } from '../../../shared/ledger/short-bus.ts';
import { absentNode, byPid, PLAIN, processNode, withoutText, type TreeNode } from './tree-node.ts';

/** A group of more begins closed, unless it needs attention. */
const MOST_OPEN = 4;

/** Each process of an engine on a GPU that is another one's, once more, where nobody overlooks it. */
export function foreignGroup(looks: readonly EngineLook[], moment: Moment): TreeNode[] {
  const { processes } = moment.sighting.snapshot;
  const roles = moment.session.latest?.detection.roles;
  const children = looks.flatMap((look) =>
    look.foreign.flatMap(({ pid, bus, bytes, homeOf }): TreeNode[] => {
      const process = processes.get(pid);
      if (process === undefined) return [];
      const rows = look.rows.filter((row) => row.pid === pid && row.bus === bus);
      return [
        {
          ...processNode(
            process,
            rows,
            moment,
            `on ${shortBus(bus)}: ${rankName(roles?.get(pid)) || processTitle(process)}`,
          ),
          id: `foreign ${processKey(pid, process.startTicks)} ${bus}`,
          detail: [
            `Pid ${pid} holds ${exactSize(bytes)} on ${bus}, the GPU of pid ${homeOf} of the same engine. It looks like a CUDA context made before the device was chosen.`,
            processTitle(process),
          ],
          attention: true,
          standing: { engine: look.key, bus, pids: [pid] },
          selection: { engine: look.key, pid, bus },
        },
      ];
    }),
  );
  return group('foreign', 'foreign contexts', children, true);
}

/** `id`: `gone` or `hidden`. */
export function absentGroup(id: string, label: string, rows: readonly Holding[]): TreeNode[] {
  const children = byPid(rows).map(([pid, own]) => absentNode(pid, own, id));
  return group(id, label, children, true);
}

/** Those with memory, the largest first; the others are a number: a node has thousands of them. */
export function processGroup(
  label: 'trainers' | 'other processes',
  processes: readonly HostProcess[],
  rows: readonly Holding[],
  moment: Moment,
): TreeNode[] {
  const byProcess = new Map(byPid(rows));
  const kind = label === 'trainers' ? 'trainer' : 'process';
  const holders = processes
    .flatMap((process) => {
      const own = byProcess.get(process.pid);
      if (own === undefined) return [];
      const node = processNode(process, own, moment, '');
      return [
        {
          ...node,
          standing: { pids: [process.pid], class: kind } as const,
          attention: (node.resident?.missing.length ?? 0) > 0,
        },
      ];
    })
    .toSorted((one, other) => (other.resident?.atLeast ?? 0) - (one.resident?.atLeast ?? 0));
  const left = processes.length - holders.length;
  const more: TreeNode = {
    ...PLAIN,
    id: `more ${label}`,
    kind: 'more',
    label: `${holders.length === 0 ? '' : 'and '}${grouped(left)} ${holders.length === 0 ? '' : 'more '}${withoutText(moment)}`,
    standing: { pids: [] },
    selection: {},
  };
  const children = left === 0 ? holders : [...holders, more];
  return group(label, label, children, false, holders.length);
}

function group(
  id: string,
  label: string,
  children: readonly TreeNode[],
  attention: boolean,
  count = children.length,
): TreeNode[] {
  if (children.length === 0) return [];
  const perBus = new Map<BusKey, Tally>();
  for (const child of children) {
    for (const [bus, tally] of child.perBus) {
      const before = perBus.get(bus);
      perBus.set(bus, before === undefined ? tally : joined(before, tally));
    }
  }
  const sums = children.flatMap(({ resident }) => resident ?? []);
  return [
    {
      ...PLAIN,
      id: `group ${id}`,
      kind: 'group',
      label: count === 0 ? label : `${label} ×${count}`,
      perBus: new Map([...perBus].toSorted(([one], [other]) => (one < other ? -1 : 1))),
      resident: sums.length === 0 ? undefined : sums.reduce(joined),
      attention,
      standing: { pids: children.flatMap(({ pid }) => pid ?? []) },
      selection: groupSelection(id),
      children,
      openAtFirst: attention || count <= MOST_OPEN,
    },
  ];
}

function groupSelection(id: string): Selection {
  if (id === 'gone') return { class: 'gone' };
  if (id === 'trainers') return { class: 'trainer' };
  return id === 'other processes' ? { class: 'process' } : {};
}

function joined(one: Tally, other: Tally): Tally {
  return { atLeast: plus(one.atLeast, other.atLeast), missing: [...one.missing, ...other.missing] };
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
