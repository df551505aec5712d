// The card beside a segment: how much, from where, how old, how exact, and the way to the raw rows.
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { Popover } from 'radix-ui';
import { ageText } from '../../../view/screen-text.ts';
import type { CardTarget } from './card-target.ts';

export interface OpenCard {
  readonly target: CardTarget;
  readonly anchor: HTMLElement;
}

export interface TargetCardProps {
  readonly open: OpenCard | undefined;
  /** Of the look, milliseconds since 1970. */
  readonly atMs: number;
  readonly wallTime: string | undefined;
  readonly onRaw: (target: CardTarget) => void;
  readonly onClose: () => void;
  /** The pointer is over the card, or left it. */
  readonly onHover: (isOver: boolean) => void;
}

export function TargetCard({ open, atMs, wallTime, onRaw, onClose, onHover }: TargetCardProps): ReactElement {
  const keep = (event: Event): void => event.preventDefault();
  return (
    <Popover.Root open={open !== undefined}>
      {open !== undefined && <Popover.Anchor virtualRef={{ current: open.anchor }} />}
      <Popover.Portal>
        <Popover.Content
          aria-label="details"
          side="bottom"
          sideOffset={6}
          collisionPadding={8}
          // Focus stays on the segment: the card follows it, and takes nothing away.
          onOpenAutoFocus={keep}
          onCloseAutoFocus={keep}
          onInteractOutside={keep}
          onEscapeKeyDown={onClose}
          onPointerEnter={() => onHover(true)}
          onPointerLeave={() => onHover(false)}
          className="z-50 w-96 max-w-[calc(100vw-16px)] rounded border border-line-strong bg-raised p-3 text-[13px] shadow-lg"
        >
          {open !== undefined && <Body target={open.target} atMs={atMs} wallTime={wallTime} onRaw={onRaw} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

type BodyProps = Pick<TargetCardProps, 'atMs' | 'wallTime' | 'onRaw'> & { readonly target: CardTarget };

function Body({ target, atMs, wallTime, onRaw }: BodyProps): ReactElement {
  const now = useNow();
  const seenMs = target.seenMs ?? atMs;
  const nodeTime = target.seenMs === undefined ? wallTime : undefined;
  return (
    <div className="flex flex-col gap-2">
      <p className="max-h-16 overflow-y-auto font-medium break-words">
        {target.kind !== target.title && <span className="text-muted">{target.kind} </span>}
        {target.title}
      </p>
      <p className="text-[15px] font-semibold">
        {target.size}
        {target.bytes !== '' && (
          <span className="ml-2 inline-block text-[12px] font-normal text-muted">{target.bytes}</span>
        )}
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
        <Line name="Seen">
          {new Date(seenMs).toISOString().slice(11, 19)} UTC, {ageText(Math.max(now - seenMs, 0))} ago
        </Line>
        {nodeTime !== undefined && <Line name="Node clock">{nodeTime}</Line>}
        <Line name="Source">{target.source}</Line>
        {target.resolution !== '' && <Line name="Exact to">{target.resolution}</Line>}
        {target.pids !== '' && <Line name="Pids">{target.pids}</Line>}
      </dl>
      {target.note !== '' && <p className="text-muted">{target.note}</p>}
      <button
        type="button"
        className="self-start rounded border border-line-strong px-2 py-1 hover:bg-sunken"
        onClick={() => onRaw(target)}
      >
        Show the raw rows <kbd className="ml-1 text-muted">Shift+Enter</kbd>
      </button>
    </div>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}

/** The wall clock, once a second while somebody looks. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
