// What is said of one look at a node whose truth is known: each verdict and each size, against what was really there.
import { fromMiB, toMiB } from '../../shared/base/units.ts';
import { runGate } from '../../shared/gates/gate.ts';
import type { PolicyKind } from '../../shared/gates/policy.ts';
import { allSubjects, type Subject } from '../../shared/gates/subject.ts';
import type { Verdict } from '../../shared/gates/verdict.ts';
import { engineValue } from '../../shared/session/history/history-values.ts';
import { newestPoint } from '../../shared/session/history/history.ts';
import type { Moment } from '../../shared/session/moment.ts';
import type { NodeSession } from '../../shared/session/node-session.ts';
import { engineKey } from '../../shared/session/session.ts';
import { fullest, heldBy, usedOn, type TrueEngine, type TrueLook, type TrueNode } from './true-nodes.ts';

/** What was checked: a check of nothing finds nothing. */
export interface Figures {
  looks: number;
  readonly verdicts: Map<string, number>;
  cycles: number;
  residuals: number;
  known: number;
  unknown: number;
  compared: number;
  states: number;
}

export function noFigures(): Figures {
  return { looks: 0, verdicts: new Map(), cycles: 0, residuals: 0, known: 0, unknown: 0, compared: 0, states: 0 };
}

interface Judged {
  readonly node: TrueNode;
  readonly look: TrueLook;
  readonly moment: Moment;
  readonly kind: PolicyKind;
  readonly limitMib: number;
  readonly figures: Figures;
  readonly say: (text: string) => void;
}

export function checkVerdicts({ node, look, moment, kind, limitMib, figures, say }: Judged): void {
  const { latest } = moment.session;
  if (latest === undefined) return;
  const request = {
    policy: { kind, limit: fromMiB(limitMib), origin: 'flag' } as const,
    subjects: allSubjects(latest.detection, latest.tree),
    selectors: [],
    expectAwake: [],
    buses: undefined,
  };
  const { judgements } = runGate(request, moment.sighting);
  for (const { subject, verdict, reasons, residual } of judgements) {
    figures.verdicts.set(verdict, (figures.verdicts.get(verdict) ?? 0) + 1);
    if (subject.rootPid === null) {
      checkOrphan(subject, verdict, { look, kind, limitMib, say });
      continue;
    }
    const engine = look.engines.find(({ rootPid }) => rootPid === subject.rootPid);
    if (engine === undefined) {
      say(`${kind}: judged what is no engine: pid ${subject.rootPid}`);
      continue;
    }
    const truth = kind === 'engine-tree' ? fullest(heldBy(engine, 'all')) : fullestCard(engine, look);
    const who = `${kind} of :${engine.port}, which holds ${truth} of ${limitMib}`;
    if (verdict === 'pass' && truth > limitMib && !isExcused(engine, look)) say(`${who}: PASS`);
    const isSeenWhole = look.faults.length === 0;
    if (verdict === 'fail' && truth <= limitMib && isSeenWhole)
      say(`${who}: FAIL (${reasons.map(({ code }) => code).join(', ')})`);
    if (kind === 'engine-tree' && residual !== null && node.hasBusColumn && !isExcused(engine, look)) {
      if (Math.abs(toMiB(residual) - truth) > 0) say(`${who}: residual is said to be ${toMiB(residual)}`);
    }
  }
}

function checkOrphan(
  { members }: Subject,
  verdict: Verdict,
  { look, kind, limitMib, say }: Pick<Judged, 'look' | 'kind' | 'limitMib' | 'say'>,
): void {
  const pids = new Set(members.map(({ pid }) => pid));
  const sums = new Map<number, number>();
  for (const { pid, holds } of look.orphans) {
    for (const [gpu, mib] of pids.has(pid) ? holds : []) sums.set(gpu, (sums.get(gpu) ?? 0) + mib);
  }
  const truth =
    kind === 'engine-tree' ? fullest(sums) : Math.max(0, ...[...sums.keys()].map((gpu) => usedOn(gpu, look)));
  const who = `${kind} of an orphan, which holds ${truth} of ${limitMib}`;
  if (verdict === 'pass' && truth > limitMib) say(`${who}: PASS`);
  if (verdict === 'fail' && truth <= limitMib && look.faults.length === 0) say(`${who}: FAIL`);
}

/** Every process of what dead engines left is judged with somebody, where the node was seen whole. */
export function checkLost({ look, moment, say }: Pick<Judged, 'look' | 'moment' | 'say'>): void {
  const { latest } = moment.session;
  if (latest === undefined || look.faults.length > 0) return;
  const judged = new Set(
    allSubjects(latest.detection, latest.tree).flatMap(({ members }) => members.map(({ pid }) => pid)),
  );
  for (const { pid } of look.orphans) if (!judged.has(pid)) say(`orphan pid ${pid} is in no subject`);
}

/** Memory of a process that ended, that nothing promised and that nobody is listed for: nobody can know whose it is. */
function isExcused({ processes }: TrueEngine, look: TrueLook): boolean {
  const isPromised = /tp|tensor-parallel-size/.test(processes[0]?.title ?? '');
  const isLost = processes.some(({ ended }) => ended === 'unlisted') && !isPromised;
  // A pid that ended before anybody looked at it was never seen in the tree.
  return isLost || look.engines.length === 0;
}

function fullestCard(engine: TrueEngine, look: TrueLook): number {
  const cards = [...heldBy(engine, 'listed')].flatMap(([gpu, mib]) => (mib > 0 ? [usedOn(gpu, look)] : []));
  return Math.max(0, ...cards);
}

/** Each number of a timeline is what was there. */
export function checkSizes(
  node: TrueNode,
  look: TrueLook,
  { history, moment }: NodeSession,
  figures: Figures,
  say: (text: string) => void,
): void {
  const point = newestPoint(history);
  const engines = moment?.session.latest?.detection.engines ?? [];
  for (const engine of engines) {
    const truth = look.engines.find(({ rootPid }) => rootPid === engine.root.pid);
    if (point === undefined || truth === undefined) continue;
    const living = heldBy(truth, 'living');
    const value = engineValue(point, engineKey(engine), 'engine-tree');
    const worst = point.worst.get(engineKey(engine));
    for (const [what, size] of [
      ['line', value],
      ['worst', worst],
    ] as const) {
      if (size?.known !== true) {
        figures.unknown += 1;
        continue;
      }
      figures.known += 1;
      const is = toMiB(size.value);
      const sum = [...living.values()].reduce((all, each) => all + each, 0);
      const right = node.hasBusColumn ? fullest(living) : sum;
      if (Math.abs(is - right) > 0) say(`${what} of :${truth.port} says ${is}, and it holds ${right}`);
    }
  }
}
