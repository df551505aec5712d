// The pair as rows: the sign of the gap, what is unknown and why, what stands nowhere, ages and host memory.
import { expect, it } from 'vitest';
import type { Observation } from '../../../shared/model/observation.ts';
import { pairViews, type EnginePairView } from '../../../renderer/view/pair-rows.ts';
import { FIRST_LOOK_MS, folded, look } from '../../kit/observed.ts';
import { memory, said } from '../../kit/said.ts';

const TP2 = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --tp 2 --port 30000" pid 4001 rss 1000
  process tp0 "sglang::scheduler_TP0" pid 4008 on 3B:00.0 64000 then 1700 rss 5000
  process tp1 "sglang::scheduler_TP1" pid 4015 on 41:00.0 63000 then 1600 rss 5000
`;

const answer = said(TP2, 4001, '/server_info', memory(7.5, 53, 0.5), { atMs: FIRST_LOOK_MS + 1_000 });

function views(...observations: readonly Observation[]): EnginePairView[] {
  const { moment } = folded(...observations);
  if (moment === undefined) throw new Error('nothing was seen');
  return pairViews(moment);
}

/** `GPU: resident, when awake, accounted; gap band share`. */
function rows(view: EnginePairView | undefined): string[] {
  return (view?.rows ?? []).map(
    ({ name, resident, awake, accounted, gap, band, share }) =>
      `${name}: ${resident.text}, ${awake.text}, ${accounted.text}; ${[gap, band, share].filter((part) => part !== '').join(' ')}`,
  );
}

it('puts a sleeping engine beside its own level and what it accounts for, with the sign of the gap', () => {
  const [view] = views(...look(TP2), answer, ...look(TP2, { step: 1 }));
  expect(rows(view)).toEqual([
    // 61 GiB are 62,464 MiB; the band is half a hundredth of a GiB for each of three numbers, and 1 MiB for one row.
    '3B:00.0: 1,700 MiB, 64,000 MiB, 62,464 MiB; −60,764 MiB ±16.36 MiB 2.7 %',
    '41:00.0: 1,600 MiB, 63,000 MiB, –; ',
  ]);
  expect(view?.rows[1]?.accounted.why).toBe('no rank that reports is alone at home on this GPU');
  expect(view?.sentence).toBe(
    '00000000:3B:00.0: 1,700 MiB resident, 64,000 MiB when last awake; 62,464 MiB (61.00 GiB) accounted, recorded at start-up: 60,764 MiB less resident than accounted (2.7 % of it).',
  );
  expect(view?.ages).toBe('The engine answered 1.0 s before this look; it was last seen awake 2.0 s before this look.');
});

it('says more where more is resident', () => {
  const [view] = views(...look(TP2), answer);
  expect(rows(view)[0]).toBe('3B:00.0: 64,000 MiB, 64,000 MiB, 62,464 MiB; +1,536 MiB ±16.36 MiB 102.5 %');
  expect(view?.rows[0]?.isLess).toBe(false);
});

it('says within resolution where the two cannot be told apart', () => {
  const close = said(TP2, 4001, '/server_info', memory(62, 0.49, 0), { atMs: FIRST_LOOK_MS + 1_000 });
  // 62.49 GiB are 63,989.76 MiB: 10.24 MiB from what is resident.
  expect(views(...look(TP2), close)[0]?.rows[0]?.gap).toBe('within resolution');
});

it('keeps what is unknown unknown, with its reason', () => {
  const partial = TP2.replace('64000 then 1700', '[N/A]').replaceAll('used sum+9', 'used 70000');
  const [view] = views(...look(partial), answer);
  expect(rows(view)[0]).toBe('3B:00.0: unknown, –, 62,464 MiB; ±16.36 MiB');
  expect(view?.rows[0]?.resident).toMatchObject({ mib: null, why: expect.stringContaining('without a number') });
});

it('says that nobody was asked', () => {
  const [view] = views(...look(TP2));
  expect(view?.rows[0]?.accounted).toEqual({
    text: 'unknown',
    mib: null,
    why: 'this engine was not asked yet',
  });
  expect(view?.ages).toBe('');
});

it('shows host memory then and now, with its sign', () => {
  const moved = TP2.replace('rss 5000', 'rss 25000');
  const [view] = views(...look(TP2), answer, ...look(moved, { step: 1 }));
  expect(view?.host.map(({ name, before, now, change }) => `${name}: ${before} to ${now}, ${change}`)).toEqual([
    'RSS of the tree: 11,000 MiB to 31,000 MiB, +20,000 MiB',
    'of it shared: 0 MiB to 0 MiB, 0 MiB',
    'available on the node: 786,432 MiB to 786,432 MiB, 0 MiB',
  ]);
});

it('has nothing for a node without an engine', () => {
  expect(views(...look('gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 0\n'))).toEqual([]);
});
