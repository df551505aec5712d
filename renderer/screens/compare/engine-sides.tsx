// Each engine at A and at B: what is resident, what it says itself, the gap, and where it stands against the limit.
import type { ReactElement } from 'react';
import type { Policy } from '../../../shared/gates/policy.ts';
import { wholeMib } from '../../view/screen-text.ts';
import type { CompareCell, CompareEngineRow, CompareEngineSide } from '../../view/compare/compare-view.ts';
import { VerdictDot } from '../live/tree/verdict-dot.tsx';
import { CellText } from './compare-cell.tsx';

const NUMBER = 'px-2 py-1 text-right whitespace-nowrap';

/** The caption names the unit. */
function short({ text, why }: CompareCell): CompareCell {
  return { text: text.replace(/ MiB$/, ''), why };
}

export interface EngineSidesProps {
  readonly engines: readonly CompareEngineRow[];
  readonly policy: Policy;
}

export function EngineSides({ engines, policy }: EngineSidesProps): ReactElement {
  return (
    <section aria-label="Engines at A and B" className="rounded border border-line bg-panel">
      <table className="w-full border-collapse text-[13px]">
        <caption className="px-3 py-1.5 text-left text-[13px] font-semibold">
          Engines <span className="font-normal text-muted">MiB, on the worst GPU of each; {ruleText(policy)}</span>
        </caption>
        <thead className="text-[12px] text-muted">
          <tr className="border-y border-line">
            {['Engine', 'Matched by'].map((text) => (
              <th key={text} scope="col" className="px-3 py-1 text-left font-normal">
                {text}
              </th>
            ))}
            {['Resident A', 'Resident B', 'Delta', 'Acc. A', 'Acc. B', 'Gap A', 'Gap B'].map((text) => (
              <th key={text} scope="col" className="px-2 py-1 text-right font-normal whitespace-nowrap">
                {text.startsWith('Acc.') ? (
                  <abbr title={text.replace('Acc.', 'Accounted by the engine itself, at')}>{text}</abbr>
                ) : (
                  text
                )}
              </th>
            ))}
            <th scope="col" className="px-3 py-1 text-left font-normal">
              If it should sleep, A
            </th>
            <th scope="col" className="px-3 py-1 text-left font-normal">
              If it should sleep, B
            </th>
          </tr>
        </thead>
        <tbody>
          {engines.map(({ id, name, match, a, b, delta }) => (
            <tr key={id} className="border-b border-line last:border-b-0">
              <th scope="row" className="px-3 py-1 text-left font-medium whitespace-nowrap">
                {name}
              </th>
              <td className={`px-3 py-1 ${match.startsWith('only') ? 'font-medium' : 'text-muted'}`}>{match}</td>
              <Numbers a={a} b={b} of={(side) => side.resident} />
              <td className={`${NUMBER} font-medium`}>
                <CellText cell={short(delta)} />
              </td>
              <Numbers a={a} b={b} of={(side) => side.accounting} />
              <Numbers a={a} b={b} of={(side) => side.gap} />
              <Against side={a} />
              <Against side={b} />
            </tr>
          ))}
          {engines.length === 0 ? (
            <tr>
              <td colSpan={11} className="px-3 py-2 text-muted">
                No engine was seen at A or at B.
              </td>
            </tr>
          ) : null}
        </tbody>
      </table>
    </section>
  );
}

function ruleText({ kind, limit, origin }: Policy): string {
  const where = origin === 'default' ? ' (default)' : origin === 'run' ? " (the run's)" : '';
  return `${kind}, limit ${wholeMib(limit)}${where}`;
}

interface NumbersProps {
  readonly a: CompareEngineSide | undefined;
  readonly b: CompareEngineSide | undefined;
  readonly of: (side: CompareEngineSide) => CompareEngineSide['resident'];
}

function Numbers({ a, b, of }: NumbersProps): ReactElement {
  return (
    <>
      {[a, b].map((side, at) => (
        <td key={at === 0 ? 'a' : 'b'} className={NUMBER}>
          {side === undefined ? <span className="text-muted">not there</span> : <CellText cell={short(of(side))} />}
        </td>
      ))}
    </>
  );
}

function Against({ side }: { readonly side: CompareEngineSide | undefined }): ReactElement {
  if (side === undefined) return <td className="px-3 py-1 text-muted">not there</td>;
  const { verdict, against, state } = side;
  return (
    <td className="px-3 py-1">
      <span className="flex items-center gap-1.5" title={`${verdict}; ${state}`}>
        <VerdictDot verdict={{ value: verdict, standing: 'counted', text: verdict }} />
        <span>
          {verdict}, {against}
        </span>
      </span>
      <span className="text-[12px] text-muted">{state}</span>
    </td>
  );
}
