// What figures draw is what the interactive charts draw: the same series, number by number, from the same looks.
import { expect, it } from 'vitest';
import { toMiB } from '../../../../shared/base/units.ts';
import { compareFigureRows } from '../../../../shared/evidence/figures/compare-input.ts';
import { picked } from '../../../../shared/evidence/figures/compare-figure.ts';
import { ledgerGpus } from '../../../../shared/evidence/figures/ledger-input.ts';
import { pairEngines } from '../../../../shared/evidence/figures/pair-input.ts';
import type { Sized } from '../../../../shared/evidence/figures/sized.ts';
import { shortBus } from '../../../../shared/ledger/short-bus.ts';
import { compareMoments } from '../../../../shared/session/compare/compare.ts';
import { SMI_RESOLUTION } from '../../../../shared/base/units.ts';
import type { Moment } from '../../../../shared/session/moment.ts';
import { timelineOf } from '../../../../shared/session/timeline/timeline-series.ts';
import { timelineFigure } from '../../../../shared/evidence/figures/timeline-figure.ts';
import { DEFAULT_FIGURE_STYLE } from '../../../../shared/evidence/figures/figure.ts';
import { compareBars } from '../../../../renderer/view/compare/compare-bars.ts';
import { compareView } from '../../../../renderer/view/compare/compare-view.ts';
import { ledgerView } from '../../../../renderer/view/ledger/ledger-rows.ts';
import { pairViews } from '../../../../renderer/view/pair-rows.ts';
import { DEMO_SCENARIOS } from '../../../../shared/source/demo-scenarios.ts';
import { answered } from '../../../kit/answered.ts';
import { folded, look } from '../../../kit/observed.ts';
import * as nodes from '../../../kit/scenarios.ts';
import { answerOf, momentOf, node, POLICY, RANGE, watched } from './figure-samples.ts';

/** A scheduler is listed without a number. */
const PARTIAL = node()
  .replace('64000 then 1700 then 1700 then 64000 then 1900', '[N/A]')
  .replaceAll(/used sum[+]\d+/g, 'used 70000');

const TEXTS: readonly (readonly [string, string])[] = [
  ...Object.entries(nodes),
  ...[...DEMO_SCENARIOS].map(([name, { text }]) => [`the demo ${name}`, text] as const),
  ['a row without a number', PARTIAL],
  ['a GPU that is lost', `${nodes.ASLEEP_CLEAN}smi row 3B:00.0 lost\n`],
];

function momentsOf(text: string): Moment | undefined {
  return folded(...look(text), ...answered(text)).moment;
}

const mibOf = (size: Sized | undefined): number | null => (size?.known === true ? toMiB(size.value) : null);

it.each(TEXTS)('draws the ledger of %s as the live screen does', (_name, text) => {
  const moment = momentsOf(text);
  if (moment === undefined) return;
  const figure = ledgerGpus(moment, POLICY).map(({ gpu, parts, accounted, limits }) => ({
    gpu,
    parts: parts.map(({ class: kind, from, to, drawn, size }) => [kind, from, to, drawn, mibOf(size)]),
    accounted: accounted.map((each) => [
      each.name,
      ...each.parts.map(({ class: kind, from, to, drawn }) => [kind, from, to, drawn]),
      each.gap?.bytes,
      each.within,
    ]),
    limits: limits.map(({ at }) => at),
  }));
  const screen = ledgerView(moment, POLICY).rows.map(({ bus, segments, accounted, limits }) => ({
    gpu: shortBus(bus),
    parts: segments.map(({ class: kind, from, to, drawn, bytes }) => [
      kind,
      from,
      to,
      drawn,
      bytes.known ? toMiB(bytes.value) : null,
    ]),
    accounted: accounted.map((each) => [
      each.name,
      ...each.parts.map(({ class: kind, from, to, drawn }) => [kind, from, to, drawn]),
      each.gap?.bytes,
      each.gap?.within ?? false,
    ]),
    limits: limits.map(({ at }) => at),
  }));
  expect(figure).toEqual(screen);
});

it('draws the pair as the live screen does', () => {
  for (const text of [node(), PARTIAL]) {
    const moment = momentOf(...look(text), answerOf(text), ...look(text, { step: 1 }));
    const figure = pairEngines(moment).map(({ name, gpus }) => [
      name,
      ...gpus.map(({ gpu, resident, awake, accounted }) => [gpu, mibOf(resident), mibOf(awake), mibOf(accounted)]),
    ]);
    const screen = pairViews(moment).map(({ name, rows }) => [
      name,
      ...rows.map((row) => [row.name, row.resident.mib, row.awake.mib, row.accounted.mib]),
    ]);
    expect(figure).toEqual(screen);
    expect(figure.length).toBeGreaterThan(0);
  }
});

it('draws the comparison as the compare screen does', () => {
  const [a, b] = [momentOf(...look(node())), momentOf(...look(node(), { step: 1 }))];
  const noise = SMI_RESOLUTION;
  const { shown } = picked(compareFigureRows(compareMoments(a, b, noise)));
  const { bars } = compareBars(compareView({ a, b, policy: POLICY, noise, noiseLooks: 0 }).rows);
  expect(shown.map(({ name, delta }) => [name, mibOf(delta)])).toEqual(bars.map(({ name, mib }) => [name, mib]));
  expect(bars.length).toBe(2);
});

it('draws a step for each look of the timeline, and lifts the pen over a gap', () => {
  const timeline = timelineOf(folded(...watched(node())), RANGE);
  const svg = timelineFigure({ title: 'T', notes: [], isDemo: false, timeline }, DEFAULT_FIGURE_STYLE);
  const paths = [...svg.matchAll(/<path d="(M[^"]*)" fill="none"/g)].map(([, path]) => path ?? '');
  // 32 s on 856 pixels from 88 on: 26.75 a second; 65,536 MiB on 260 pixels down to 304.
  const x = (second: number): string => String(Number((88 + second * 26.75).toFixed(2)));
  const y = (mib: number): string => String(Number((304 - (mib / 65_536) * 260).toFixed(2)));
  const gap = String(Number((88 + 6.001 * 26.75).toFixed(2)));
  expect(paths[0]).toBe(
    `M${x(0)} ${y(64_000)}H${x(2)}V${y(64_000)}H${x(4)}V${y(1_700)}H${x(6)}V${y(1_700)}H${gap}` +
      `M${x(26)} ${y(64_000)}H${x(28)}V${y(64_000)}H${x(30)}V${y(1_900)}H${x(32)}V${y(1_900)}h1`,
  );
  expect(paths).toHaveLength(2);
});
