// Evidence: what to paste into a pull request or a paper. Choices on the left, the exact bytes on the right.
import { useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { Banner } from '../../components/banner.tsx';
import { DemoChip } from '../../components/demo-chip.tsx';
import { useApp, useModel, useShown } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import { floorOf, sidesOf } from '../../store/kept-moment.ts';
import { saveRedacted } from '../../store/save-redacted.ts';
import { shownLook } from '../../store/shown-look.ts';
import { chosenPolicy } from '../../store/policy.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import { worstCycles } from '../../../shared/session/cycles/cycle-table.ts';
import { cycledChoices } from '../../../shared/session/compare/find-repeats.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import {
  choiceOf,
  comparedOf,
  isWithOther,
  LAST_LOOK,
  SHOWN_LOOK,
  type EvidenceChoice,
} from '../../view/evidence/evidence-choice.ts';
import { evidenceCommand } from '../../view/evidence/evidence-command.ts';
import { cycleChoices } from '../../view/evidence/evidence-looks.ts';
import { nodeName } from '../../view/look-facts.ts';
import { dayText, timeText } from '../../view/time-text.ts';
import { Segmented } from '../live/verdicts/segmented.tsx';
import { EvidenceChoices } from './evidence-choices.tsx';
import { EvidencePreview } from './evidence-preview.tsx';
import { StandIns } from './stand-ins.tsx';
import { useOtherRecordings } from './use-other-recordings.ts';
import { useOutput } from './use-output.ts';
import { useSide, type Reading } from './use-side.ts';

export function EvidenceScreen(): ReactElement {
  const open = useShown();
  const cursorMs = useApp((state) => state.cursorMs);
  const moment = open === undefined ? undefined : shownLook(open, cursorMs);
  // A number that changes while it is copied is no evidence: the look stays the one that was there at first.
  const [kept, setKept] = useState(moment);
  if (open === undefined || moment === undefined) {
    return <p className="p-6">There is no look yet. Connect a node or open a recording, then come back.</p>;
  }
  const held = kept ?? moment;
  return <Shown open={open} moment={held} isOld={held.atMs !== moment.atMs} onNewest={() => setKept(moment)} />;
}

interface ShownProps {
  readonly open: OpenNode;
  readonly moment: Moment;
  readonly isOld: boolean;
  readonly onNewest: () => void;
}

function Shown({ open, moment, isOld, onNewest }: ShownProps): ReactElement {
  const hasHost = useApp((state) => state.info !== undefined);
  // A recorder that stopped says so itself: nothing here may claim that it goes on.
  const isWritten = useApp((state) => state.recorder?.isOn === true && state.recorder.stopped === null);
  const model = useModel();
  const { evidence, drawPng } = model;
  const [choice, choose] = useState(() => firstChoice(model.store.get().evidence));
  const setChoice = (next: EvidenceChoice): void => {
    choose(next);
    model.set({ evidence: next });
  };
  const place = useMemo(() => evidence.placeOf(open, moment.atMs), [evidence, open.entry.node, moment.atMs]);
  // The comparison of a figure is of the last cycle that settled.
  const cycle = choice.preset === 'figure' ? undefined : choice.cycle;
  const others = useOtherRecordings(open);
  const compared = comparedOf(choice, useLivePolicy(open));
  const request = { at: atOf(choice, moment), cycle, redaction: choice.redaction, compared: compared?.own };
  const reading = useSide(place, request);
  const isTwo = isWithOther(choice) && others.place !== undefined;
  const besideA = reading.kind === 'ready' ? compared?.other(reading.side) : compared?.own;
  const against = useSide(isTwo ? others.place : undefined, { ...request, at: '', compared: besideA });
  const kept = useKept();
  const made = useOutput(open, reading, isTwo ? against : undefined, choice, kept);
  const session = open.at ?? open.session;
  const side = made?.side;
  const cycles = useMemo(() => (side === undefined ? [] : cycleChoices(side.record)), [side]);
  const engines = useMemo(
    () => (side === undefined ? [] : cycledChoices(side.record.engines.map(worstCycles))),
    [side],
  );
  const files = { file: place.file, against: others.place?.file };
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto px-4 py-2">
      <title>Evidence · Residuum</title>
      <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
        <h2 className="text-base font-semibold">Evidence</h2>
        {open.entry.isDemo ? <DemoChip /> : null}
        <span className="max-w-96 truncate text-muted" title={open.entry.target}>
          {nodeName(session, open.entry.target)}
          {place.isGrowing ? `, look of ${dayText(moment.atMs)} ${timeText(moment.atMs)} UTC` : `, ${place.file}`}
        </span>
        {isOld ? (
          <button type="button" className="text-accent underline" onClick={onNewest}>
            {place.isGrowing ? 'Use the newest look' : 'Use the look that is shown now'}
          </button>
        ) : null}
        <span className="ml-auto flex items-center gap-2">
          <span className="text-muted">Names</span>
          <Segmented
            label="Names of hosts, users, paths and models"
            value={choice.redaction}
            options={NAMES}
            onChange={(redaction) => setChoice(withRedaction(choice, redaction))}
          />
        </span>
      </header>
      {choice.redaction === 'none' ? (
        <Banner tone="warn" title="This output is identifying.">
          It names the host, its processes, their command lines and models as they are. Read it before you publish it.
        </Banner>
      ) : null}
      {place.isGrowing && isWritten && made !== undefined ? (
        <Banner tone="info" title="This is seen live, and its recording is still being written.">
          The host keeps it in the recording of this node, under &ldquo;The last hours&rdquo; on the screen Recordings.
          Close the node, save that recording and open it for evidence that <code>residuum verify</code> can check.
        </Banner>
      ) : null}
      <div className="grid min-h-0 flex-1 grid-cols-[256px_minmax(0,1fr)] items-start gap-3">
        <EvidenceChoices
          choice={choice}
          shownTime={timeText(moment.atMs)}
          cycles={cycles}
          engines={engines}
          others={others.options}
          against={others.chosen}
          hasKept={kept !== undefined}
          onChoice={setChoice}
          onAgainst={others.choose}
        />
        {made === undefined ? (
          <Nothing reading={reading} against={against} />
        ) : made.output === undefined ? (
          <Notice next="Choose another table, cycle or look.">{made.problem}</Notice>
        ) : (
          <EvidencePreview
            output={made.output}
            format={choice.format}
            drawPng={hasHost ? drawPng : undefined}
            command={place.isGrowing ? undefined : evidenceCommand(made.side, choice, files)}
          >
            {made.policyNote === '' ? null : (
              <p className="border-b border-line px-3 py-2 text-[13px] text-muted">{made.policyNote}</p>
            )}
            {choice.redaction === 'names' ? (
              <StandIns
                names={made.names}
                text={made.output.text}
                wasRedacted={made.side.source?.redaction === 'names'}
                onSave={() => void saveRedacted(evidence, place, made.side)}
              />
            ) : null}
          </EvidencePreview>
        )}
      </div>
    </div>
  );
}

