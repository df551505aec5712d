// Looks of a history as chance makes them: sizes that move and stay, unknown ones, GPUs and engines that come and go.
import fc from 'fast-check';
import type { Known } from '../../shared/base/known.ts';
import { REASONS, type ReasonCode } from '../../shared/base/reason.ts';
import { bytes, fromMiB, type Bytes } from '../../shared/base/units.ts';
import type { LedgerClass } from '../../shared/ledger/device-ledger.ts';
import type { BusId, ProcessKey } from '../../shared/model/ids.ts';
import type { BusPoint, HistoryPoint, SaidState } from '../../shared/session/history/history-point.ts';
import { CHUNK, EMPTY_HISTORY, type History } from '../../shared/session/history/history.ts';
import type { HolderKey } from '../../shared/session/history/process-sizes.ts';
import { packLooks } from '../../shared/session/history/look-chunk.ts';
import { FIRST_LOOK_MS } from './observed.ts';

export const BUSES = ['00000000:3B:00.0', '00000000:41:00.0'] as BusId[];
export const ENGINES = ['4001@671', '5001@900'] as ProcessKey[];
export const ORPHANS = ['6001@950'] as ProcessKey[];
export const HOLDERS = ['4005@671 00000000:3B:00.0', '4005@900 00000000:3B:00.0'] as HolderKey[];
const CLASSES: readonly LedgerClass[] = ['engine', 'trainer', 'process', 'gone', 'unattributed'];
const CODES = Object.keys(REASONS) as ReasonCode[];

const size: fc.Arbitrary<Known<Bytes>> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -400, max: 80_000 }).map((mib) => known(fromMiB(mib))) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 36 }).map((count) => known(bytes(count))) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...CODES)
      .map((code) => ({ known: false, why: { code, where: BUSES[0] ?? '' } }) as const),
  },
);

function known(value: Bytes): Known<Bytes> {
  return { known: true, value };
}

const busPoint: fc.Arbitrary<BusPoint> = fc.record({ used: size, classes: someOf(CLASSES, size) });

/** Everything of a look but its times. */
const content = fc.record({
  driver: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constant(['smi-timeout' as const]) },
  ),
  buses: someOf(BUSES, busPoint),
  orphans: someOf(ORPHANS, size),
  processes: someOf(HOLDERS, size),
  unlisted: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constant([{ code: 'smi-failed' as const, where: 'usage' }]) },
  ),
  engines: someOf(ENGINES, fc.tuple(size, someOf(BUSES, size))),
  said: someOf(
    ENGINES,
    fc.record<SaidState>({ value: fc.constantFrom('awake', 'asleep'), by: fc.constantFrom('reported', 'told') }),
  ),
});

/** Most looks say what the one before them said, and some are late. */
export const historyPoints: fc.Arbitrary<HistoryPoint[]> = fc
  .tuple(
    fc.array(content, { minLength: 1, maxLength: 12 }),
    fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 40 }), fc.constantFrom(1_000, 1_000, 1_000, 70, 20_000)), {
      maxLength: 30,
    }),
  )
  .map(([contents, stretches]) => {
    const points: HistoryPoint[] = [];
    let atMs = FIRST_LOOK_MS;
    for (const [which, looks, stepMs] of stretches) {
      const made = contents[which % contents.length];
      if (made === undefined) continue;
      const { engines: both, ...rest } = made;
      const engines = new Map([...both].map(([key, [, perBus]]) => [key, perBus] as const));
      const worst = new Map([...both].map(([key, [whole]]) => [key, whole] as const));
      for (let look = 0; look < looks; look += 1) {
        atMs += stepMs;
        points.push({ ...rest, engines, worst, atMs, nodeMs: look % 5 === 4 ? undefined : atMs - FIRST_LOOK_MS });
      }
    }
    return points;
  });

function someOf<Key, Value>(keys: readonly Key[], value: fc.Arbitrary<Value>): fc.Arbitrary<Map<Key, Value>> {
  return fc
    .tuple(
      ...keys.map((key) =>
        fc.option(
          value.map((each) => [key, each] as const),
          { nil: undefined, freq: 6 },
        ),
      ),
    )
    .map((pairs) => new Map(pairs.flatMap((pair) => (pair === undefined ? [] : [pair]))));
}

/** As a fold would have put them together. */
export function historyOf(points: readonly HistoryPoint[]): History {
  const full = [];
  let from = 0;
  for (; points.length - from > CHUNK; from += CHUNK) full.push(packLooks(points.slice(from, from + CHUNK)));
  const subjects = [...new Set(points.flatMap(({ engines, orphans }) => [...engines.keys(), ...orphans.keys()]))];
  return { ...EMPTY_HISTORY, full, last: points.slice(from), subjects };
}
