// The last line of the checklist: which engines answered with their own numbers, and why the others did not.
import { accountingSentence, type AccountingObservation } from '../../shared/model/accounting.ts';
import type { StepLine } from './checklist.ts';

/** `asked` is how many engines there were to ask, or that nobody may be; `answers` is what came of one round. */
export function accountingStep(
  asked: number | 'off',
  answers: readonly AccountingObservation[],
  durationMs: number | null,
): StepLine {
  if (asked === 'off') {
    const text = 'Engines are not asked: that is turned off.';
    return { step: 'accounting', state: 'skipped', durationMs: null, text, next: '' };
  }
  if (asked === 0) {
    return { step: 'accounting', state: 'skipped', durationMs: null, text: 'There is no engine to ask.', next: '' };
  }
  const answered = new Set(answers.filter(({ seen }) => seen.kind === 'answer').map(({ rootPid }) => rootPid));
  const text = `${answered.size} of ${asked} engines ${answered.size === 1 ? 'says what it uses' : 'say what they use'}`;
  const failed = answers.find(({ rootPid, seen }) => seen.kind === 'failure' && !answered.has(rootPid));
  if (answered.size >= asked || failed?.seen.kind !== 'failure') {
    return { step: 'accounting', state: 'ok', durationMs, text: `${text}.`, next: '' };
  }
  const { why } = failed.seen;
  const who = `pid ${failed.rootPid}`;
  const [cause = '', ...advice] = accountingSentence(why).split('; ');
  return {
    step: 'accounting',
    state: 'warning',
    durationMs,
    text: `${text}; ${cause.includes(who) ? '' : `${who}: `}${cause}.`,
    next: advice.length === 0 ? '' : sentence(advice.join('; ')),
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
