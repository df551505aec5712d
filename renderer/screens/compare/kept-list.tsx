// The moments that were kept: when, where, how much was used, what the gate says, and what each is used as.
import { X } from 'lucide-react';
import { useMemo, type ReactElement } from 'react';
import type { Policy } from '../../../shared/gates/policy.ts';
import type { KeptMoment } from '../../store/kept-moment.ts';
import { keptLine } from '../../view/compare/kept-line.ts';
import { VerdictDot } from '../live/tree/verdict-dot.tsx';

export interface KeptListProps {
  readonly kept: readonly KeptMoment[];
  readonly a: KeptMoment | undefined;
  readonly b: KeptMoment | undefined;
  readonly policy: Policy;
  readonly onUse: (side: 'a' | 'b', id: string) => void;
  readonly onDrop: (id: string) => void;
}

export function KeptList({ kept, a, b, policy, onUse, onDrop }: KeptListProps): ReactElement {
  const lines = useMemo(() => kept.map((each) => ({ each, line: keptLine(each.moment, policy) })), [kept, policy]);
  return (
    <section aria-label="Kept moments" className="rounded border border-line bg-panel">
      <h3 className="px-3 py-1.5 text-[13px] font-semibold">
        Kept moments{' '}
        <span className="font-normal text-muted">
          Shift+S on the live screen takes a snapshot; they stay until this page is loaded again
        </span>
      </h3>
      <ul className="text-[13px]">
        {lines.map(({ each, line }) => (
          <li key={each.id} className="flex flex-wrap items-center gap-x-3 border-t border-line px-3 py-1">
            <span className="w-16">{line.time}</span>
            <VerdictDot
              verdict={{ value: line.verdict, standing: line.isJudged ? 'counted' : 'muted', text: line.badge }}
            />
            <span className="w-36 text-right" title={line.why}>
              {line.total}
            </span>
            <span className="min-w-0 flex-1 truncate text-muted">
              {[each.what, each.name].filter((part) => part !== '').join(' · ')}
            </span>
            {(['a', 'b'] as const).map((side) => (
              <button
                key={side}
                type="button"
                aria-pressed={(side === 'a' ? a : b) === each}
                className="rounded border border-line-strong px-2 text-[12px] leading-5 hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent aria-pressed:text-on-accent"
                onClick={() => onUse(side, each.id)}
              >
                {side.toUpperCase()}
                <span className="sr-only"> is the look at {line.time}</span>
              </button>
            ))}
            <button
              type="button"
              aria-label={`Let go of the look at ${line.time}`}
              title="Let go of it"
              className="rounded p-1 text-muted hover:bg-sunken hover:text-text"
              onClick={() => onDrop(each.id)}
            >
              <X size={14} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
