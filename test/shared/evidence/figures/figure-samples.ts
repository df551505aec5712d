// Every figure over nodes written as text, for tests that compare what it draws and for a browser that reads it.
import { namesOfLives } from '../../../../shared/session/engine-name.ts';
import { fromGiB, fromMiB } from '../../../../shared/base/units.ts';
import { compareFigure, type CompareFigure } from '../../../../shared/evidence/figures/compare-figure.ts';
import { compareFigureRows } from '../../../../shared/evidence/figures/compare-input.ts';
import { cycleFigure, cycleSeries, type CycleFigure } from '../../../../shared/evidence/figures/cycle-figure.ts';
import type { FigureFrame, FigureStyle } from '../../../../shared/evidence/figures/figure.ts';
import { ledgerFigure, type LedgerFigure } from '../../../../shared/evidence/figures/ledger-figure.ts';
import { ledgerGpus } from '../../../../shared/evidence/figures/ledger-input.ts';
import { pairFigure, type PairFigure } from '../../../../shared/evidence/figures/pair-figure.ts';
import { pairEngines } from '../../../../shared/evidence/figures/pair-input.ts';
import { timelineFigure, type TimelineFigure } from '../../../../shared/evidence/figures/timeline-figure.ts';
import type { Policy } from '../../../../shared/gates/policy.ts';
import type { Observation } from '../../../../shared/model/observation.ts';
import { compareMoments } from '../../../../shared/session/compare/compare.ts';
import { engineCycles } from '../../../../shared/session/cycles/cycle-table.ts';
import type { Moment } from '../../../../shared/session/moment.ts';
import { NodeRecorder } from '../../../../shared/session/node-record.ts';
import { timelineOf } from '../../../../shared/session/timeline/timeline-series.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';
import { memory, said } from '../../../kit/said.ts';

export const POLICY: Policy = { kind: 'engine-tree', limit: fromGiB(3), origin: 'default' };

/** 64,000 MiB awake and 1,700 MiB asleep, beside a trainer, with a title that would break a careless writer. */
export const node = (title = 'python -m sglang.launch_server --tp 2 --port 30000'): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+1100
process server "${title}" pid 4001 rss 1000
  process tp0 "sglang::scheduler_TP0" pid 4008 on 3B:00.0 64000 then 1700 then 1700 then 64000 then 1900
  process tp1 "sglang::scheduler_TP1" pid 4015 on 41:00.0 63000 then 1600 then 1600 then 63000 then 1800
process train "ray::MegatronTrainRayActor.train" pid 5001 on 3B:00.0 8192 on 41:00.0 8192
`;

export function momentOf(...observations: readonly Observation[]): Moment {
  const { moment } = folded(...observations);
  if (moment === undefined) throw new Error('nothing was seen');
  return moment;
}

/** Weights 7.5, KV cache 53, graphs 0.5 GiB. */
export const answerOf = (text: string): Observation =>
  said(text, 4001, '/server_info', memory(7.5, 53, 0.5), { atMs: FIRST_LOOK_MS + 1_000 });

const FRAME: FigureFrame = { title: 'A title', notes: ['Sampled by hand.'], isDemo: false };

export interface Samples {
  readonly ledger: LedgerFigure;
  readonly pair: PairFigure;
  readonly timeline: TimelineFigure;
  readonly compare: CompareFigure;
  readonly cycles: CycleFigure;
}

/** Awake at the first look, asleep at the second; the timeline and the cycles go on. */
export function samplesOf(text: string, frame: FigureFrame = FRAME): Samples {
  const awake = momentOf(...look(text));
  const asleep = momentOf(...look(text), answerOf(text), ...look(text, { step: 1 }));
  const noise = fromMiB(8);
  return {
    ledger: { ...frame, gpus: ledgerGpus(asleep, POLICY) },
    pair: { ...frame, engines: pairEngines(asleep) },
    timeline: { ...frame, timeline: timelineOf(folded(...watched(text)), RANGE) },
    compare: { ...frame, rows: compareFigureRows(compareMoments(awake, asleep, noise)), noise },
    cycles: { ...frame, limit: POLICY.limit, series: cyclesOf(text) },
  };
}

export const RANGE = { by: 'engine', policy: POLICY, fromMs: undefined, toMs: undefined, columns: 900 } as const;

/** A look each two seconds, and nothing for twenty. */
export function watched(text: string): Observation[] {
  const at = (step: number, second: number): Observation[] =>
    look(text, { step, atMs: FIRST_LOOK_MS + second * 1_000 });
  return [
    ...at(0, 0),
    answerOf(text),
    ...at(0, 2),
    ...at(1, 4),
    ...at(1, 6),
    ...at(3, 26),
    ...at(3, 28),
    ...at(4, 30),
    ...at(4, 32),
  ];
}

function cyclesOf(text: string): CycleFigure['series'] {
  const recorder = new NodeRecorder();
  const steps = [0, 0, 1, 1, 3, 3, 4, 4, 3, 3, 2, 2, 3, 3];
  for (const [at, step] of steps.entries()) {
    for (const seen of look(text, { step, atMs: FIRST_LOOK_MS + at * 1_000 })) recorder.take(seen);
  }
  const { engines } = recorder.end();
  const names = namesOfLives(engines);
  return engines.map((engine, at) => cycleSeries(engineCycles(engine), names[at] ?? ''));
}

export function drawnAll(samples: Samples, style: FigureStyle): Readonly<Record<keyof Samples, string>> {
  return {
    ledger: ledgerFigure(samples.ledger, style),
    pair: pairFigure(samples.pair, style),
    timeline: timelineFigure(samples.timeline, style),
    compare: compareFigure(samples.compare, style),
    cycles: cycleFigure(samples.cycles, style),
  };
}
