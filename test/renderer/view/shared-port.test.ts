// Two engines of one node at one port, each in a container of its own: no panel calls both the same.
import { expect, it } from 'vitest';
import { engineLooks } from '../../../renderer/view/engine-looks.ts';
import { ledgerView } from '../../../renderer/view/ledger/ledger-rows.ts';
import { togetherOf } from '../../../renderer/view/ledger/ledger-notes.ts';
import { matrixOf } from '../../../renderer/view/matrix-cells.ts';
import { pairViews } from '../../../renderer/view/pair-rows.ts';
import { rangeStats } from '../../../renderer/view/timeline/range-stats.ts';
import { engineTree } from '../../../renderer/view/tree/engine-tree.ts';
import { verdictBoard } from '../../../renderer/view/verdicts/verdicts.ts';
import { cardDetails, cardText } from '../../../renderer/view/verdicts/verdict-card.ts';
import { ledgerGpus } from '../../../shared/evidence/figures/ledger-input.ts';
import { pairEngines } from '../../../shared/evidence/figures/pair-input.ts';
import { timelineOf } from '../../../shared/session/timeline/timeline-series.ts';
import { FIRST_LOOK_MS, folded, look } from '../../kit/observed.ts';
import { memory, said } from '../../kit/said.ts';
import { POLICY } from './ledger-text.ts';

const TEXT = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process one "python -m sglang.launch_server --port 30000" pid 4001
  process tp0 "sglang::scheduler_TP0" pid 4008 on 3B:00.0 60000
process two "python -m sglang.launch_server --port 30000" pid 5001
  process tp1 "sglang::scheduler_TP0" pid 5008 on 41:00.0 1700
`;
const NAMES = ['sglang :30000 pid 4001', 'sglang :30000 pid 5001'];
const answer = said(TEXT, 4001, '/server_info', memory(7.5, 53, 0.5), { atMs: FIRST_LOOK_MS + 1_000 });
const node = folded(...look(TEXT), answer, ...look(TEXT, { step: 1 }));

it('are told apart by their pids in every panel and figure', () => {
  const { moment } = node;
  if (moment === undefined) throw new Error('nothing was seen');
  expect(engineLooks(moment, POLICY).map(({ name }) => name)).toEqual(NAMES);
  expect(engineTree(moment, POLICY).flatMap(({ kind, label }) => (kind === 'engine' ? [label] : []))).toEqual(NAMES);
  const { rows } = ledgerView(moment, POLICY);
  expect(rows.flatMap(({ engines }) => engines.map(({ name }) => name))).toEqual(NAMES);
  expect(togetherOf(moment).map(({ label }) => label)).toEqual(NAMES);
  expect(matrixOf(moment, POLICY).rows.map(({ whose }) => whose)).toEqual(NAMES);
  expect(pairViews(moment).map(({ name }) => name)).toEqual(NAMES);
  const labels = timelineOf(node, { by: 'engine', policy: POLICY, fromMs: undefined, toMs: undefined, columns: 100 });
  expect(labels.lines.map(({ label }) => label)).toEqual([...NAMES, `${NAMES[0]}, accounted at start-up`]);
  const ranges = rangeStats(node, FIRST_LOOK_MS, FIRST_LOOK_MS + 60_000).rows;
  expect(ranges.flatMap(({ whose }) => (whose === '' ? [] : [whose])).toSorted()).toEqual(NAMES);
  expect(ranges.flatMap(({ group, name }) => (group === 'engine' ? [name] : []))).toEqual(NAMES);
  expect(pairEngines(moment).map(({ name }) => name)).toEqual(NAMES);
  const parts = ledgerGpus(moment, POLICY).flatMap((gpu) => gpu.parts);
  expect(parts.flatMap(({ class: kind, label }) => (kind === 'engine' ? [label] : []))).toEqual(NAMES);
});

it('are told apart in the verdicts: sentence, rows and what is copied of a card', () => {
  const { moment } = node;
  if (moment === undefined) throw new Error('nothing was seen');
  const board = verdictBoard({ moment, policy: POLICY, told: new Map(), mode: 'asked' });
  expect(board.cards.map(({ name }) => name).toSorted()).toEqual(NAMES);
  expect(board.node.sentence).toContain('1 of 2 engines is over the limit: sglang :30000 pid 4001, by');
  const [first] = board.cards;
  expect(first === undefined ? '' : cardText(first, cardDetails(first), undefined)).toContain('sglang :30000 pid 4001');
});
