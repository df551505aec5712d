// The badge of a verdict: a shape, a word and a colour, any one of which is enough to read it.
import type { ReactElement } from 'react';
import type { Verdict } from '../../../../shared/gates/verdict.ts';
import { verdictIcon } from '../../../components/verdict-icon.ts';

const LOOKS: Readonly<Record<Verdict, string>> = {
  pass: 'bg-pass-soft text-pass border-pass/40',
  fail: 'bg-fail-soft text-fail border-fail/50',
  inconclusive: 'bg-inconclusive-soft text-inconclusive border-inconclusive/50',
};
const NOT_JUDGED = 'bg-sunken text-muted border-line-strong border-dashed';

export interface VerdictBadgeProps {
  readonly verdict: Verdict;
  /** `false`: it does not count, so it wears no verdict's colour. */
  readonly judged: boolean;
  readonly text: string;
}

export function VerdictBadge({ verdict, judged, text }: VerdictBadgeProps): ReactElement {
  const Icon = verdictIcon(verdict, judged);
  const colours = judged ? LOOKS[verdict] : NOT_JUDGED;
  return (
    <span
      data-verdict={judged ? verdict : 'not-judged'}
      className={`inline-flex shrink-0 items-center gap-1.5 rounded border px-2 py-0.5 text-[12px] font-semibold tracking-wide whitespace-nowrap ${colours}`}
    >
      <Icon aria-hidden size={14} strokeWidth={2.25} />
      {text}
    </span>
  );
}
