// The sentences of a verdict: the same words on the command line and in a window.
import { bytes, minus } from '../../base/units.ts';
import type { GateEngine, GateReport } from './gate-schema.ts';
import { WAYS, type Medium } from '../text/medium.ts';
import { mib, mibAndGib } from '../text/sizes.ts';

export type GateRule = NonNullable<GateReport['policy']>;

/** `Gate engine-tree: at most 3,072 MiB (3.00 GiB) on any GPU, the default.` */
export function ruleSentence(rule: GateRule, medium: Medium): string {
  return `Gate ${rule.kind}: at most ${mibAndGib(rule.limitBytes)} on any GPU, ${originText(rule.origin, medium)}.`;
}

/** Where a limit is from; ends a sentence. */
export function originText(origin: GateRule['origin'], medium: Medium): string {
  switch (origin) {
    case 'flag':
      return WAYS[medium].typedLimit;
    case 'environment':
      return WAYS[medium].environmentLimit;
    case 'run':
      return "from the engine's own environment";
    case 'default':
      return 'the default';
  }
}

/** What, where, how much, compared to what. */
export function heldSentence(
  engine: Pick<GateEngine, 'residualBytes' | 'atLeastBytes' | 'worstBus' | 'perBus'>,
  policy: GateRule | null,
): string {
  const { residualBytes, atLeastBytes, worstBus, perBus } = engine;
  const isCard = policy?.kind === 'whole-gpu';
  const limit = policy === null ? '' : limitText(atLeastBytes, policy.limitBytes);
  if (residualBytes === null && atLeastBytes === 0 && perBus.every((each) => each.bytes === null)) {
    return `${isCard ? 'What its GPUs use' : 'What it holds'} is unknown${limit}.`;
  }
  const what = isCard ? 'The fullest of its GPUs uses' : 'It holds';
  const least = residualBytes === null ? 'at least ' : '';
  const where = worstBus === null ? 'on all GPUs together' : `on GPU ${worstBus}`;
  return `${what} ${least}${mibAndGib(atLeastBytes)} ${where}${limit}.`;
}

function limitText(held: number, limit: number): string {
  const over = minus(bytes(held), bytes(limit));
  return over > 0 ? `: ${mib(over)} over the limit of ${mib(limit)}` : `; the limit is ${mib(limit)}`;
}

/** What else may be done about a fail than freeing the memory; empty where there is nothing. */
export function failHint({ rootPid, processes, kind }: GateEngine, medium: Medium): string {
  if (rootPid === null) return orphanHint(processes);

  return kind === 'tree' ? '' : `If this engine is meant to be awake, ${WAYS[medium].sayAwake(rootPid)}.`;
}

/** What frees the memory of an orphan. */
export function orphanHint(processes: readonly { readonly pid: number }[]): string {
  const pids = processes.map(({ pid }) => pid).join(', ');
  return `Its server is gone, so nothing can ask it to release: ending pid ${pids} frees it.`;
}

/** Empty where the run has no limit of its own, or the one that judges. */
export function runLimitSentence({ runLimitBytes }: GateEngine, policy: GateRule | null, medium: Medium): string {
  if (runLimitBytes === null || policy === null || runLimitBytes === policy.limitBytes) return '';
  return `The run's own limit is ${mibAndGib(runLimitBytes)}; ${WAYS[medium].useRunLimit}.`;
}

/** The verdict of the whole in a clause: `1 of 2 engines held more than the limit`. */
export function summaryText({
  engines,
  verdict,
}: Pick<GateReport, 'verdict'> & { readonly engines: readonly Pick<GateEngine, 'exempt' | 'verdict'>[] }): string {
  const judged = engines.filter((engine) => !engine.exempt);
  const exempt = engines.length - judged.length;
  if (engines.length === 0) return 'no engine was found to judge';
  if (judged.length === 0)
    return engines.length === 1 ? 'the only engine is exempt' : `all ${exempt} engines are exempt`;
  const also = exempt === 0 ? '' : `, ${exempt} exempt`;
  const of = (wanted: string): string => {
    const { length } = judged.filter((engine) => engine.verdict === wanted);
    return judged.length === 1 ? 'the engine' : `${length} of ${judged.length} engines`;
  };
  if (verdict === 'fail') return `${of('fail')} held more than the limit${also}`;
  if (verdict === 'inconclusive') {
    const all = judged.every((engine) => engine.verdict === 'pass');
    return all
      ? `an engine that was asked for is not there${also}`
      : `${of('inconclusive')} could not be judged${also}`;
  }
  return `${judged.length === 1 ? 'the engine is' : `all ${judged.length} engines are`} within the limit${also}`;
}
