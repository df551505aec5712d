// The common scale: widths are bytes over it, absolute or around the gaps, and what is outside is cut and said to be.
import { describe, expect, it } from 'vitest';
import { bytes, fromGiB, fromMiB, toMiB } from '../../../../shared/base/units.ts';
import { DEMO_SCENARIOS } from '../../../../shared/source/demo-scenarios.ts';
import { ASLEEP_CLEAN } from '../../../kit/scenarios.ts';
import { absoluteScale, gapScale, placeOn } from '../../../../renderer/view/ledger/ledger-scale.ts';
import { viewOfText } from '../ledger-text.ts';

const DEMO = DEMO_SCENARIOS.get('asleep')?.text ?? '';

describe('the absolute scale', () => {
  it('ends at the largest GPU, for all of them', () => {
    const small = ASLEEP_CLEAN.replace('process', 'gpu 41:00.0 "L4" total 23034 reserved 400 used 0\nprocess');
    const { from, to, ticks } = absoluteScale(viewOfText(small).rows);
    expect([from, toMiB(to)]).toEqual([0, 81_559]);
    expect(ticks.map(({ text }) => text)).toEqual(['0', '10', '20', '30', '40', '50', '60', '70']);
  });

  it('has a place for no GPU at all', () => {
    expect(absoluteScale([]).to).toBe(fromGiB(80));
  });
});

describe('the scale of the gaps', () => {
  it('shows every gap whole, with room for its label', () => {
    const { rows } = viewOfText(DEMO);
    const scale = gapScale(rows);
    const gaps = rows.flatMap(({ accounted }) => accounted.flatMap(({ gap }) => gap ?? []));
    expect(gaps).toHaveLength(2);
    for (const gap of gaps) {
      const place = scale && placeOn(scale, gap.from, gap.to);
      expect([place?.cutLeft, place?.cutRight]).toEqual([false, false]);
    }
    expect(scale && toMiB(scale.to)).toBeLessThan(15_000);
  });

  it('begins after 0 where all gaps are far from it', () => {
    const text = (says: string): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
process server "sglang serve --port 30000" listen 30000
  http sglang ${says}
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 64000`;
    const far = gapScale(viewOfText(text('weight 7 kvcache 53 graph 1')).rows);
    expect(far && toMiB(far.from)).toBeGreaterThan(60_000);
    expect(gapScale(viewOfText(text('weight 7 kvcache 3 graph 1')).rows)?.from).toBe(0);
  });

  it('is not there where nothing is accounted', () => {
    expect(gapScale(viewOfText(ASLEEP_CLEAN).rows)).toBeUndefined();
  });
});

it('places by bytes alone, and says where a bar is cut', () => {
  const scale = { from: fromMiB(100), to: fromMiB(300), ticks: [] };
  expect(placeOn(scale, fromMiB(150), fromMiB(200))).toEqual({ left: 25, width: 25, cutLeft: false, cutRight: false });
  expect(placeOn(scale, fromMiB(0), fromMiB(400))).toEqual({ left: 0, width: 100, cutLeft: true, cutRight: true });
  expect(placeOn(scale, fromMiB(301), fromMiB(400))).toBeUndefined();
  expect(placeOn(scale, bytes(0), fromMiB(99))).toBeUndefined();
});
