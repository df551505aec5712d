// The engine tree: who holds what, on which GPUs, what it says itself, how old it is and what the gate makes of it.
import {
  type CSSProperties,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { BusKey } from '../../../../shared/ledger/per-bus.ts';
import { engineTree } from '../../../view/tree/engine-tree.ts';
import { openable, treeRows } from '../../../view/tree/engine-tree-rows.ts';
import { isLit, isNothing, isSame } from '../../../view/is-lit.ts';
import { NOTHING_SELECTED } from '../../../view/selection.ts';
import type { TreeNode } from '../../../view/tree/tree-node.ts';
import type { PanelProps } from '../panel-props.ts';
import { moveInTree } from './tree-keys.ts';
import { TreeDetail } from './tree-detail.tsx';
import { COLUMNS, TreeRowView } from './tree-row.tsx';
import { rawOf } from './tree-raw.ts';
import './tree.css';

export interface TreePanelProps extends PanelProps {
  /** Only what needs a look; the panel keeps it itself where nobody says. */
  readonly attentionOnly?: boolean;
  readonly onAttentionOnly?: (only: boolean) => void;
}

const ROW_PX = 28;
const HEAD_PX = 24;

export function TreePanel(props: TreePanelProps): ReactElement {
  const { moment, policy, selection, onSelect, onRaw, attentionOnly: asked, onAttentionOnly } = props;
  const [ownOnly, setOwnOnly] = useState(false);
  const attentionOnly = asked ?? ownOnly;
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [active, setActive] = useState('');
  const nodes = useMemo(() => engineTree(moment, policy), [moment, policy]);
  const rows = useMemo(() => treeRows(nodes, { opened, attentionOnly }), [nodes, opened, attentionOnly]);
  const buses = useMemo(() => busesOf(nodes), [nodes]);
  const grid = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const found = rows.findIndex(({ node }) => node.id === active);
  const at = found === -1 ? 0 : found;
  const current = rows[at];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => grid.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    paddingStart: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
    getItemKey: (index) => rows[index]?.node.id ?? index,
    // The row with the focus stays in the page: without it the keyboard would fall out of the tree.
    rangeExtractor: (range) => {
      const indices = defaultRangeExtractor(range);
      return indices.includes(at) || rows.length === 0 ? indices : [...indices, at].toSorted((one, two) => one - two);
    },
  });
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    virtual.scrollToIndex(at, { align: 'auto' });
    grid.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(current?.node.id ?? '')}"]`)?.focus();
  });
  useEffect(() => {
    if (isNothing(selection)) return;
    const same = rows.findIndex(({ node }) => isSame(node.selection, selection));
    // A selection from elsewhere is seldom a row's own: then the first row that belongs to it.
    const lit = same === -1 ? rows.findIndex(({ node }) => isLit(selection, node.standing)) : same;
    if (lit !== -1) virtual.scrollToIndex(lit, { align: 'auto' });
    // Only a new selection moves the view; a new look must not.
  }, [selection]);
  const toggle = (id: string, isOpen: boolean): void => setOpened(new Map(opened).set(id, isOpen));
  const choose = (node: TreeNode): void =>
    onSelect(isSame(node.selection, selection) ? NOTHING_SELECTED : node.selection);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (current === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.target instanceof HTMLElement) || event.target.dataset['row'] === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      const [raw] = rawOf(current.node);
      if (!event.shiftKey) choose(current.node);
      else if (raw !== undefined) onRaw(raw);
      return;
    }
    if (event.key === '*') {
      event.preventDefault();
      setOpened(new Map(openable(nodes).map((id) => [id, true])));
      return;
    }
    const move = moveInTree(rows, at, event.key);
    if (move === undefined) return;
    event.preventDefault();
    if (move.open !== undefined) toggle(current.node.id, move.open);
    const next = rows[move.to];
    if (next === undefined) return;
    wantsFocus.current = true;
    setActive(next.node.id);
  };
  return (
    <section
      aria-label="Engine tree"
      className="@container flex h-full min-h-0 flex-col rounded border border-line bg-panel"
    >
      <div className="flex flex-wrap items-center gap-x-3 border-b border-line px-3 py-1.5">
        <h2 className="text-[13px] font-semibold">Engine tree</h2>
        <span className="text-[12px] text-muted">MiB; what is resident, by the driver</span>
        <button
          type="button"
          aria-pressed={attentionOnly}
          className="ml-auto rounded border border-line-strong px-2 text-[12px] leading-5 hover:bg-sunken aria-pressed:bg-accent aria-pressed:text-on-accent"
          onClick={() => (onAttentionOnly ?? setOwnOnly)(!attentionOnly)}
        >
          Attention only <kbd className="opacity-80">X</kbd>
        </button>
      </div>
      {rows.length === 0 && (
        <p className="px-3 py-4 text-[13px] text-muted">
          {nodes.length > 0
            ? 'Nothing needs attention: every engine that should be asleep passes, and no memory is left behind.'
            : 'No engine, and no process with GPU memory.'}
        </p>
      )}
      {rows.length > 0 && (
        <div
          ref={grid}
          role="treegrid"
          aria-label="engines and processes"
          aria-rowcount={rows.length + 1}
          className="tree-grid"
          style={sparksWidth(buses.length)}
          onKeyDown={onKeyDown}
        >
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            <div role="row" aria-rowindex={1} className="tree-head tree-columns">
              {COLUMNS.map(({ name, look, title }) => (
                <span key={name} role="columnheader" className={look} title={title}>
                  {name}
                </span>
              ))}
            </div>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const row = rows[index];
              if (row === undefined) return null;
              return (
                <TreeRowView
                  key={row.node.id}
                  row={row}
                  index={index}
                  top={start}
                  buses={buses}
                  isActive={index === at}
                  isChosen={!isNothing(row.node.selection) && isSame(row.node.selection, selection)}
                  isLit={isLit(selection, row.node.standing)}
                  onFocus={() => setActive(row.node.id)}
                  onChoose={() => choose(row.node)}
                  onToggle={(isOpen) => toggle(row.node.id, isOpen)}
                />
              );
            })}
          </div>
        </div>
      )}
      {current !== undefined && <TreeDetail node={current.node} onRaw={onRaw} />}
    </section>
  );
}

/** The column of the small bars is as wide as they are, and as its heading at least. */
function sparksWidth(buses: number): CSSProperties {
  return { ['--sparks' as string]: `${Math.max(buses * 6 + 2, 54)}px` };
}

function busesOf(nodes: readonly TreeNode[]): BusKey[] {
  return [...new Set(nodes.flatMap(({ perBus }) => [...perBus.keys()]))].toSorted();
}
