// Which kept moment is A, or B: a native list, and beside it what the gate says of the one that is chosen.
import { useMemo, type ReactElement } from 'react';
import type { Policy } from '../../../shared/gates/policy.ts';
import type { KeptMoment } from '../../store/kept-moment.ts';
import { keptLine } from '../../view/compare/kept-line.ts';
import { VerdictBadge } from '../live/verdicts/verdict-badge.tsx';

export interface MomentChoiceProps {
  readonly side: 'A' | 'B';
  readonly kept: readonly KeptMoment[];
  readonly value: KeptMoment | undefined;
  readonly policy: Policy;
  readonly onChoose: (id: string) => void;
}

export function MomentChoice({ side, kept, value, policy, onChoose }: MomentChoiceProps): ReactElement {
  const line = useMemo(() => (value === undefined ? undefined : keptLine(value.moment, policy)), [value, policy]);
  const lines = useMemo(() => kept.map((each) => ({ ...keptLine(each.moment, policy), ...each })), [kept, policy]);
  return (
    <span className="flex items-center gap-1.5">
      <label className="flex items-center gap-1.5 font-semibold">
        {side}
        <select
          className="h-8 max-w-96 rounded border border-line-strong bg-panel px-1 font-normal"
          value={value?.id ?? ''}
          onChange={(event) => onChoose(event.target.value)}
        >
          {value === undefined ? <option value="">choose a moment</option> : null}
          {lines.map(({ id, name, time, total, what }) => (
            <option key={id} value={id}>
              {[time, total.replace(' used', ''), what, name].filter((part) => part !== '').join(' · ')}
            </option>
          ))}
        </select>
      </label>
      {line === undefined ? null : <VerdictBadge verdict={line.verdict} judged={line.isJudged} text={line.badge} />}
    </span>
  );
}
