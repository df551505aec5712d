// The last lines of a gate's text: the verdict of the whole, in one sentence, and what to do next.
import type { GateReport } from './gate-schema.ts';
import { summaryText } from './gate-sentences.ts';
import { nextSteps } from './next-step.ts';
import { paintVerdict, type TextOptions } from '../text/paint.ts';
import { wrap } from '../text/wrap.ts';

export function conclusion(report: GateReport, { paint, width, isLive }: TextOptions): string[] {
  const { verdict, reasons } = report;
  if (verdict === null) return [];
  const word = verdict.toUpperCase();
  const because = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const [first = '', ...more] = wrap(
    `${word}${because}: ${summaryText(report)}${isLive === true ? '' : exitText(report)}.`,
    width,
    '',
    '  ',
  );
  const steps = verdict === 'pass' ? [] : nextSteps(reasons, 'terminal');
  return [
    `${paintVerdict(paint, verdict)}${first.slice(word.length)}`,
    ...more,
    ...steps.flatMap((step) => wrap(`Next: ${step}`, width, '  ', '  ')),
  ];
}

function exitText({ verdict, exitCode, failOpen }: GateReport): string {
  return `; exit code ${exitCode}${failOpen && verdict === 'inconclusive' ? ', because of --fail-open' : ''}`;
}
