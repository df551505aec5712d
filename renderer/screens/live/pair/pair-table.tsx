// The numbers of the pair as a table: what the bars show, with signed gaps, shares, bands and why a number is missing.
import type { ReactElement } from 'react';
import type { BusId } from '../../../../shared/model/ids.ts';
import type { EnginePairView, PairCell, PairRow } from '../../../view/pair-rows.ts';
import type { RawRequest } from '../../../view/raw-request.ts';

export interface PairTableProps {
  readonly view: EnginePairView;
  readonly onRaw: (request: RawRequest) => void;
  readonly onBus: (bus: BusId) => void;
}

const HEADINGS = ['resident', 'when awake', 'accounted', 'gap', 'share'] as const;

export function PairTable({ view, onRaw, onBus }: PairTableProps): ReactElement {
  return (
    <table className="w-full border-collapse text-[12px]">
      <caption className="sr-only">{view.name}: resident beside accounted, on each GPU</caption>
      <thead>
        <tr className="border-b border-line text-right text-muted">
          <th scope="col" className="text-left font-normal">
            GPU
          </th>
          {HEADINGS.map((heading) => (
            <th key={heading} scope="col" className="pb-0.5 pl-2 font-normal">
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {view.rows.map((row) => (
          <Row key={row.id} row={row} view={view} onRaw={onRaw} onBus={onBus} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, view, onRaw, onBus }: PairTableProps & { readonly row: PairRow }): ReactElement {
  const { bus, name, resident, awake, accounted, gap, isLess, share, band, sentence } = row;
  const where = bus === undefined ? {} : { bus };
  return (
    <tr className="text-right align-baseline" title={sentence}>
      <th scope="row" className="py-0.5 text-left font-normal whitespace-nowrap">
        {bus === undefined ? (
          name
        ) : (
          <button type="button" className="hover:text-accent hover:underline" onClick={() => onBus(bus)}>
            {name}
          </button>
        )}
      </th>
      <Cell
        cell={resident}
        onAsk={() =>
          onRaw({ title: `${resident.text} of ${view.name} on ${name}`, match: { kind: 'usage', ...where } })
        }
      />
      <Cell cell={awake} />
      <Cell
        cell={accounted}
        onAsk={() =>
          onRaw({
            title: `${accounted.text} accounted by ${view.name}`,
            match: { kind: 'accounting', engine: view.key },
          })
        }
      />
      <td className={`pl-2 whitespace-nowrap ${isLess ? 'text-muted' : ''}`}>
        {gap}
        {band === '' ? null : <span className="block text-[11px] text-muted">{band}</span>}
      </td>
      <td className="pl-2 whitespace-nowrap">{share}</td>
    </tr>
  );
}

function Cell({ cell: { text, why }, onAsk }: { cell: PairCell; onAsk?: () => void }): ReactElement {
  const words = why === '' ? null : <span className="sr-only">: {why}</span>;
  const isUnknown = text === 'unknown';
  const look = isUnknown ? 'hatched px-1' : '';
  // Stripes and letters in one place can hardly be read.
  const word = isUnknown ? <span className="bg-panel px-0.5">{text}</span> : text;
  return (
    <td className="py-0.5 pl-2 whitespace-nowrap" title={why === '' ? undefined : why}>
      {onAsk === undefined || text === '–' ? (
        <span className={look}>
          {word}
          {words}
        </span>
      ) : (
        <button type="button" onClick={onAsk} className={`hover:text-accent hover:underline ${look}`}>
          {word}
          {words}
        </button>
      )}
    </td>
  );
}
