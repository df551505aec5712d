// The cycles of each engine: what it held awake, what stayed asleep, how long that took, and whether it grows.
import { memo, useMemo, useState, type ReactElement } from 'react';
import { cyclesOf } from '../../../../shared/session/cycles/cycle-follower.ts';
import { newestMs } from '../../../../shared/session/history/history-looks.ts';
import type { NodeSession } from '../../../../shared/session/node-session.ts';
import { NothingHere } from '../../../components/nothing-here.tsx';
import { gapsBetween } from '../../../../shared/session/timeline/line-gaps.ts';
import {
  cycleTables,
  type BusCycleTable,
  type CycleRow,
  type EngineCycleTables,
} from '../../../view/compare/cycle-rows.ts';
import { usePaced } from '../timeline/use-paced.ts';
import { Segmented } from '../verdicts/segmented.tsx';
import { CellText } from '../../compare/compare-cell.tsx';

/** A look of a cycle: what it is, and when. */
export interface CycleLookAt {
  readonly atMs: number;
  readonly what: string;
}

export interface CyclesPanelProps {
  /** As far as its history reaches; of a recording all that is read of it. */
  readonly node: NodeSession;
  readonly onCursor: (ms: number | undefined) => void;
  /** Keeps the looks of a cycle, awake first, and compares the first two. */
  readonly onCompare: (looks: readonly CycleLookAt[]) => void;
  /** Compares awake, asleep and woken over all cycles. */
  readonly onCompareAll: () => void;
}

const REDRAW_MS = 1_000;

export function CyclesPanel({ node, onCursor, onCompare, onCompareAll }: CyclesPanelProps): ReactElement {
  const paced = usePaced(node, REDRAW_MS);
  const tables = useMemo(() => tablesOf(paced), [paced]);
  return (
    <section
      aria-label="Cycles"
      className="flex h-full min-h-0 flex-col overflow-y-auto rounded border border-line bg-panel"
    >
      <header className="flex items-center gap-3 border-b border-line px-3 py-1.5">
        <h2 className="text-[13px] font-semibold">
          Cycles{' '}
          <span className="font-normal text-muted">MiB; from awake to asleep to awake, found in what is resident</span>
        </h2>
        {tables.some(({ buses }) => buses.some(({ rows }) => rows.length > 0)) ? (
          <button
            type="button"
            className="ml-auto text-[13px] font-medium whitespace-nowrap text-accent hover:underline"
            title="Awake, asleep and woken over all cycles: the median, and from the least to the most"
            onClick={onCompareAll}
          >
            Compare all
          </button>
        ) : null}
      </header>
      {tables.length === 0 ? (
        <NothingHere {...NO_CYCLES} />
      ) : (
        tables.map((table) => <EngineCycles key={table.id} table={table} onCursor={onCursor} onCompare={onCompare} />)
      )}
    </section>
  );
}

const NO_CYCLES = {
  what: 'No engine was seen, so there are no cycles.',
  why: 'A cycle is an engine that lets memory go and takes it again.',
  next: 'Let one sleep and wake while this page is open, or open a recording of a run: its cycles are listed here.',
} as const;

