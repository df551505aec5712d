// Awake, asleep and woken over all cycles: of one run, or of two beside each other, with the median and its range.
import { Copy } from 'lucide-react';
import { useMemo, type ReactElement } from 'react';
import { parseSelector, selectorText } from '../../../shared/gates/selector.ts';
import type { NodeId } from '../../../shared/model/observation.ts';
import { cyclesOf } from '../../../shared/session/cycles/cycle-follower.ts';
import { cycledChoices } from '../../../shared/session/compare/find-repeats.ts';
import { historyStates } from '../../../shared/session/compare/history-states.ts';
import { newestMs, oldestMs } from '../../../shared/session/history/history-looks.ts';
import type { History } from '../../../shared/session/history/history.ts';
import { Button } from '../../components/button.tsx';
import { cycleTables } from '../../view/compare/cycle-rows.ts';
import { driftLines } from '../../view/compare/drift-lines.ts';
import { readSoFarText } from '../../view/replay-text.ts';
import { statesView, type StatesCell, type StatesRowView, type StatesView } from '../../view/compare/states-view.ts';
import { usePaced } from '../live/timeline/use-paced.ts';
import { ComparePicture } from './compare-picture.tsx';
import { WhoCell } from './who-cell.tsx';

/** A node that is open, live or of a recording. */
export interface RunChoice {
  readonly node: NodeId;
  readonly name: string;
  readonly history: History;
  /** Of a recording that is still being read: later cycles are not in it yet. */
  readonly isPartial: boolean;
}

export interface RunStatesProps {
  readonly runs: readonly RunChoice[];
  readonly a: RunChoice;
  /** undefined: A alone. */
  readonly b: RunChoice | undefined;
  /** Whose cycles, as a selector; undefined for those of every engine. */
  readonly engine: string | undefined;
  readonly overRanks: boolean;
  readonly hidesNoise: boolean;
  readonly onEngine: (selector: string | undefined) => void;
  readonly onHide: (hides: boolean) => void;
  readonly onCopy: () => void;
  readonly onChoose: (side: 'a' | 'b', node: NodeId | undefined) => void;
  readonly onOverRanks: (together: boolean) => void;
}

const REDRAW_MS = 2_000;
/** All cycles of a day take more than a second: while a recording is read, its page has better things to do. */
const READING_MS = 10_000;

export function RunStates(props: RunStatesProps): ReactElement {
  const { runs, a, b, engine, overRanks, hidesNoise, onChoose, onEngine, onHide, onCopy, onOverRanks } = props;
  const [pacedA, pacedB] = [usePacedHistory(a), usePacedHistory(b)];
  const [left, right] = [useStates(pacedA, engine), useStates(pacedB, engine)];
  const choices = useMemo(() => (pacedA === undefined ? [] : cycledChoices(cyclesOf(pacedA))), [pacedA]);
  const view = useMemo(
    () =>
      left === undefined || (b !== undefined && right === undefined)
        ? undefined
        : statesView({ a: left, b: right, overRanks }),
    [left, right, b, overRanks],
  );
  return (
    <section aria-label="All cycles" className="min-w-0 rounded border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 text-[13px]">
        <h3 className="font-semibold">
          All cycles <span className="font-normal text-muted">MiB; the median, and from the least to the most</span>
        </h3>
        <span className="ml-auto flex flex-wrap items-center gap-3">
          <RunSelect side="A" runs={runs} value={a.node} onChoose={(node) => onChoose('a', node)} />
          <RunSelect
            side="B"
            runs={runs}
            value={b?.node}
            none="nothing beside it"
            onChoose={(node) => onChoose('b', node)}
          />
          {choices.length > 1 || engine !== undefined ? (
            <label className="flex items-center gap-1.5 text-[12px]">
              Cycles of
              <select
                className="h-7 max-w-64 rounded border border-line-strong bg-panel px-1"
                value={engine ?? ''}
                onChange={(event) => onEngine(event.target.value === '' ? undefined : event.target.value)}
              >
                <option value="">every engine, each its own</option>
                {choices.map(({ name, cycles, selector }) => (
                  <option key={name} value={selectorText(selector)}>
                    {name} ({cycles})
                  </option>
                ))}
              </select>
            </label>
          ) : null}
          <label className="flex items-center gap-1.5 text-[12px]">
            <input type="checkbox" checked={overRanks} onChange={(event) => onOverRanks(event.target.checked)} />
            Ranks in one row
          </label>
          <label className="flex items-center gap-1.5 text-[12px]">
            <input type="checkbox" checked={hidesNoise} onChange={(event) => onHide(event.target.checked)} />
            Hide the noise <span className="text-muted">(N)</span>
          </label>
          <Button
            className="h-7"
            disabled={view === undefined}
            title="As Markdown with stand-ins for names, the bytes of residuum export --table compare-states"
            onClick={onCopy}
          >
            <Copy size={14} aria-hidden />
            Copy
          </Button>
        </span>
      </header>
      <SoFar side={b === undefined ? '' : 'A, '} run={a} history={pacedA} />
      {b === undefined ? null : <SoFar side="B, " run={b} history={pacedB} />}
      {view === undefined ? (
        <p className="border-t border-line px-3 py-2 text-[13px] text-muted">
          {left === undefined ? a.name : (b?.name ?? '')} has shown no cycle
          {engine === undefined ? '' : ' of this engine'} yet: an engine that is awake, released, and settled.
        </p>
      ) : (
        <>
          <States view={view} hidesNoise={hidesNoise} />
          <div className="flex gap-3 border-t border-line px-3 py-1.5 text-[12px]">
            <h4 className="shrink-0 font-semibold">What stays, cycle by cycle</h4>
            <ul className="min-w-0">
              <Drifts name={b === undefined ? '' : 'A, '} history={pacedA} />
              {b === undefined ? null : <Drifts name="B, " history={pacedB} />}
            </ul>
          </div>
        </>
      )}
    </section>
  );
}

