// Awake, asleep, woken: the newest cycle of each engine on each of its GPUs, from what was resident.
import type { ReactElement } from 'react';
import type { EngineCycleTables } from '../../view/cycle-rows.ts';
import { CellText } from './compare-cell.tsx';

const HEADS = ['Engine', 'GPU', 'Cycle', 'Awake', 'Asleep', 'Woken', 'Freed', 'Woken − awake', 'What stays'] as const;

export function ThreeStates({ tables }: { readonly tables: readonly EngineCycleTables[] }): ReactElement | null {
  const rows = tables.flatMap(({ id, name, buses }) =>
    buses
      .filter((bus) => bus.id !== 'worst')
      .flatMap(({ id: bus, name: gpu, newest, drift, isGrowing }) =>
        newest === undefined ? [] : [{ key: `${id} ${bus}`, name, gpu, newest, drift, isGrowing }],
      ),
  );
  if (rows.length === 0) return null;
  return (
    <section aria-label="Newest cycle" className="rounded border border-line bg-panel">
      <table className="w-full border-collapse text-[13px]">
        <caption className="px-3 py-1.5 text-left text-[13px] font-semibold">
          Newest cycle <span className="font-normal text-muted">MiB; awake, asleep and woken again</span>
        </caption>
        <thead className="text-[12px] text-muted">
          <tr className="border-y border-line">
            {HEADS.map((text, at) => (
              <th
                key={text}
                scope="col"
                className={`px-2 py-1 font-normal first:pl-3 ${at >= 2 && at <= 7 ? 'text-right' : 'text-left'}`}
              >
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, gpu, newest, drift, isGrowing }) => (
            <tr key={key} className="border-b border-line last:border-b-0">
              <th scope="row" className="px-2 py-1 pl-3 text-left font-normal">
                {name}
              </th>
              <td className="px-2 py-1">{gpu}</td>
              <td className="px-2 py-1 text-right">{newest.number}</td>
              <td className="px-2 py-1 text-right">{newest.awake}</td>
              {[newest.asleep, newest.woken, newest.freed, newest.after].map((cell, at) => (
                <td key={HEADS[at + 4]} className="px-2 py-1 text-right">
                  <CellText cell={{ ...cell, text: cell.text.replace(/ MiB$/, '') }} />
                </td>
              ))}
              <td className={`px-2 py-1 ${isGrowing ? 'font-semibold text-fail' : 'text-muted'}`}>{drift}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
