// The last lines of a gate's text: the verdict of the whole, in one sentence, and what to do next.
import type { GateReport } from './gate-schema.ts';
import { NEXT_STEPS } from './next-step.ts';
import { paintVerdict, type TextOptions } from './paint.ts';
import { wrap } from './wrap.ts';

export function conclusion(report: GateReport, { paint, width, isLive }: TextOptions): string[] {
  const { verdict, reasons } = report;
  if (verdict === null) return [];
  const word = verdict.toUpperCase();
  const because = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const [first = '', ...more] = wrap(
    `${word}${because}: ${summary(report)}${isLive === true ? '' : exitText(report)}.`,
    width,
    '',
    '  ',
  );
  // Where workers are outside the tree, that explains the missing rows too.
  const explained = reasons.filter((code) => code !== 'no-tree-row' || !reasons.includes('tree-incomplete'));
  const steps = verdict === 'pass' ? [] : explained.flatMap((code) => NEXT_STEPS[code] ?? []);
  return [
    `${paintVerdict(paint, verdict)}${first.slice(word.length)}`,
    ...more,
    ...steps.flatMap((step) => wrap(`Next: ${step}`, width, '  ', '  ')),
  ];
}

function summary({ engines, verdict }: GateReport): string {
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

function exitText({ verdict, exitCode, failOpen }: GateReport): string {
  return `; exit code ${exitCode}${failOpen && verdict === 'inconclusive' ? ', because of --fail-open' : ''}`;
}
