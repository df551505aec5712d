// One row of the tree.
import type { ReactElement } from 'react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { total } from '../../../../shared/base/known.ts';
import { NO_BUS, type BusKey } from '../../../../shared/ledger/per-bus.ts';
import { accountingSentence } from '../../../../shared/model/accounting.ts';
import type { TreeRow } from '../../../view/tree/engine-tree-rows.ts';
import { ageText, cutMiddle, wholeMib, whyText } from '../../../view/screen-text.ts';
import { worstResident, type TreeNode } from '../../../view/tree/tree-node.ts';
import { BusSparks } from './bus-sparks.tsx';
import { VerdictDot } from './verdict-dot.tsx';

interface Column {
  readonly name: string;
  readonly look: string;
  readonly title: string;
}

export const COLUMNS: readonly Column[] = [
  { name: 'Who', look: 'text-left', title: 'engine, role, process' },
  {
    name: 'Worst GPU',
    look: 'text-right whitespace-nowrap',
    title:
      'resident: what it holds on the GPU where it holds most; below it the sum over its GPUs, or of equal ranks the least and the most',
  },
  { name: 'Per GPU', look: 'tree-sparks text-left', title: 'how it is spread, each row on a scale of its own' },
  { name: 'Accounted', look: 'text-right', title: 'what the engine says, of its largest entry' },
  { name: 'Gap', look: 'text-right', title: 'resident on the worst GPU less accounted' },
  { name: 'Age', look: 'tree-age text-right', title: 'since the process started' },
  { name: 'State', look: 'text-left', title: 'and who says so' },
];

/** Characters of a name that surely have room; the style cuts what is left. */
const NAME_CHARACTERS = 52;

export interface TreeRowViewProps {
  readonly row: TreeRow;
  /** Among all rows, from 0. */
  readonly index: number;
  readonly top: number;
  readonly buses: readonly BusKey[];
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly isLit: boolean;
  readonly onFocus: () => void;
  readonly onChoose: () => void;
  readonly onToggle: (isOpen: boolean) => void;
}

export function TreeRowView(props: TreeRowViewProps): ReactElement {
  const { row, index, top, buses, isActive, isChosen, isLit, onFocus, onChoose, onToggle } = props;
  const { node, level, position, siblings, isOpen } = row;
  return (
    <div
      role="row"
      data-row={node.id}
      data-kind={node.kind}
      aria-rowindex={index + 2}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={isChosen}
      {...(isOpen === undefined ? {} : { 'aria-expanded': isOpen })}
      tabIndex={isActive ? 0 : -1}
      className={`tree-row tree-columns ${isLit ? '' : 'opacity-35'} ${level === 1 ? 'font-medium' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={onFocus}
      onClick={onChoose}
    >
      <span role="gridcell" className="tree-name" style={{ paddingLeft: (level - 1) * 16 }}>
        <span
          aria-hidden="true"
          className="inline-flex w-4 shrink-0 justify-center text-muted"
          onClick={(event) => {
            if (isOpen === undefined) return;
            event.stopPropagation();
            onToggle(!isOpen);
          }}
        >
          {isOpen === undefined ? null : isOpen ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        </span>
        {node.verdict !== undefined && <VerdictDot verdict={node.verdict} />}
        <span className={isWide(node) ? 'shrink-0' : 'truncate'}>{cutMiddle(node.label, NAME_CHARACTERS)}</span>
        <Pids node={node} />
      </span>
      <span role="gridcell" className="text-right">
        <Resident node={node} />
      </span>
      <span role="gridcell" className="tree-sparks">
        {node.resident !== undefined && <BusSparks perBus={node.perBus} buses={buses} />}
      </span>
      <span role="gridcell" className="text-right">
        <Accounted node={node} />
      </span>
      <span
        role="gridcell"
        className={`text-right ${node.gap?.within === true ? 'text-muted' : ''}`}
        title={node.gap?.within === true ? 'within resolution' : undefined}
      >
        {node.gap === undefined ? '' : node.gap.label.replace(' MiB', '')}
        {node.gap?.within === true ? ' ≈' : ''}
      </span>
      <span role="gridcell" className="tree-age text-right text-muted">
        {node.ageMs === undefined ? '' : ageText(node.ageMs)}
      </span>
      <span role="gridcell" className="truncate">
        {node.state !== undefined && (
          <span title={node.state.text}>
            {node.state.value}
            {node.state.source !== 'none' && <span className="text-muted"> {node.state.source}</span>}
          </span>
        )}
      </span>
    </div>
  );
}

/** Nothing stands in its columns, so that its name has their room. */
function isWide({ kind, resident, state }: TreeNode): boolean {
  return (kind === 'more' || kind === 'group') && resident === undefined && state === undefined;
}

/** Groups and roles have no pid of their own; a name that says it needs none beside it. */
function Pids({ node: { pid, containerPid, label } }: { readonly node: TreeNode }): ReactElement | null {
  if (pid === undefined || label.includes(`pid ${pid}`)) return null;
  return (
    <span className="shrink-0 text-[12px] font-normal text-muted">
      {pid}
      {containerPid !== undefined && <span title="its pid inside the container"> ({containerPid})</span>}
    </span>
  );
}

/** The worst GPU, so that resident less accounted is the gap beside it; then what it is over all GPUs. */
function Resident({ node }: { readonly node: TreeNode }): ReactElement | null {
  const { resident, spread, perBus } = node;
  const worst = worstResident(node);
  if (resident === undefined || worst === undefined) return null;
  const whole = total(worst);
  if (!whole.known) {
    return (
      <span
        role="img"
        title={whyText(whole.why)}
        aria-label={`at least ${wholeMib(worst.atLeast)}, the whole is unknown`}
      >
        {worst.atLeast > 0 && `≥${wholeMib(worst.atLeast)} `}
        <Unknown />
      </span>
    );
  }
  return (
    <>
      {wholeMib(whole.value)}
      {spread !== undefined && spread.least !== spread.most ? (
        <span className="block text-[11px] leading-3 font-normal text-muted" title="the least and the most of one rank">
          {wholeMib(spread.least)}–{wholeMib(spread.most)}
        </span>
      ) : perBus.size > 1 || perBus.has(NO_BUS) ? (
        <span className="block text-[11px] leading-3 font-normal text-muted" title="over all its GPUs">
          {perBus.has(NO_BUS) ? 'all GPUs' : `sum ${wholeMib(resident.atLeast)}`}
        </span>
      ) : null}
    </>
  );
}

function Accounted({ node: { accounting } }: { readonly node: TreeNode }): ReactElement | null {
  if (accounting === undefined) return null;
  if (accounting.known) return <>{wholeMib(accounting.value)}</>;
  const why = accountingSentence(accounting.why);
  return (
    <span role="img" title={why} aria-label={`unknown: ${why}`}>
      <Unknown />
    </span>
  );
}

/** Striped, with a question mark that can still be read. */
function Unknown(): ReactElement {
  return (
    <span className="hatched border border-dashed border-line-strong px-1.5">
      <span className="bg-panel px-0.5">?</span>
    </span>
  );
}