function tablesOf(node: NodeSession): EngineCycleTables[] {
  const gaps = gapsBetween(node, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return cycleTables(cyclesOf(node.history), { gaps, newestMs: newestMs(node.history) });
}

interface EngineCyclesProps extends Pick<CyclesPanelProps, 'onCursor' | 'onCompare'> {
  readonly table: EngineCycleTables;
}

function EngineCycles({ table: { name, unmeasured, buses }, onCursor, onCompare }: EngineCyclesProps): ReactElement {
  const [chosen, setChosen] = useState('worst');
  const table = buses.find(({ id }) => id === chosen) ?? buses[0];
  if (table === undefined) return <p className="px-3 py-2 text-[13px] text-muted">{name}: nothing was seen of it.</p>;
  return (
    <div className="border-b border-line last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 text-[13px]">
        <h3 className="font-medium">{name}</h3>
        <Drift table={table} />
        {buses.length < 3 ? null : (
          <span className="ml-auto">
            <Segmented
              label={`GPU of ${name}`}
              value={table.id}
              options={buses.map((each) => ({ value: each.id, text: each.name }))}
              onChange={setChosen}
            />
          </span>
        )}
        {unmeasured === '' ? null : <p className="basis-full text-inconclusive">{unmeasured}</p>}
      </div>
      {table.rows.length === 0 ? null : (
        <CycleTable name={name} rows={table.rows} onCursor={onCursor} onCompare={onCompare} />
      )}
    </div>
  );
}

function Drift({ table: { drift, isGrowing, rows } }: { readonly table: BusCycleTable }): ReactElement {
  return (
    <p className={isGrowing ? 'font-semibold text-fail' : 'text-muted'}>
      {rows.length === 0 ? drift : `What stays is ${drift.startsWith('too few') ? `not judged: ${drift}` : drift}`}
    </p>
  );
}

const HEADS = ['Cycle', 'Released', 'Awake', 'Residual', 'Freed', 'Settled after', 'Woke', ''] as const;

interface CycleTableProps extends Pick<CyclesPanelProps, 'onCursor' | 'onCompare'> {
  readonly name: string;
  readonly rows: readonly CycleRow[];
}

function CycleTable({ name, rows, onCursor, onCompare }: CycleTableProps): ReactElement {
  return (
    <table className="w-full border-collapse text-[13px]">
      <caption className="sr-only">Cycles of {name}, the newest first</caption>
      <thead className="text-[12px] text-muted">
        <tr className="border-y border-line">
          {HEADS.map((text) => (
            <th
              key={text}
              scope="col"
              className={`px-2 py-1 font-normal whitespace-nowrap first:pl-3 ${isNumber(text) ? 'text-right' : 'text-left'}`}
            >
              {text === '' ? <span className="sr-only">Compare</span> : text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <CycleLine key={row.number} row={row} onCursor={onCursor} onCompare={onCompare} />
        ))}
      </tbody>
    </table>
  );
}

interface CycleLineProps extends Pick<CyclesPanelProps, 'onCursor' | 'onCompare'> {
  readonly row: CycleRow;
}

/** Drawn again only when its row is another one: after hours there are many of them. */
const CycleLine = memo(function CycleLine({ row, onCursor, onCompare }: CycleLineProps): ReactElement {
  return (
    <tr className="border-b border-line last:border-b-0">
      <th scope="row" className="py-1 pr-2 pl-3 text-left font-normal whitespace-nowrap">
        {row.number}
        {row.isRestarted ? <span className="ml-1 text-[12px] text-muted">restarted</span> : null}
      </th>
      <td className="px-2 py-1">
        <button type="button" className="hover:text-accent hover:underline" onClick={() => onCursor(row.awakeMs)}>
          {row.released}
        </button>
        {row.unseen === '' ? null : (
          <span
            className="block text-[12px] whitespace-nowrap text-inconclusive"
            title="Nobody looked for so long of this sleep: the engine may have woken in it and slept again"
          >
            {row.unseen}
          </span>
        )}
      </td>
      <td className="px-2 py-1 text-right">{row.awake}</td>
      <td className="px-2 py-1 text-right font-medium">
        <CellText cell={row.residual} />
        {row.rose === '' ? null : (
          <span className="block text-[12px] font-normal whitespace-nowrap text-muted">{row.rose}</span>
        )}
      </td>
      <td className="px-2 py-1 text-right">
        <CellText cell={row.freed} />
      </td>
      <td className="px-2 py-1 text-right whitespace-nowrap">
        {row.settledMs === undefined ? (
          <CellText cell={row.settle} />
        ) : (
          <button
            type="button"
            className="hover:text-accent hover:underline"
            title="Go to the look at which it held still"
            onClick={() => onCursor(row.settledMs)}
          >
            {row.settle.text}
          </button>
        )}
      </td>
      <td className="px-2 py-1 whitespace-nowrap">
        <CellText cell={row.woke} />
      </td>
      <td className="py-1 pr-3 pl-2 text-right">
        {row.settledMs === undefined ? null : (
          <button
            type="button"
            className="font-medium text-accent hover:underline"
            onClick={() => onCompare(looksOf(row))}
          >
            Compare<span className="sr-only"> awake with asleep in cycle {row.number}</span>
          </button>
        )}
      </td>
    </tr>
  );
});

function isNumber(text: (typeof HEADS)[number]): boolean {
  return text === 'Awake' || text === 'Residual' || text === 'Freed' || text === 'Settled after';
}

function looksOf({ number, awakeMs, settledMs, wakeMs }: CycleRow): CycleLookAt[] {
  const look = (atMs: number | undefined, what: string): CycleLookAt[] =>
    atMs === undefined ? [] : [{ atMs, what: `cycle ${number}, ${what}` }];
  return [...look(awakeMs, 'awake'), ...look(settledMs, 'asleep'), ...look(wakeMs, 'woken')];
}