function useStates(history: History | undefined, engine: string | undefined): ReturnType<typeof historyStates> {
  return useMemo(() => {
    if (history === undefined) return undefined;
    const selector = engine === undefined ? undefined : parseSelector(engine);
    return historyStates(history, selector === undefined ? [] : [selector]);
  }, [history, engine]);
}

/** At once when another run is chosen, and when the recording is read to its end. */
function usePacedHistory(run: RunChoice | undefined): History | undefined {
  const isPartial = run?.isPartial === true;
  return usePaced(run?.history, isPartial ? READING_MS : REDRAW_MS, `${run?.node} ${isPartial}`);
}

interface SoFarProps {
  readonly side: string;
  readonly run: RunChoice;
  /** The one that is shown: by now more of it may be read. */
  readonly history: History | undefined;
}

/** Nothing where all of it is read. */
function SoFar({ side, run, history }: SoFarProps): ReactElement | null {
  if (!run.isPartial || history === undefined) return null;
  return (
    <p role="status" className="border-t border-line px-3 py-1.5 text-[13px]">
      {side}
      {readSoFarText(run.name, { fromMs: oldestMs(history), toMs: newestMs(history) })}
    </p>
  );
}

/** What is said beside a comparison of two, and of one alone: whether what stays grows. */
function Drifts({ name, history }: { readonly name: string; readonly history: History | undefined }): ReactElement {
  const lines = useMemo(
    // Of the cycles themselves nothing is shown here.
    () => (history === undefined ? [] : driftLines(cycleTables(cyclesOf(history), { gaps: [], newestMs: undefined }))),
    [history],
  );
  return (
    <>
      {lines.map((line) => (
        <li key={line.id}>
          <span className="text-muted">
            {name}
            {line.name}:
          </span>{' '}
          <span className={line.isGrowing ? 'font-semibold text-fail' : ''}>{line.text}</span>
        </li>
      ))}
    </>
  );
}

interface RunSelectProps {
  readonly side: 'A' | 'B';
  readonly runs: readonly RunChoice[];
  readonly value: NodeId | undefined;
  /** What it is called to choose none. */
  readonly none?: string;
  readonly onChoose: (node: NodeId | undefined) => void;
}

