// The figures of one look at a node, by name: what the page shows and what the command line writes, byte for byte.
import type { Bytes } from '../../base/units.ts';
import type { Policy } from '../../gates/policy.ts';
import { compareMoments } from '../../session/compare/compare.ts';
import { engineCycles } from '../../session/cycles/cycle-table.ts';
import type { EngineSeries } from '../../session/cycles/engine-series.ts';
import { namesOfLives } from '../../session/engine-name.ts';
import type { Moment } from '../../session/moment.ts';
import type { NodeSession } from '../../session/node-session.ts';
import { timelineOf } from '../../session/timeline/timeline-series.ts';
import type { GateReport } from '../gate/gate-schema.ts';
import { gateTable } from '../report-tables.ts';
import { compareFigure } from './compare-figure.ts';
import { compareFigureRows } from './compare-input.ts';
import { cycleFigure, cycleSeries } from './cycle-figure.ts';
import type { FigureFrame, FigureStyle } from './figure.ts';
import { ledgerFigure } from './ledger-figure.ts';
import { ledgerGpus } from './ledger-input.ts';
import { pairFigure } from './pair-figure.ts';
import { pairEngines } from './pair-input.ts';
import { timelineFigure } from './timeline-figure.ts';

export const FIGURES = ['ledger', 'pair', 'timeline', 'compare', 'cycles'] as const;
export type FigureName = (typeof FIGURES)[number];

export const FIGURE_TITLES: Readonly<Record<FigureName, string>> = {
  ledger: 'Who holds the memory of each GPU',
  pair: 'Resident and accounted',
  timeline: 'Resident over time',
  compare: 'What was freed and what grew from A to B',
  cycles: 'What stays after each sleep',
};

export interface LookFigureInput {
  readonly moment: Moment;
  /** Of this look: its notes say when and with what it was measured. */
  readonly report: GateReport;
  /** More sentences below it: which recording it is made of. */
  readonly notes: readonly string[];
  readonly policy: Policy;
  readonly isDemo: boolean;
  /** For the timeline: the node as it was known at this look. */
  readonly node: NodeSession;
  /** For the cycles. */
  readonly engines: readonly EngineSeries[];
  /** For the comparison; undefined where there are no two moments. */
  readonly kept: { readonly a: Moment; readonly b: Moment; readonly noise: Bytes } | undefined;
}

/** SVG, with a line feed at its end. */
export function lookFigure(name: FigureName, input: LookFigureInput, style: FigureStyle): string {
  const { moment, report, notes, policy, isDemo, node, engines, kept } = input;
  const frame: FigureFrame = { title: FIGURE_TITLES[name], notes: [...gateTable(report).notes, ...notes], isDemo };
  switch (name) {
    case 'ledger':
      return ledgerFigure({ ...frame, gpus: ledgerGpus(moment, policy) }, style);
    case 'pair':
      return pairFigure({ ...frame, engines: pairEngines(moment) }, style);
    case 'timeline': {
      const by = policy.kind === 'engine-tree' ? 'engine' : 'bus';
      const range = { by, policy, fromMs: undefined, toMs: undefined, columns: style.width } as const;
      return timelineFigure({ ...frame, timeline: timelineOf(node, range) }, style);
    }
    case 'compare': {
      if (kept === undefined) return compareFigure({ ...frame, rows: [], noise: policy.limit }, style);
      const { a, b, noise } = kept;
      const notes = [`A is the look of ${isoTime(a)}, B that of ${isoTime(b)}.`, ...frame.notes];
      return compareFigure({ ...frame, notes, rows: compareFigureRows(compareMoments(a, b, noise)), noise }, style);
    }
    case 'cycles': {
      const names = namesOfLives(engines);
      const series = engines.map((each, at) => cycleSeries(engineCycles(each), names[at] ?? each.kind));
      return cycleFigure({ ...frame, series, limit: policy.limit }, style);
    }
  }
}

function isoTime({ atMs }: Moment): string {
  return new Date(atMs).toISOString();
}