const NAMES = [
  { value: 'names', text: 'Stand-ins' },
  { value: 'none', text: 'As they are', title: 'Hosts, users, addresses, paths, models and command lines' },
] as const;

/** What was chosen before stays, but names and what it is of: those are chosen anew each time. */
function firstChoice(before: EvidenceChoice | undefined): EvidenceChoice {
  if (before === undefined) return choiceOf('pr-table');
  const { table } = before;
  const start = choiceOf(before.preset);
  const fresh = { ...before, redaction: start.redaction, look: start.look, cycle: start.cycle };
  // The other recording may be closed by now.
  const isGone = table === 'arms' || fresh.isBeside;
  return withRedaction({ ...fresh, table: isGone ? start.table : table, isBeside: false, engine: undefined }, 'names');
}

/** A figure of two kept moments has names, so it goes where they go. */
function withRedaction(choice: EvidenceChoice, redaction: EvidenceChoice['redaction']): EvidenceChoice {
  const figure = redaction === 'names' && choice.figure === 'kept' ? 'ledger' : choice.figure;
  return { ...choice, redaction, figure };
}

function atOf({ look }: EvidenceChoice, { atMs }: Moment): string {
  if (look === LAST_LOOK) return '';
  return look === SHOWN_LOOK ? new Date(Math.ceil(atMs)).toISOString() : look;
}

function Nothing({ reading, against }: { readonly reading: Reading; readonly against: Reading }): ReactElement {
  const failed = [reading, against].find(({ kind }) => kind === 'failed');
  if (failed?.kind === 'failed') {
    return <Notice next="A table on another screen can be copied all the same: right-click it.">{failed.text}</Notice>;
  }
  return (
    <p role="status" className="p-3 text-muted">
      Reading the recording. One of many hours takes some seconds.
    </p>
  );
}

function Notice({ next, children }: { readonly next: string; readonly children: ReactNode }): ReactElement {
  return (
    <div role="status" className="rounded border border-line bg-panel p-4">
      <p className="max-w-prose">There is nothing to show. {children}</p>
      <p className="mt-1 max-w-prose text-muted">{next}</p>
    </div>
  );
}

/** What a node that is watched is judged by; undefined for a recording, which has its own. */
function useLivePolicy({ capabilities }: OpenNode): Policy | undefined {
  const settings = useApp((state) => state.settings);
  const info = useApp((state) => state.info);
  return capabilities.isLive ? chosenPolicy(settings, info, undefined).policy : undefined;
}

function useKept(): ReturnType<typeof keptOf> {
  const comparing = useApp((state) => state.comparing);
  return useMemo(() => keptOf(comparing), [comparing]);
}

function keptOf(comparing: Parameters<typeof sidesOf>[0]) {
  const { a, b } = sidesOf(comparing);
  if (a === undefined || b === undefined || a === b) return undefined;
  return { a: a.moment, b: b.moment, noise: floorOf(a, b).noise };
}
