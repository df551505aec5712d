// The line above the panels: which node, how it is looked at, what that costs there, and how old the look is.
import { RefreshCw, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Moment } from '../../../shared/session/moment.ts';
import { Button } from '../../components/button.tsx';
import { DemoChip } from '../../components/demo-chip.tsx';
import { useApp, useModel } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import { useNow } from '../../store/clock.ts';
import {
  clockFact,
  costFact,
  driverFact,
  nodeName,
  rateFact,
  secondsText,
  type LookFact,
} from '../../view/look-facts.ts';
import { dayText, timeText } from '../../view/time-text.ts';

const INTERVALS_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

export interface LiveHeaderProps {
  readonly open: OpenNode;
  /** The look that is shown. */
  readonly moment: Moment;
  readonly isHeld: boolean;
}

export function LiveHeader({ open, moment, isHeld }: LiveHeaderProps): ReactElement {
  const model = useModel();
  const { entry, session, capabilities } = open;
  const closing = capabilities.isLive ? 'Close this node' : 'Close this recording';
  const rate = rateFact(session, entry.intervalMs);
  const name = nodeName(session, entry.target);
  return (
    // On one line where it can be: a look at the cursor says more, and nothing below may move under the pointer for that.
    <header className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 text-[13px] xl:flex-nowrap">
      <title>{`${name} · Residuum`}</title>
      <h2 className="flex min-w-0 items-center gap-2 text-base font-semibold xl:min-w-20 xl:shrink-[99]">
        <span className="truncate" title={entry.target}>
          {name}
        </span>
        {entry.isDemo ? <DemoChip /> : null}
        {capabilities.isLive ? <NotRecorded /> : null}
      </h2>
      <dl className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Fact fact={driverFact(moment)} />
        {capabilities.isLive ? <Fact fact={rate} /> : null}
        <Fact fact={costFact(moment)} />
        <Fact fact={clockFact(moment)} />
        <LookAge moment={moment} isHeld={isHeld} isLive={capabilities.isLive} />
      </dl>
      <span className="ml-auto flex shrink-0 items-center gap-1">
        {capabilities.canLook ? <Looking open={open} /> : null}
        <Button
          weight="quiet"
          className="px-2"
          aria-label={closing}
          title={closing}
          onClick={() => model.close(entry.node)}
        >
          <X size={16} aria-hidden />
        </Button>
      </span>
    </header>
  );
}

/** The user turned it off: nobody should look for it later in vain. */
function NotRecorded(): ReactElement | null {
  const isOff = useApp((state) => state.recorder?.isOn === false);
  if (!isOff) return null;
  return (
    <span
      className="rounded border border-line-strong px-1.5 text-xs leading-5 font-normal text-muted"
      title="Recording is off: nothing of this node is kept. It is turned on among the recordings."
    >
      Not recorded
    </span>
  );
}

function Fact({ fact: { label, text, says, isBad } }: { readonly fact: LookFact }): ReactElement {
  return (
    <div className="flex gap-1.5 whitespace-nowrap" title={says}>
      <dt className="text-muted">{label}</dt>
      <dd className={isBad ? 'font-semibold text-inconclusive' : ''}>
        {text}
        <span className="sr-only">. {says}</span>
      </dd>
    </div>
  );
}

interface LookAgeProps extends Pick<LiveHeaderProps, 'moment' | 'isHeld'> {
  readonly isLive: boolean;
}

function LookAge({ moment, isHeld, isLive }: LookAgeProps): ReactElement {
  const now = useNow();
  const age = Math.max(0, now - moment.atMs);
  const ageNow = age < 1_500 ? 'just now' : `${secondsText(age)} ago`;
  return (
    <div
      className="flex gap-1.5 whitespace-nowrap"
      title={`The look that is shown was complete at ${new Date(moment.atMs).toISOString()}.`}
    >
      <dt className={isHeld ? 'sr-only' : 'text-muted'}>look at</dt>
      <dd className={isHeld ? 'rounded bg-accent px-1.5 text-on-accent' : ''}>
        {isHeld ? 'at the cursor, ' : ''}
        {timeText(moment.atMs)} UTC{' '}
        <span className={isHeld ? '' : 'text-muted'}>{isLive ? ageNow : dayText(moment.atMs)}</span>
      </dd>
    </div>
  );
}

/** How often, and now. */
function Looking({ open: { entry } }: Pick<LiveHeaderProps, 'open'>): ReactElement {
  const model = useModel();
  const intervals = INTERVALS_MS.includes(entry.intervalMs) ? INTERVALS_MS : [entry.intervalMs, ...INTERVALS_MS];
  return (
    <>
      <label className="flex items-center gap-1 text-muted">
        <span>
          <span className="sr-only">Look </span>every
        </span>
        <select
          className="h-8 rounded border border-line-strong bg-panel px-1 text-text"
          value={entry.intervalMs}
          onChange={(event) => model.nodes.configure(entry.node, Number(event.target.value))}
        >
          {intervals.map((ms) => (
            <option key={ms} value={ms}>
              {secondsText(ms)}
            </option>
          ))}
        </select>
      </label>
      <Button weight="quiet" title="Look now (N)" onClick={() => model.nodes.look(entry.node)}>
        <RefreshCw size={14} aria-hidden />
        Look now
      </Button>
    </>
  );
}
