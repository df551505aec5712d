// The controls of a replay: where it stands, play, speed, one look forth or back, and what could not be read of it.
import { ChevronFirst, ChevronLast, Copy, Pause, Play, StepBack, StepForward } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useCopyEvidence } from '../../commands/copy-evidence-context.ts';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { DemoChip } from '../../components/demo-chip.tsx';
import { SPEEDS, type OpenRecording } from '../../store/open-recording.ts';
import type { ReplayPlayer } from '../../store/replay-player.ts';
import { positionText, problemsText, problemsTitle, sliderText } from '../../view/replay-text.ts';
import { dayText, timeWithin, type TimeSpan } from '../../view/time-text.ts';
import { Segmented } from './verdicts/segmented.tsx';

export interface TransportBarProps {
  readonly recording: OpenRecording;
  readonly player: ReplayPlayer;
  /** Of the node that is shown: where somebody set a mark. */
  readonly marks: readonly { readonly atMs: number; readonly text: string }[];
}

const SPEED_OPTIONS = SPEEDS.map((speed) => ({ value: `${speed}`, text: `×${speed}`, title: speedTitle(speed) }));

function speedTitle(speed: number): string {
  return speed === 1 ? 'As fast as it happened' : `${speed} times as fast as it happened`;
}

export function TransportBar({ recording, player, marks }: TransportBarProps): ReactElement {
  const { firstMs, lastMs, positionMs, isPlaying, speed, share, isRead, isBehind } = recording;
  const isDone = share >= 1 && isRead;
  const span = { fromMs: firstMs, toMs: lastMs };
  return (
    <section aria-label="Replay" className="flex flex-col gap-2 rounded border border-line bg-panel px-3 py-1.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
        <span className="flex items-center">
          <Act title="To the beginning (Home)" onAct={() => player.goTo('first')}>
            <ChevronFirst size={16} aria-hidden />
          </Act>
          <Act title="One look back ([)" onAct={() => player.step(-1)}>
            <StepBack size={14} aria-hidden />
          </Act>
          <Act title={isPlaying ? 'Pause (Space)' : 'Play (Space)'} onAct={() => player.play(!isPlaying)}>
            {isPlaying ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
          </Act>
          <Act title="One look forward (])" onAct={() => player.step(1)}>
            <StepForward size={14} aria-hidden />
          </Act>
          <Act title="To the end (End)" onAct={() => player.goTo('last')}>
            <ChevronLast size={16} aria-hidden />
          </Act>
        </span>
        <Segmented
          label="Speed"
          value={`${speed}`}
          options={SPEED_OPTIONS}
          onChange={(value) => player.setSpeed(SPEEDS.find((each) => `${each}` === value) ?? 1)}
        />
        <input
          type="range"
          className="h-8 min-w-40 flex-1 accent-[var(--accent)]"
          aria-label="Moment of the recording"
          aria-valuetext={sliderText(recording)}
          min={firstMs}
          max={lastMs}
          // A tenth of a second, or what one pixel is where that is more.
          step={Math.max(100, Math.round((lastMs - firstMs) / 2_000))}
          value={positionMs}
          onChange={(event) => player.seek(Number(event.target.value))}
        />
        <span className="tabular-nums" title={`${dayText(positionMs)}, UTC, on the clock of whoever recorded`}>
          {timeWithin(positionMs, span)} <span className="text-muted">{positionText(recording)}</span>
        </span>
        {marks.length === 0 ? null : <Marks marks={marks} span={span} onGo={(atMs) => player.seek(atMs)} />}
        {isDone ? null : (
          <span role="status" className="text-muted">
            {isBehind ? 'Not read that far yet: ' : 'Reading: '}
            {Math.floor(share * 100)} %
          </span>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Facts recording={recording} />
        <OneClick />
        {recording.header.story.length === 0 ? null : (
          <p className="basis-full text-[13px]">{recording.header.story.join(' ')}</p>
        )}
      </div>
      {recording.problems.count === 0 ? null : (
        <Banner tone="warn" title={problemsTitle(recording.problems)}>
          {problemsText(recording.problems)}
        </Banner>
      )}
    </section>
  );
}

function Act({
  title,
  onAct,
  children,
}: {
  readonly title: string;
  readonly onAct: () => void;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Button weight="quiet" className="px-2" title={title} aria-label={title} onClick={onAct}>
      {children}
    </Button>
  );
}

interface MarksProps {
  readonly span: TimeSpan;
  readonly marks: TransportBarProps['marks'];
  readonly onGo: (atMs: number) => void;
}

/** Goes there and stays a list of places, not a choice. */
function Marks({ marks, span, onGo }: MarksProps): ReactElement {
  return (
    <select
      aria-label="Go to a mark"
      className="h-8 max-w-48 rounded border border-line-strong bg-panel px-1"
      value=""
      onChange={(event) => {
        const mark = marks[Number(event.target.value)];
        if (mark !== undefined) onGo(mark.atMs);
      }}
    >
      <option value="" disabled>
        {marks.length === 1 ? '1 mark' : `${marks.length} marks`}
      </option>
      {marks.map(({ atMs, text }, at) => (
        <option key={`${atMs} ${text}`} value={at}>
          {timeWithin(atMs, span)} {text.slice(0, 60)}
        </option>
      ))}
    </select>
  );
}

/** The two tables that a report of a residual needs, at once: what they are of stands in what is said afterwards. */
function OneClick(): ReactElement {
  const copy = useCopyEvidence();
  return (
    <span className="flex gap-1">
      <Button
        className="h-7"
        title="Awake, asleep and woken of the last cycle that settled, over all ranks, as Markdown with stand-ins for names"
        onClick={() => copy('states')}
      >
        <Copy size={14} aria-hidden />
        Copy states
      </Button>
      <Button
        className="h-7"
        title="Each engine against the limit, after the last sleep that settled, as Markdown with stand-ins for names"
        onClick={() => copy('gate')}
      >
        <Copy size={14} aria-hidden />
        Copy gate
      </Button>
    </span>
  );
}

function Facts({ recording: { name, header, isRead, hasFooter } }: Pick<TransportBarProps, 'recording'>): ReactElement {
  return (
    <p className="flex min-w-0 flex-1 basis-96 flex-wrap items-center gap-x-2 text-[13px] text-muted">
      <span className="max-w-80 truncate text-text" title={name}>
        {name}
      </span>
      {header.isDemo ? <DemoChip /> : null}
      <span>recorded on {dayText(header.startedMs)}</span>
      {header.redaction === 'names' ? <span>· names are stand-ins</span> : null}
      {isRead && !hasFooter ? <span>· not ended cleanly: the writer was stopped, or is still at it</span> : null}
    </p>
  );
}
