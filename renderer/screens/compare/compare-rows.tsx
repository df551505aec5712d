// The rows of a comparison, the largest difference first; what is only in A or only in B stands apart and stays visible.
import type { ReactElement } from 'react';
import type { CompareRowView, CompareView } from '../../view/compare/compare-view.ts';
import { CellText } from './compare-cell.tsx';
import { WhoCell } from './who-cell.tsx';

export interface CompareRowsProps {
  readonly view: CompareView;
  readonly hidesNoise: boolean;
  readonly onHide: (hides: boolean) => void;
}

const GROUPS = [
  { where: 'both', title: '' },
  { where: 'only-a', title: 'Only in A' },
  { where: 'only-b', title: 'Only in B' },
  // What did not change is not looked for, and never stands before what did.
  { where: 'noise', title: 'Within the noise' },
] as const;

const HEADS = ['Role', 'Rank', 'GPU', 'A', 'B', 'Delta', 'Change'] as const;

export function CompareRows({ view: { rows, noise, noisy }, hidesNoise, onHide }: CompareRowsProps): ReactElement {
  const shown = hidesNoise ? rows.filter(({ isNoise }) => !isNoise) : rows;
  return (
    <section aria-label="What differs" className="min-w-0 rounded border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
        <h3 className="text-[13px] font-semibold">
          What differs <span className="font-normal text-muted">MiB, the largest first</span>
        </h3>
        <label className="ml-auto flex items-center gap-1.5 text-[12px]">
          <input type="checkbox" checked={hidesNoise} onChange={(event) => onHide(event.target.checked)} />
          Hide the {noisy} {noisy === 1 ? 'row' : 'rows'} within the noise <span className="text-muted">(N)</span>
        </label>
        <p className="basis-full text-[12px] text-muted">{noise}</p>
      </header>
      <table className="w-full border-collapse text-[13px]">
        <thead className="text-[12px] text-muted">
          <tr className="border-y border-line">
            {HEADS.map((text) => (
              <th
                key={text}
                scope="col"
                aria-sort={text === 'Delta' ? 'descending' : undefined}
                className={`px-2 py-1 font-normal first:pl-3 ${isNumber(text) ? 'text-right' : 'text-left'}`}
              >
                {text}
                {text === 'Delta' ? <span aria-hidden> ↓</span> : null}
              </th>
            ))}
          </tr>
        </thead>
        {GROUPS.map(({ where, title }) => {
          const own = shown.filter((row) => (row.isNoise ? 'noise' : row.where) === where);
          if (own.length === 0) return null;
          return (
            <tbody key={where}>
              {title === '' ? null : (
                <tr className="border-b border-line bg-sunken">
                  <th scope="rowgroup" colSpan={HEADS.length} className="px-3 py-1 text-left text-[12px] font-semibold">
                    {title}
                  </th>
                </tr>
              )}
              {own.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </tbody>
          );
        })}
      </table>
      {shown.length === 0 ? (
        <p className="px-3 py-2 text-[13px] text-muted">
          {rows.length === 0 ? 'Nothing held GPU memory at A or at B.' : 'Nothing differs by more than the noise.'}
        </p>
      ) : null}
    </section>
  );
}

function isNumber(text: (typeof HEADS)[number]): boolean {
  return text === 'A' || text === 'B' || text === 'Delta';
}

function Row({ row }: { readonly row: CompareRowView }): ReactElement {
  const { role, owner, rank, gpu, pids, a, b, delta, says, isNoise } = row;
  return (
    <tr
      data-noise={isNoise || undefined}
      className={`border-b border-line last:border-b-0 ${isNoise ? 'text-muted' : ''}`}
    >
      <WhoCell name={role} more={[owner, pids]} />
      <td className="px-2 py-1 whitespace-nowrap">{rank}</td>
      <td className="px-2 py-1 whitespace-nowrap">{gpu}</td>
      <td className="px-2 py-1 text-right whitespace-nowrap">
        <CellText cell={a} />
      </td>
      <td className="px-2 py-1 text-right whitespace-nowrap">
        <CellText cell={b} />
      </td>
      <td className={`px-2 py-1 text-right whitespace-nowrap ${isNoise ? '' : 'font-medium'}`}>
        {/* The unit stands above the table, for all of its sizes. */}
        <CellText cell={{ ...delta, text: delta.text.replace(/ MiB$/, '') }} />
      </td>
      <td className="px-2 py-1">{says}</td>
    </tr>
  );
}
