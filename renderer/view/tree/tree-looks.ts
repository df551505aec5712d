// An engine or an orphan as a node of the tree, with its roles and processes below it; equal ranks stand together.
import { addMissing, sum, type Tally } from '../../../shared/base/known.ts';
import { printable } from '../../../shared/base/printable.ts';
import { REASONS } from '../../../shared/base/reason.ts';
import type { Holding } from '../../../shared/ledger/holding.ts';
import { sumPerBus } from '../../../shared/ledger/per-bus.ts';
import { processKey } from '../../../shared/model/ids.ts';
import type { HostProcess } from '../../../shared/model/snapshot.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import type { Pair } from '../../../shared/session/pair.ts';
import { placedRanks, type PlacedRank } from '../../../shared/session/reporting-rank.ts';
import type { EngineLook } from '../engine-looks.ts';
import { rankName } from '../process-name.ts';
import { signedMib } from '../screen-text.ts';
import {
  absentNode,
  ageOf,
  byPid,
  PLAIN,
  processNode,
  withoutText,
  type TreeNode,
  type TreeVerdict,
} from './tree-node.ts';

/** More ranks than this begin folded: they are usually equal, and the spread tells when they are not. */
const MOST_UNFOLDED = 2;

export function lookNode(look: EngineLook, moment: Moment): TreeNode {
  const { subject, key, engine, pair, state, name, model } = look;
  const rows = rowsOf(look);
  const root = engine?.root ?? subject.members[0];
  const gone = rows.filter((row) => row.process === undefined);
  const holding = new Set(rows.map(({ pid }) => pid));
  const quiet = subject.members.filter(({ pid }) => !holding.has(pid));
  const verdict = verdictOf(look);
  return {
    ...PLAIN,
    id: `engine ${key}`,
    kind: engine === undefined ? 'orphan' : 'engine',
    label: model === '' ? name : `${name} ${model}`,
    detail: [
      printable(subject.title),
      pair.engine.sentence,
      `State: ${state.text}.`,
      ...subject.incomplete.map(({ code }) => `${REASONS[code]}.`),
    ],
    pid: root?.pid,
    containerPid: root?.containerPid,
    perBus: sumPerBus(rows),
    resident: residentOf(look),
    accounting: engine === undefined ? undefined : pair.engine.accounting,
    gap: gapOf(pair.engine),
    ageMs: root === undefined ? undefined : ageOf(root, moment),
    state,
    verdict,
    attention:
      engine === undefined ||
      look.foreign.length > 0 ||
      gone.length > 0 ||
      (look.standing === 'counted' && look.verdict !== 'pass') ||
      subject.incomplete.length > 0,
    standing: {
      engine: key,
      pids: subject.members.map(({ pid }) => pid),
      class: engine === undefined ? 'orphan' : 'engine',
    },
    selection: { engine: key },
    children: [...roleNodes(look, moment), ...goneChildren(look, gone), ...quietNode(look, quiet, moment)],
  };
}

/** Also those that the driver left out, which have no number. */
function rowsOf({ rows, unlisted }: EngineLook): readonly Holding[] {
  return unlisted.length === 0 ? rows : [...rows, ...unlisted];
}

/** What the pair does not know (no row, a tree that is not whole, a container) is not known here either. */
function residentOf(look: EngineLook): Tally {
  const { pair } = look;
  const tally = sum(rowsOf(look).map((row) => row.used));
  const { resident } = pair.engine;
  return resident.known || tally.missing.length > 0 ? tally : addMissing(tally, resident.why);
}

function verdictOf({ verdict, standing }: EngineLook): TreeVerdict | undefined {
  if (verdict === undefined) return undefined;
  if (standing === 'awake')
    return { value: verdict, standing, text: `exempt, because it is awake; it would be ${verdict}` };
  if (standing === 'muted')
    return { value: verdict, standing, text: `if this engine is meant to be offloaded: ${verdict}` };
  return { value: verdict, standing, text: verdict };
}

function gapOf({ gap, within }: Pair): TreeNode['gap'] {
  return gap === undefined ? undefined : { label: signedMib(gap), within: within === true };
}

