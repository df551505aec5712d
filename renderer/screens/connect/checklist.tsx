// The steps of a connection, as they happen: state, duration, and for what failed the cause and the next step.
import type { ReactElement } from 'react';
import type { NodeSession } from '../../../shared/session/node-session.ts';
import { StateIcon } from '../../components/state-icon.tsx';
import { checklistRows, type ChecklistRow } from '../../view/checklist.ts';

const WORD_LOOKS: Readonly<Record<ChecklistRow['state'], string>> = {
  waiting: 'text-muted',
  running: 'text-accent',
  ok: 'text-pass',
  warning: 'text-inconclusive',
  failed: 'text-fail font-semibold',
  skipped: 'text-muted',
};

export function Checklist({ session }: { readonly session: NodeSession }): ReactElement {
  return (
    <ol aria-label="Steps of the connection" className="divide-y divide-line rounded border border-line bg-panel">
      {checklistRows(session).map(({ step, label, state, word, duration, text, next }) => (
        <li
          key={step}
          data-step={step}
          data-state={state}
          className="grid grid-cols-[16px_180px_76px_1fr_64px] gap-x-3 px-3 py-1.5"
        >
          <span className="mt-0.5">
            <StateIcon state={state} />
          </span>
          <span className={state === 'waiting' ? 'text-muted' : ''}>{label}</span>
          <span className={WORD_LOOKS[state]}>{word}</span>
          <span className="min-w-0 text-[13px] wrap-anywhere">
            <span className={state === 'failed' ? '' : 'text-muted'}>{text}</span>
            {next === '' ? null : <span className="block">{next}</span>}
          </span>
          <span className="text-right text-[13px] text-muted">{duration}</span>
        </li>
      ))}
    </ol>
  );
}