function RunSelect({ side, runs, value, none, onChoose }: RunSelectProps): ReactElement {
  return (
    <label className="flex items-center gap-1.5 text-[12px]">
      Run {side}
      <select
        className="h-7 max-w-64 rounded border border-line-strong bg-panel px-1"
        value={value ?? ''}
        onChange={(event) => onChoose(event.target.value === '' ? undefined : event.target.value)}
      >
        {none === undefined ? null : <option value="">{none}</option>}
        {runs.map(({ node, name }) => (
          <option key={node} value={node}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function States({ view, hidesNoise }: { readonly view: StatesView; readonly hidesNoise: boolean }): ReactElement {
  const { a, b, groups, columns, rows, noise, noisy, picture } = view;
  const shown = hidesNoise ? rows.filter(({ isNoise }) => !isNoise) : rows;
  // What did not change never stands before what did.
  const ordered = [...shown.filter(({ isNoise }) => !isNoise), ...shown.filter(({ isNoise }) => isNoise)];
  const hidden =
    hidesNoise && noisy > 0 ? ` ${noisy} ${noisy === 1 ? 'row is' : 'rows are'} within it and hidden (N).` : '';
  return (
    <>
      <p className="border-t border-line px-3 py-1 text-[12px] text-muted">
        {b === undefined ? `${capital(a)}.` : `A: ${a}. B: ${b}.`} {noise}
        {hidden}
      </p>
      <div className={b === undefined ? 'grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] border-t border-line' : ''}>
        <div className="overflow-x-auto" tabIndex={0} role="group" aria-label="Table of all cycles">
          <table className="w-full border-collapse text-[13px]">
            <thead className="text-[12px] text-muted">
              {groups.length === 0 ? null : (
                <tr className="border-t border-line">
                  <th colSpan={2} />
                  {groups.map((text) => (
                    <th
                      key={text}
                      scope="colgroup"
                      colSpan={3}
                      className="border-l border-line px-2 py-0.5 text-center font-semibold"
                    >
                      {capital(text)}
                    </th>
                  ))}
                </tr>
              )}
              <tr className="border-y border-line">
                <th scope="col" className="px-2 py-1 pl-3 text-left font-normal">
                  Who
                </th>
                <th scope="col" className="px-2 py-1 text-left font-normal">
                  GPU
                </th>
                {columns.map((text, at) => (
                  <th
                    key={`${at} ${text}`}
                    scope="col"
                    className={`px-2 py-1 text-right font-normal whitespace-nowrap ${edge(groups, at)}`}
                  >
                    {text === 'Slept' || text === 'Woke' ? (
                      <abbr
                        title={
                          text === 'Slept' ? 'Asleep minus awake, cycle by cycle' : 'Woken minus awake, cycle by cycle'
                        }
                      >
                        {text}
                      </abbr>
                    ) : (
                      text
                    )}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ordered.map((row) => (
                <Row key={row.id} row={row} groups={groups} />
              ))}
            </tbody>
          </table>
          {ordered.length === 0 ? (
            <p className="px-3 py-2 text-[13px] text-muted">Nothing differs by more than the noise.</p>
          ) : null}
        </div>
        <div className={b === undefined ? 'border-l border-line' : 'border-t border-line'}>
          <ComparePicture rows={rows} {...picture} isInside />
        </div>
      </div>
    </>
  );
}

function edge(groups: readonly string[], at: number): string {
  return groups.length > 0 && at % 3 === 0 ? 'border-l border-line' : '';
}

function Row({ row, groups }: { readonly row: StatesRowView; readonly groups: readonly string[] }): ReactElement {
  const { role, rank, owner, gpu, cells, isNoise } = row;
  return (
    <tr
      data-noise={isNoise || undefined}
      className={`border-b border-line last:border-b-0 ${isNoise ? 'text-muted' : ''}`}
    >
      <WhoCell
        name={[role, rank].filter((text) => text !== '').join(' ')}
        more={[owner, isNoise ? 'within the noise' : '']}
      />
      <td className="px-2 py-1 align-top whitespace-nowrap">{gpu}</td>
      {cells.map((cell, at) => (
        <td key={at} className={`px-2 py-1 text-right align-top whitespace-nowrap ${edge(groups, at)}`}>
          <Cell cell={cell} />
        </td>
      ))}
    </tr>
  );
}

function Cell({ cell: { text, range, why } }: { readonly cell: StatesCell }): ReactElement {
  return (
    <span title={why === '' ? undefined : why}>
      <span className={text === 'unknown' ? 'italic' : ''}>{text}</span>
      {why === '' || text === '–' ? null : <span aria-hidden>*</span>}
      {range === '' ? null : <span className="block text-[12px] text-muted">{range}</span>}
      {why === '' ? null : <span className="sr-only">: {why}</span>}
    </span>
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
