// A negative weight or graph: the engine measured free memory of the whole device, and somebody else moved it.
import { mibAndGibText } from '../session/size-text.ts';
import type { Hint, HintInput } from './hint.ts';
import { accountingSource } from './provenance.ts';

/** One hint for all negative parts: they spoil the same sum. */
export function accountingContaminated({ statement }: HintInput): Hint[] {
  if (statement?.accounting.known !== true) return [];
  const accounting = statement.accounting.value;
  const negative = accounting.findings.filter(({ code }) => code.startsWith('negative-'));
  if (negative.length === 0) return [];
  const { maxSum } = accounting;
  const sum = maxSum.known ? `its sum of ${mibAndGibText(maxSum.value)}` : 'its sum, which is unknown,';
  return [
    {
      code: 'accounting-contaminated',
      text: `accounting is contaminated: ${negative.map(({ text }) => text).join('; ')}; ${sum} is no yardstick`,
      confidence: 'high',
      evidence: [accountingSource(accounting), ...negative.map(({ where }) => where)],
    },
  ];
}
