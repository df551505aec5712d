// One node of the tree: an engine, a role, a process or a group, with every number that its row shows.
import { sum, type Tally } from '../../../shared/base/known.ts';
import { printable } from '../../../shared/base/printable.ts';
import { ZERO_BYTES, type Bytes } from '../../../shared/base/units.ts';
import { listingGaps } from '../../../shared/gates/sighting.ts';
import type { Verdict } from '../../../shared/gates/verdict.ts';
import type { Holding } from '../../../shared/ledger/holding.ts';
import { sumPerBus, type PerBus } from '../../../shared/ledger/per-bus.ts';
import type { Stated } from '../../../shared/model/accounting.ts';
import { processKey, type Pid } from '../../../shared/model/ids.ts';
import type { HostProcess } from '../../../shared/model/snapshot.ts';
import type { EngineState } from '../../../shared/session/engine-state.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import type { EngineLook } from '../engine-looks.ts';
import type { Standing } from '../is-lit.ts';
import { processTitle } from '../process-name.ts';
import type { Selection } from '../selection.ts';

export interface TreeNode {
  /** Unique in the tree, and the same from look to look. */
  readonly id: string;
  readonly kind: 'engine' | 'orphan' | 'role' | 'process' | 'group' | 'more';
  readonly label: string;
  /** The whole title and everything else that has no column; safe to show, may be long. */
  readonly detail: readonly string[];
  readonly pid: Pid | undefined;
  /** The pid inside its container, when that is another. */
  readonly containerPid: Pid | undefined;
  readonly perBus: PerBus;
  /** Over all buses; undefined where no row of the driver is its. */
  readonly resident: Tally | undefined;
  /** Of equal ranks: the least and the most that one of them holds. */
  readonly spread: { readonly least: Bytes; readonly most: Bytes } | undefined;
  /** undefined: none stands here. */
  readonly accounting: Stated<Bytes> | undefined;
  readonly gap: { readonly label: string; readonly within: boolean } | undefined;
  /** Since it started, milliseconds. */
  readonly ageMs: number | undefined;
  readonly state: EngineState | undefined;
  readonly verdict: TreeVerdict | undefined;
  readonly attention: boolean;
  readonly standing: Standing;
  readonly selection: Selection;
  readonly children: readonly TreeNode[];
  readonly openAtFirst: boolean;
}

export interface TreeVerdict {
  readonly value: Verdict;
  readonly standing: EngineLook['standing'];
  /** `fail`, `exempt: awake`, `if it should be asleep: fail`. */
  readonly text: string;
}

/**
 * Of the GPU on which it holds most: the number that a gap is taken from. What is missing anywhere could be on any GPU,
 * so it makes this unknown as well. undefined where no row of the driver is its.
 */
export function worstResident({ perBus, resident }: Pick<TreeNode, 'perBus' | 'resident'>): Tally | undefined {
  if (resident === undefined) return undefined;
  const most = [...perBus.values()].reduce((top, { atLeast }) => (atLeast > top ? atLeast : top), ZERO_BYTES);
  return { atLeast: most, missing: resident.missing };
}

/** A node of which nothing is known but what is written after it. */
export const PLAIN = {
  detail: [],
  pid: undefined,
  containerPid: undefined,
  perBus: new Map(),
  resident: undefined,
  spread: undefined,
  accounting: undefined,
  gap: undefined,
  ageMs: undefined,
  state: undefined,
  verdict: undefined,
  attention: false,
  children: [],
  openAtFirst: true,
} as const;

/** `label`: empty for its title. */
export function processNode(process: HostProcess, rows: readonly Holding[], moment: Moment, label: string): TreeNode {
  const { pid, containerPid, startTicks, cgroup } = process;
  return {
    ...PLAIN,
    id: `process ${processKey(pid, startTicks)}`,
    kind: 'process',
    label: label === '' ? processTitle(process) : label,
    detail: [processTitle(process), ...(cgroup === '' ? [] : [`Control group ${printable(cgroup)}.`])],
    pid,
    containerPid,
    perBus: sumPerBus(rows),
    resident: rows.length === 0 ? undefined : sum(rows.map((row) => row.used)),
    ageMs: ageOf(process, moment),
    standing: { pids: [pid] },
    selection: { pid },
  };
}

/** A pid that the driver lists and of which no process can be seen: `gone` or `hidden`. */
export function absentNode(pid: Pid, rows: readonly Holding[], how: string): TreeNode {
  return {
    ...PLAIN,
    id: `${how} ${pid}`,
    kind: 'process',
    label: `pid ${pid}, ${how}`,
    pid,
    perBus: sumPerBus(rows),
    resident: sum(rows.map((row) => row.used)),
    attention: true,
    standing: { pids: [pid], class: how === 'gone' ? 'gone' : 'process' },
    selection: { pid },
  };
}

export function byPid(rows: readonly Holding[]): [Pid, Holding[]][] {
  const pids = new Map<Pid, Holding[]>();
  for (const row of rows) pids.set(row.pid, [...(pids.get(row.pid) ?? []), row]);
  return [...pids];
}

/** Since it started, milliseconds, by the clock of the node; undefined where the node would not say. */
export function ageOf({ startTicks }: HostProcess, { sighting: { snapshot } }: Moment): number | undefined {
  const { ticksPerSecond } = snapshot.node;
  const now = snapshot.time.beginMs;
  if (now === undefined || ticksPerSecond === undefined || ticksPerSecond === 0) return undefined;
  return Math.max(now - (startTicks / ticksPerSecond) * 1000, 0);
}

/** Of processes that the driver does not list: they hold nothing, or nobody knows. Ends a label. */
export function withoutText({ sighting }: Moment): string {
  const isWhole = sighting.snapshot.usage !== undefined && listingGaps(sighting).length === 0;
  return isWhole ? 'without GPU memory' : 'of which no GPU memory was seen';
}
