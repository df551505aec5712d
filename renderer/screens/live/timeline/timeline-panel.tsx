// The timeline of the live screen: resident memory over time, live or at a range, with a cursor for pointer and keyboard.
import { useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import {
  lookCount,
  lookHeldAt,
  lookMs,
  nearestLook,
  newestMs,
  oldestMs,
} from '../../../../shared/session/history/history-looks.ts';
import type { History } from '../../../../shared/session/history/history.ts';
import {
  readoutAt,
  timelineOf,
  type TimelineBy,
  type TimelineLine,
} from '../../../../shared/session/timeline/timeline-series.ts';
import { foundMarks, stepMark, timelineMarks } from '../../../../shared/session/timeline/timeline-marks.ts';
import { STACKED } from '../../../view/timeline/lane-tracks.ts';
import { lanesOf, type Lanes } from '../../../view/timeline/lanes.ts';
import { keptRange } from '../../../view/timeline/kept-range.ts';
import { plotHeight } from '../../../view/timeline/plot-height.ts';
import { beginningText, overviewOf } from '../../../view/timeline/overview.ts';
import { CLASS_NAMES } from '../ledger/class-look.ts';
import { LanePlot } from './lane-plot.tsx';
import { OverviewStrip } from './overview-strip.tsx';
import type { Selection } from '../../../view/selection.ts';
import type { TimeRange, TimelineView } from '../../../view/timeline/timeline-view.ts';
import type { PanelProps } from '../panel-props.ts';
import { Segmented } from '../verdicts/segmented.tsx';
import { NoteList, NotesButton } from './timeline-notes.tsx';
import { TimelinePlot } from './timeline-plot.tsx';
import { TimelineReadout } from './timeline-readout.tsx';
import { usePaced } from './use-paced.ts';
import { useWindowHeight } from './use-window-height.ts';
import { useRestingPointer } from './use-resting-pointer.ts';

const BY = [
  {
    value: 'engine',
    text: 'Engines',
    title: 'Of each engine, and of what dead ones left, the largest GPU; and what an engine says of itself',
  },
  { value: 'bus', text: 'GPUs', title: 'What is used on each GPU, whoever holds it' },
  { value: 'lanes', text: 'Lanes', title: 'A lane for each GPU, with who holds it stacked' },
] as const;

const SPANS = [
  { value: '120000', text: '2 min' },
  { value: '600000', text: '10 min' },
  { value: '3600000', text: '1 h' },
  { value: 'all', text: 'All' },
] as const;

/** Four times a second: more nobody sees, and the node is sampled slower than that. */
const REDRAW_MS = 250;
/** Marks come in minutes, and there are many of them. */
const MARKS_MS = 1_000;

export interface TimelinePanelProps extends PanelProps {
  readonly view: TimelineView;
  readonly onView: (part: Partial<TimelineView>) => void;
  /** Of a recording: no look comes any more, and nothing is live. */
  readonly isRecorded?: boolean;
}

export function TimelinePanel(props: TimelinePanelProps): ReactElement {
  const { policy, selection, onSelect, cursorMs, onCursor, view, onView } = props;
  const { mode, span, brush } = view;
  const setFixed = (range: TimeRange | undefined): void => onView({ fixed: range });
  const setBrush = (range: TimeRange | undefined): void => onView({ brush: range });
  const node = usePaced(props.node, REDRAW_MS);
  const by = mode === 'lanes' ? 'bus' : mode;
  /** Gaps, marks and events are listed. */
  const [isNoted, setNoted] = useState(false);
  const [columns, setColumns] = useState(800);
  const height = plotHeight(useWindowHeight());
  const plot = useRef<HTMLDivElement>(null);
  useRestingPointer(plot);
  const { history } = node;
  const slow = usePaced(node, MARKS_MS);
  const found = useMemo(() => foundMarks(slow.history, slow.outages), [slow]);
  const kept = { fromMs: oldestMs(history) ?? 0, toMs: newestMs(history) ?? 0 };
  const fixed = view.fixed === undefined ? undefined : keptRange(view.fixed, kept);
  const range = fixed ?? liveRange(history, span, node.link?.atMs);
  const { fromMs, toMs } = range;
  const timeline = useMemo(
    () => (mode === 'lanes' ? undefined : timelineOf(node, { by: mode, policy, fromMs, toMs, columns, found })),
    [node, mode, policy, fromMs, toMs, columns, found],
  );
  const lanes = useMemo(
    () => (mode === 'lanes' ? lanesOf(node, { fromMs, toMs, columns, found }) : undefined),
    [mode, node, fromMs, toMs, columns, found],
  );
  const overview = useMemo(() => overviewOf(node, columns), [node, columns]);
  const readout = readoutAt(node, by, cursorMs);
  const step = (by_: number): void => {
    const at = cursorMs === undefined ? lookCount(history) - 1 : lookHeldAt(history, cursorMs) + by_;
    onCursor(lookAt(history, at));
  };
  /** From the cursor on, a look further; the side that does not move is where it began. */
  const widen = (by_: 1 | -1): void => {
    const here = cursorMs ?? newestMs(history) ?? range.toMs;
    const to = lookAt(history, lookHeldAt(history, here) + by_) ?? here;
    const fixedMs = brush === undefined ? here : brush.fromMs === here ? brush.toMs : brush.fromMs;
    setBrush({ fromMs: Math.min(fixedMs, to), toMs: Math.max(fixedMs, to) });
    onCursor(to);
  };
  const fit = (): void => {
    if (brush !== undefined && brush.toMs > brush.fromMs) setFixed(brush);
  };
  const zoom = (factor: number): void => {
    const middle = cursorMs ?? range.toMs;
    setFixed({ fromMs: middle - (middle - range.fromMs) * factor, toMs: middle + (range.toMs - middle) * factor });
  };
  const pan = (share: number): void => {
    const by_ = (range.toMs - range.fromMs) * share;
    setFixed({ fromMs: range.fromMs + by_, toMs: range.toMs + by_ });
  };
  const toMark = (by_: 1 | -1): void => {
    const mark = stepMark(timelineMarks(node, found), cursorMs ?? Number.POSITIVE_INFINITY, by_);
    if (mark !== undefined) onCursor(mark.atMs);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    '[': () => step(-1),
    ']': () => step(1),
    Home: () => onCursor(oldestMs(history)),
    End: () => onCursor(newestMs(history)),
    f: fit,
    Escape: () => (brush === undefined || cursorMs !== undefined ? onCursor(undefined) : setBrush(undefined)),
    w: () => zoom(0.5),
    s: () => zoom(2),
    a: () => pan(-0.25),
    d: () => pan(0.25),
    '.': () => toMark(1),
    ',': () => toMark(-1),
    l: () => {
      setFixed(undefined);
      onCursor(undefined);
    },
  };
  const onKey = (event: KeyboardEvent): void => {
    const widens = event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight');
    const act = widens ? () => widen(event.key === 'ArrowLeft' ? -1 : 1) : keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <section aria-label="Timeline" className="rounded border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2">
        <h3 className="text-[13px] font-semibold">Timeline</h3>
        <Segmented label="Lines" value={mode} options={BY} onChange={(next) => onView({ mode: next })} />
        <span className="flex-1" />
        <Segmented
          label="Span"
          value={span}
          options={SPANS}
          onChange={(next) => onView({ span: next, fixed: undefined })}
        />
        <button
          type="button"
          aria-pressed={fixed === undefined}
          onClick={() => setFixed(fixed === undefined ? range : undefined)}
          title={props.isRecorded === true ? 'Show the last looks (L)' : 'Follow the newest look (L)'}
          className="rounded border border-line-strong px-2 py-0.5 text-[12px] text-muted aria-pressed:border-accent aria-pressed:text-accent"
        >
          {props.isRecorded === true ? 'Last' : 'Live'}
        </button>
      </header>
      <div
        role="group"
        aria-roledescription="timeline"
        aria-label="Timeline cursor: left and right step through the looks, with Shift they take a range, F zooms to it, W and S zoom, A and D move, comma and full stop go to marks, L follows, Escape leaves"
        tabIndex={0}
        onKeyDown={onKey}
        ref={plot}
        className="px-2 -outline-offset-2"
      >
        {lanes === undefined || timeline !== undefined ? null : (
          <LanePlot
            lanes={lanes}
            range={range}
            lookNear={(ms) => lookAt(history, nearestLook(history, ms))}
            height={height}
            cursorMs={cursorMs}
            onCursor={onCursor}
            brush={brush}
            onBrush={setBrush}
            onColumns={setColumns}
          />
        )}
        {timeline === undefined ? null : (
          <TimelinePlot
            timeline={timeline}
            range={range}
            height={height}
            selected={selectedLine(selection, by)}
            cursorMs={cursorMs}
            onCursor={onCursor}
            brush={brush}
            onBrush={setBrush}
            onColumns={setColumns}
          />
        )}
      </div>
      {overview === undefined ? null : <OverviewStrip overview={overview} range={range} onRange={setFixed} />}
      {overview === undefined || overview.gone === 0 ? null : (
        <p className="px-4 text-[12px] text-muted">{beginningText(overview)}</p>
      )}
      {lanes === undefined ? null : <LaneLegend lanes={lanes} />}
      <TimelineReadout
        readout={readout}
        drawn={timeline?.lines}
        span={kept}
        isAtCursor={cursorMs !== undefined}
        onSelect={onSelect}
      >
        <NotesButton drawn={timeline ?? lanes} isOpen={isNoted} onOpen={setNoted} />
      </TimelineReadout>
      {isNoted ? <NoteList drawn={timeline ?? lanes} span={kept} onGo={onCursor} /> : null}
    </section>
  );
}

/** The time of a look by its place, of the first or the last one where there are not so many. */
function lookAt(history: History, at: number): number | undefined {
  return lookMs(history, Math.min(lookCount(history) - 1, Math.max(0, at)));
}

function liveRange(history: History, span: TimelineView['span'], linkMs: number | undefined): TimeRange {
  const first = oldestMs(history) ?? 0;
  const newest = newestMs(history) ?? first;
  // A link that is down goes on being heard of: the gap grows with it.
  const last = Math.max(newest, linkMs ?? newest);
  const fromMs = span === 'all' ? first : Math.max(first, last - Number(span));
  // A single look has no width of its own.
  return last - fromMs < 1_000 ? { fromMs: last - 30_000, toMs: last + 1_000 } : { fromMs, toMs: last };
}

function selectedLine(selection: Selection, by: TimelineBy): ((line: TimelineLine) => boolean) | undefined {
  if (by === 'engine' && selection.engine !== undefined) return ({ engine }) => engine === selection.engine;
  if (by === 'bus' && selection.bus !== undefined) return ({ bus }) => bus === selection.bus;
  return undefined;
}

/** Only the classes that are drawn. */
function LaneLegend({ lanes: { lanes } }: { readonly lanes: Lanes }): ReactElement {
  const drawn = STACKED.filter((kind) => lanes.some(({ layers }) => layers.some((layer) => layer.class === kind)));
  return (
    <p className="flex flex-wrap gap-x-4 px-4 text-[12px] text-muted">
      {drawn.map((kind) => (
        <span key={kind} className="inline-flex items-center gap-1.5">
          <span aria-hidden className="inline-block h-2.5 w-4" style={{ background: `var(--${kind})` }} />
          {CLASS_NAMES[kind]}
        </span>
      ))}
      <span>line: all that is used; a lane is as high as its GPU</span>
    </p>
  );
}
