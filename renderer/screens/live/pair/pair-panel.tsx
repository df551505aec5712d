// The pair of the live screen: what is resident beside what the engine accounts for, as bars and as a table.
import { useMemo, type ReactElement } from 'react';
import type { TypedAddress } from '../../../../shared/engines/typed-address.ts';
import type { ProcessKey } from '../../../../shared/model/ids.ts';
import { NothingHere } from '../../../components/nothing-here.tsx';
import { emptyPair } from '../../../view/empty-panels.ts';
import { pairViews, ACCOUNTING_NOTE, type EnginePairView, type HostRow } from '../../../view/pair-rows.ts';
import type { PanelProps } from '../panel-props.ts';
import { usePaced } from '../timeline/use-paced.ts';
import { AskAt } from './ask-at.tsx';
import { PairBars } from './pair-bars.tsx';
import { PairTable } from './pair-table.tsx';

/** More often nobody reads numbers. */
const REDRAW_MS = 250;

/** Whether engines are asked for their own numbers, and how to change that. */
export interface Asking {
  readonly isOn: boolean;
  readonly onTurn: (isOn: boolean) => void;
  /** Where an engine answers; null: where its command line and its sockets say. */
  readonly onAt: (engine: ProcessKey, address: TypedAddress | null) => void;
}

export interface PairPanelProps extends PanelProps {
  /** undefined where nobody can be asked any more: in a recording. */
  readonly asking?: Asking | undefined;
}

export function PairPanel({ moment: latest, selection, onSelect, onRaw, asking }: PairPanelProps): ReactElement {
  const moment = usePaced(latest, REDRAW_MS);
  const views = useMemo(() => pairViews(moment), [moment]);
  const [first] = views;
  const shown = views.find(({ key }) => key === selection.engine) ?? first;
  return (
    <section aria-label="Pair" className="@container rounded border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
        <h3 className="text-[13px] font-semibold">Resident and accounted</h3>
        {views.length < 2 ? null : (
          <select
            aria-label="Engine"
            value={shown?.key}
            onChange={({ currentTarget }) => {
              const view = views.find(({ key }) => key === currentTarget.value);
              if (view !== undefined) onSelect({ engine: view.key });
            }}
            className="rounded border border-line-strong bg-bg px-1.5 py-0.5 text-[12px]"
          >
            {views.map(({ key, name }) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        )}
        {shown === undefined ? null : (
          <span className="min-w-0 flex-1 truncate font-mono text-[11px] text-muted" dir="ltr" title={shown.title}>
            {views.length < 2 ? `${shown.name}  ` : ''}
            {shown.title}
          </span>
        )}
        {asking === undefined ? null : <AskEngines isOn={asking.isOn} onTurn={asking.onTurn} />}
      </header>
      {asking?.isOn === false ? (
        <p className="px-4 pb-2 text-[13px] text-inconclusive">
          No engine is asked, on any node. Numbers below are from before, with their time; a state that an engine
          reported no longer counts.
        </p>
      ) : null}
      {shown === undefined ? (
        <div className="border-t border-line px-1">
          <NothingHere {...emptyPair(moment)} />
        </div>
      ) : (
        <>
          <Shown view={shown} onRaw={onRaw} onSelect={onSelect} />
          {asking?.isOn === true ? (
            <AskAt key={shown.key} endpoint={shown.endpoint} onAt={(address) => asking.onAt(shown.key, address)} />
          ) : null}
        </>
      )}
    </section>
  );
}

function AskEngines({ isOn, onTurn }: Omit<Asking, 'onAt'>): ReactElement {
  return (
    <label
      className="ml-auto inline-flex items-center gap-1.5 text-[12px] whitespace-nowrap"
      title="With HTTP GET, at most every 5 s, through the same connection. Off: nothing is sent to any engine, also at the next start."
    >
      <input type="checkbox" checked={isOn} onChange={({ currentTarget }) => onTurn(currentTarget.checked)} />
      Ask the engines
    </label>
  );
}

interface ShownProps extends Pick<PanelProps, 'onRaw' | 'onSelect'> {
  readonly view: EnginePairView;
}

function Shown({ view, onRaw, onSelect }: ShownProps): ReactElement {
  return (
    <div className="flex flex-col gap-3 px-4 pb-3 text-[13px]">
      <p>{view.sentence}</p>
      {view.rows.length === 0 ? null : (
        <>
          <PairBars view={view} />
          <PairTable view={view} onRaw={onRaw} onBus={(bus) => onSelect({ engine: view.key, bus })} />
        </>
      )}
      <p className="text-[12px] text-muted">
        {ACCOUNTING_NOTE} {view.ages}
      </p>
      {view.host.length === 0 ? null : <HostTable rows={view.host} />}
    </div>
  );
}

function HostTable({ rows }: { rows: readonly HostRow[] }): ReactElement {
  return (
    <table className="w-full border-collapse text-[12px]">
      <caption className="pb-1 text-left text-[12px] font-medium text-muted">
        Moved to host? Host memory since it was last seen awake; other programs change it too
      </caption>
      <thead>
        <tr className="text-right text-muted">
          <th scope="col" className="text-left font-normal">
            <span className="sr-only">What</span>
          </th>
          <th scope="col" className="font-normal">
            awake
          </th>
          <th scope="col" className="font-normal">
            now
          </th>
          <th scope="col" className="font-normal">
            change
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, before, now, change }) => (
          <tr key={name} className="text-right">
            <th scope="row" className="py-0.5 text-left font-normal">
              {name}
            </th>
            <td>{before}</td>
            <td>{now}</td>
            <td>{change}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
