// The panels that can be shown alone, by name: one line each.
import type { ComponentType } from 'react';
import type { PanelProps } from '../../../renderer/screens/live/panel-props.ts';
import { LedgerPanel } from '../../../renderer/screens/live/ledger/ledger-panel.tsx';
import { MatrixPanel } from '../../../renderer/screens/live/matrix/matrix-panel.tsx';
import { TreePanel } from '../../../renderer/screens/live/tree/tree-panel.tsx';
import { Faulty } from './faulty.tsx';
import { Given } from './given.tsx';
import { PairPanel } from '../../../renderer/screens/live/pair/pair-panel.tsx';
import { TimelineStage } from './timeline-stage.tsx';
import { VerdictsStage } from './verdicts-stage.tsx';

export const PANELS: Readonly<Record<string, ComponentType<PanelProps>>> = {
  given: Given,
  faulty: Faulty,
  ledger: LedgerPanel,
  pair: PairPanel,
  timeline: TimelineStage,
  matrix: MatrixPanel,
  tree: TreePanel,
  verdicts: VerdictsStage,
};