/** Members with rows, those of one role together. */
function roleNodes(look: EngineLook, moment: Moment): TreeNode[] {
  const roles = moment.session.latest?.detection.roles;
  const placed = placedRanks(look.subject, look.rows, roles ?? new Map(), look.statement);
  const byRole = new Map<string, HostProcess[]>();
  for (const member of look.subject.members) {
    if (!rowsOf(look).some(({ pid, process }) => pid === member.pid && process !== undefined)) continue;
    const role = roles?.get(member.pid)?.role ?? 'process';
    byRole.set(role, [...(byRole.get(role) ?? []), member]);
  }
  return [...byRole].flatMap(([role, members]) => {
    const nodes = members.map((member) => memberNode(member, { look, moment, placed }));
    return nodes.length === 1 ? nodes : [roleNode(role, nodes, look)];
  });
}

function roleNode(role: string, nodes: readonly TreeNode[], look: EngineLook): TreeNode {
  const pids = nodes.flatMap(({ pid }) => pid ?? []);
  const rows = rowsOf(look).filter(({ pid, process }) => process !== undefined && pids.includes(pid));
  const sizes = nodes.flatMap(({ resident }) =>
    resident !== undefined && resident.missing.length === 0 ? [resident.atLeast] : [],
  );
  const sorted = sizes.toSorted((one, other) => one - other);
  const [least] = sorted;
  const most = sorted.at(-1);
  return {
    ...PLAIN,
    id: `role ${look.key} ${role}`,
    kind: 'role',
    label: `${role} ×${nodes.length}`,
    detail: [`Pids ${pids.join(', ')}.`],
    perBus: sumPerBus(rows),
    resident: sum(rows.map((row) => row.used)),
    spread: least === undefined || most === undefined || sizes.length < nodes.length ? undefined : { least, most },
    standing: { engine: look.key, pids, class: 'engine' },
    selection: { engine: look.key },
    children: nodes,
    openAtFirst: nodes.length <= MOST_UNFOLDED,
  };
}

interface Scene {
  readonly look: EngineLook;
  readonly moment: Moment;
  readonly placed: readonly PlacedRank[];
}

function memberNode(process: HostProcess, { look, moment, placed }: Scene): TreeNode {
  const rows = rowsOf(look).filter((row) => row.pid === process.pid && row.process !== undefined);
  const role = moment.session.latest?.detection.roles.get(process.pid);
  const home = placed.find(({ pid }) => pid === process.pid);
  const pair = home?.reports === true ? look.pair.buses.find(({ bus }) => bus === home.bus) : undefined;
  const foreign = look.foreign.filter(({ pid }) => pid === process.pid);
  return {
    ...processNode(process, rows, moment, rankName(role)),
    id: `process ${processKey(process.pid, process.startTicks)}`,
    // An orphan has nobody to ask, which is no unknown number.
    accounting: look.engine === undefined ? undefined : pair?.accounting,
    gap: pair === undefined ? undefined : gapOf(pair),
    attention: foreign.length > 0,
    standing: { engine: look.key, pids: [process.pid], class: look.engine === undefined ? 'orphan' : 'engine' },
    selection: { engine: look.key, pid: process.pid },
  };
}

function goneChildren(look: EngineLook, rows: readonly Holding[]): TreeNode[] {
  return byPid(rows).map(([pid, own]) => ({
    ...absentNode(pid, own, 'gone'),
    id: `former ${look.key} ${pid}`,
    detail: ['It was once seen in this tree, so what the driver lists under it counts here.'],
    standing: { engine: look.key, pids: [pid] },
    selection: { engine: look.key, pid },
  }));
}

function quietNode(look: EngineLook, quiet: readonly HostProcess[], moment: Moment): TreeNode[] {
  if (quiet.length === 0) return [];
  const roles = moment.session.latest?.detection.roles;
  const children = quiet.map((process) => ({
    ...processNode(process, [], moment, rankName(roles?.get(process.pid))),
    standing: { engine: look.key, pids: [process.pid] },
    selection: { engine: look.key, pid: process.pid },
  }));
  const many = quiet.length === 1 ? '1 process' : `${quiet.length} processes`;
  return [
    {
      ...PLAIN,
      id: `quiet ${look.key}`,
      kind: 'group',
      label: `${many} ${withoutText(moment)}`,
      standing: { engine: look.key, pids: quiet.map(({ pid }) => pid) },
      selection: { engine: look.key },
      children,
      openAtFirst: false,
    },
  ];
}
