// One engine among the verdicts: badge, name, sentence, what is expected of it; its card opens below.
import { ChevronRight } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import type { ProcessKey } from '../../../../shared/model/ids.ts';
import type { VerdictCard } from '../../../view/verdicts/verdict-card.ts';
import { Segmented } from './segmented.tsx';
import { VerdictBadge } from './verdict-badge.tsx';

export interface VerdictRowProps {
  readonly card: VerdictCard;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly onOpen: (isOpen: boolean) => void;
  readonly onTell: (engine: ProcessKey, state: 'awake' | 'asleep' | null) => void;
  readonly onJudge: () => void;
  /** The card itself; made only when it is open. */
  readonly children: ReactNode;
}

const EXPECTED = [
  { value: 'looks', text: 'As it looks', title: 'Judged unless it looks awake' },
  { value: 'awake', text: 'Awake', title: 'It is in use: listed, and not counted' },
  { value: 'asleep', text: 'Asleep', title: 'It was told to let go: judged' },
] as const;

export function VerdictRow(props: VerdictRowProps): ReactElement {
  const { card, isOpen, isSelected, onOpen, onTell, onJudge, children } = props;
  const { key, verdict, standing, badge, name, title, sentence, state, told, isOrphan } = card;
  const row = useRef<HTMLLIElement>(null);
  // A card that opens below the fold looks as if nothing had happened.
  useEffect(() => {
    if (isOpen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  return (
    <Collapsible.Root
      open={isOpen}
      onOpenChange={onOpen}
      className={`border-t border-line ${isSelected ? 'bg-accent/8 shadow-[inset_3px_0_0_var(--accent)]' : ''}`}
      asChild
    >
      <li ref={row} aria-label={`${badge} ${name}`}>
        <div className="flex items-start gap-x-2 px-4 py-2">
          <Collapsible.Trigger
            aria-label={`${isOpen ? 'Close' : 'Open'} the card of ${name}`}
            className="group mt-px rounded p-0.5 text-muted hover:text-text"
          >
            <ChevronRight aria-hidden size={16} className="transition-transform group-data-[state=open]:rotate-90" />
          </Collapsible.Trigger>
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <VerdictBadge verdict={verdict} judged={standing === 'judged'} text={badge} />
              <span className="font-medium whitespace-nowrap">{name}</span>
              <span
                className="order-last min-w-0 basis-full truncate font-mono text-[11px] text-muted @3xl:order-none @3xl:flex-1 @3xl:basis-0"
                dir="ltr"
                title={title}
              >
                {title}
              </span>
              {isOrphan ? null : (
                <div className="ml-auto">
                  <Segmented
                    label={`Expected state of ${name}`}
                    value={told ?? 'looks'}
                    options={EXPECTED}
                    onChange={(next) => onTell(key, next === 'looks' ? null : next)}
                  />
                </div>
              )}
            </div>
            <p className="mt-1">
              {sentence}
              {standing === 'muted' ? (
                <button type="button" onClick={onJudge} className="ml-2 text-[13px] text-accent hover:underline">
                  Judge now
                </button>
              ) : null}
            </p>
            {isOrphan || state.source === 'none' ? null : (
              <p className="mt-0.5 text-[12px] text-muted" title={state.text}>
                State: {state.value}, {state.source}.
              </p>
            )}
          </div>
        </div>
        <Collapsible.Content>{children}</Collapsible.Content>
      </li>
    </Collapsible.Root>
  );
}
