// Who holds what: the tree of engines, ranks and processes, the matrix of processes and GPUs, the pair of what is resident
// and what an engine accounts for; and over time, its cycles and the numbers of a range of the timeline.
import { Tabs } from 'radix-ui';
import type { ReactElement } from 'react';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import type { LiveTab, LiveView } from '../../store/live-view.ts';
import { CyclesPanel, type CyclesPanelProps } from './cycles/cycles-panel.tsx';
import { MatrixPanel } from './matrix/matrix-panel.tsx';
import { PairPanel, type Asking } from './pair/pair-panel.tsx';
import type { PanelProps } from './panel-props.ts';
import { RangePanel, type RangePanelProps } from './timeline/range-panel.tsx';
import { TreePanel } from './tree/tree-panel.tsx';

export interface EnginesTabsProps {
  readonly panel: PanelProps;
  readonly view: LiveView;
  readonly onView: (part: Partial<LiveView>) => void;
  readonly cycles: CyclesPanelProps;
  /** undefined while none is taken on the timeline. */
  readonly range: RangePanelProps | undefined;
  readonly asking: Asking | undefined;
}

const TABS: readonly { readonly value: LiveTab; readonly text: string }[] = [
  { value: 'tree', text: 'Tree' },
  { value: 'matrix', text: 'Matrix' },
  { value: 'pair', text: 'Accounting' },
  { value: 'cycles', text: 'Cycles' },
];
const RANGE = { value: 'range', text: 'Range' } as const;

export function EnginesTabs({ panel, view, onView, cycles, range, asking }: EnginesTabsProps): ReactElement {
  const tabs = range === undefined ? TABS : [...TABS, RANGE];
  // A range that was taken on another node is none here.
  const shown = tabs.some(({ value }) => value === view.tab) ? view.tab : view.tabBefore;
  const choose = (value: string): void => {
    const tab = tabs.find((each) => each.value === value);
    if (tab !== undefined) onView({ tab: tab.value });
  };
  return (
    <Tabs.Root value={shown} onValueChange={choose} className="flex min-h-0 flex-1 flex-col">
      <Tabs.List aria-label="Who holds what" className="flex gap-1">
        {tabs.map(({ value, text }) => (
          <Tabs.Trigger
            key={value}
            value={value}
            className="rounded-t border border-b-0 border-transparent px-3 py-1 text-[13px] text-muted hover:text-text data-[state=active]:border-line data-[state=active]:bg-panel data-[state=active]:font-semibold data-[state=active]:text-text"
          >
            {text}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="tree" tabIndex={-1} className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <ErrorBoundary what="The engine tree">
          <TreePanel
            {...panel}
            attentionOnly={view.attentionOnly}
            onAttentionOnly={(attentionOnly) => onView({ attentionOnly })}
          />
        </ErrorBoundary>
      </Tabs.Content>
      <Tabs.Content value="matrix" tabIndex={-1} className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <ErrorBoundary what="The matrix">
          <MatrixPanel {...panel} />
        </ErrorBoundary>
      </Tabs.Content>
      <Tabs.Content value="pair" tabIndex={-1} className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <ErrorBoundary what="The accounting">
          <PairPanel {...panel} asking={asking} />
        </ErrorBoundary>
      </Tabs.Content>
      <Tabs.Content value="cycles" tabIndex={-1} className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <ErrorBoundary what="The cycles">
          <CyclesPanel {...cycles} />
        </ErrorBoundary>
      </Tabs.Content>
      {range === undefined ? null : (
        <Tabs.Content value="range" tabIndex={-1} className="flex min-h-0 flex-1 flex-col overflow-y-auto">
          <ErrorBoundary what="The range">
            <RangePanel {...range} />
          </ErrorBoundary>
        </Tabs.Content>
      )}
    </Tabs.Root>
  );
}
