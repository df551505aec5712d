// A negative weight or graph: the engine measured free memory of the whole device, and somebody else moved it.
import { mibAndGibText } from '../session/size-text.ts';
import type { Hint, HintInput } from './hint.ts';
import { accountingSource } from './provenance.ts';

/** Of hundreds of groups a few say enough. */
const MOST_NAMED = 4;

/** One hint for all negative parts: they spoil the same sum. */
export function accountingContaminated({ statement }: HintInput): Hint[] {
  if (statement?.accounting.known !== true) return [];
  const accounting = statement.accounting.value;
  const negative = accounting.findings.filter(({ code }) => code.startsWith('negative-'));
  if (negative.length === 0) return [];
  const { maxSum } = accounting;
  const more = negative.length - MOST_NAMED;
  const named = negative.slice(0, MOST_NAMED).map(({ text }) => text);
  const parts = [...named, ...(more > 0 ? [`${more} more are negative`] : [])].join('; ');
  const sum = maxSum.known ? `its sum of ${mibAndGibText(maxSum.value)}` : 'its sum, which is unknown,';
  return [
    {
      code: 'accounting-contaminated',
      text: `accounting is contaminated: ${parts}; ${sum} is no yardstick`,
      confidence: 'high',
      evidence: [accountingSource(accounting), ...negative.slice(0, MOST_NAMED).map(({ where }) => where)],
    },
  ];
}
