// The legend: names the colours, and each class of it selects all that is of that class.
import type { ReactElement } from 'react';
import { ACCOUNTED_NAMES, type AccountedClass } from '../../../../shared/session/accounted-line.ts';
import type { Policy } from '../../../../shared/gates/policy.ts';
import { wholeMib } from '../../../view/screen-text.ts';
import type { BusRow } from '../../../view/ledger/ledger-rows.ts';
import { CLASS_ORDER } from '../../../../shared/ledger/bus-line.ts';
import type { Selection } from '../../../view/selection.ts';
import { ACCOUNTED_FILL, CLASS_FILL, CLASS_NAMES } from './class-look.ts';

export interface LedgerLegendProps {
  readonly rows: readonly BusRow[];
  readonly policy: Policy;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

/** Only what is there: a legend of absent things is noise. */
export function LedgerLegend({ rows, policy, selection, onSelect }: LedgerLegendProps): ReactElement {
  const present = new Set(rows.flatMap(({ segments }) => segments.map((each) => each.class)));
  const parts = new Set(
    rows.flatMap(({ accounted }) => accounted.flatMap((each) => each.parts.map((part) => part.class))),
  );
  const limit = rows.some(({ limits }) => limits.length > 0) ? `limit ${wholeMib(policy.limit)} MiB` : undefined;
  const named = (Object.keys(ACCOUNTED_NAMES) as AccountedClass[]).filter((each) => parts.has(each));
  return (
    <div className="order-last flex w-full flex-wrap items-center gap-x-1 gap-y-0.5 text-[12px] @5xl:order-none @5xl:w-auto">
      <div role="group" aria-label="show only" className="flex flex-wrap gap-x-1">
        {CLASS_ORDER.filter((each) => present.has(each)).map((each) => {
          const chosen = selection.class === each && selection.bus === undefined;
          return (
            <button
              key={each}
              type="button"
              aria-pressed={chosen}
              className="flex items-center gap-1 border border-transparent px-1 leading-5 hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-sunken"
              onClick={() => onSelect(chosen ? {} : { class: each })}
            >
              <Swatch fill={CLASS_FILL[each]} />
              {CLASS_NAMES[each]}
            </button>
          );
        })}
      </div>
      {limit !== undefined && (
        <span className="flex items-center gap-1 border-l border-line pl-2 leading-5">
          <span aria-hidden="true" className="inline-block h-3 w-0 border-l-2 border-dashed border-fail" />
          {limit}
        </span>
      )}
      {named.length > 0 && (
        <ul aria-label="accounted" className="flex flex-wrap gap-x-2 border-l border-line pl-2">
          {named.map((each) => (
            <li key={each} className="flex items-center gap-1 leading-5">
              <Swatch fill={ACCOUNTED_FILL[each]} />
              {ACCOUNTED_NAMES[each]}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Swatch({ fill }: { readonly fill: string }): ReactElement {
  return <span aria-hidden="true" className={`inline-block size-2.5 border border-line-strong ${fill}`} />;
}
