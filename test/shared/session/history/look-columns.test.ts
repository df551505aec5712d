// Few pixels lose no spike and no gap of a single look: what columns reach is what a plain walk over all looks finds.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toMiB } from '../../../../shared/base/units.ts';
import type { HistoryPoint } from '../../../../shared/session/history/history-point.ts';
import { chunksOf } from '../../../../shared/session/history/history-looks.ts';
import { busValue, engineValue } from '../../../../shared/session/history/history-values.ts';
import { keptLooks } from '../../../../shared/session/history/kept-looks.ts';
import { engineTrack, orphanTrack, usedTrack } from '../../../../shared/session/timeline/line-tracks.ts';
import {
  extremesOf,
  ofDrawn,
  planColumns,
  type Break,
  type ColumnWindow,
} from '../../../../shared/session/history/look-columns.ts';
import type { LookChunk } from '../../../../shared/session/history/look-chunk.ts';
import { numberAt } from '../../../../shared/session/history/size-column.ts';
import { NO_TRACK, trackOf, unknownIn, widen, type Track } from '../../../../shared/session/history/track.ts';
import { BUSES, ENGINES, historyOf, historyPoints, ORPHANS } from '../../../kit/history-points.ts';
import { FIRST_LOOK_MS } from '../../../kit/observed.ts';

const [BUS, ENGINE, ORPHAN] = [BUSES[0], ENGINES[0], ORPHANS[0]];
if (BUS === undefined || ENGINE === undefined || ORPHAN === undefined) throw new Error('the kit lacks one of them');

type ValueOf = (point: HistoryPoint) => ReturnType<typeof busValue>;
const LINES: readonly { readonly track: (chunk: LookChunk) => Track; readonly value: ValueOf }[] = [
  { track: (chunk) => usedTrack(chunk, BUS), value: (point) => busValue(point, BUS) },
  { track: (chunk) => engineTrack(chunk, ENGINE), value: (point) => engineValue(point, ENGINE, 'engine-tree') },
  { track: (chunk) => orphanTrack(chunk, ORPHAN), value: (point) => point.orphans.get(ORPHAN) },
];

/** Anywhere around the looks, as wide as chance has it. */
const windows: fc.Arbitrary<ColumnWindow> = fc
  .tuple(
    fc.integer({ min: -50_000, max: 600_000 }),
    fc.integer({ min: 1, max: 900_000 }),
    fc.integer({ min: 1, max: 90 }),
  )
  .map(([from, spanMs, columns]) => ({
    fromMs: FIRST_LOOK_MS + from,
    toMs: FIRST_LOOK_MS + from + spanMs,
    columns,
  }));

function columnOf(atMs: number, { fromMs, toMs, columns }: ColumnWindow): number {
  return Math.min(columns - 1, Math.floor((atMs - fromMs) / ((toMs - fromMs) / columns)));
}

/** One column after the other, one look after the other. */
function plainly(points: readonly HistoryPoint[], window: ColumnWindow, breaks: readonly Break[], valueOf: ValueOf) {
  const { fromMs, toMs, columns } = window;
  const width = (toMs - fromMs) / columns;
  const heldMs = Math.max((points.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) + 1_000, Number.NEGATIVE_INFINITY);
  return Array.from({ length: columns }, (_, column) => {
    const beginMs = fromMs + column * width;
    const own = points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs && columnOf(atMs, window) === column);
    const before = points.findLast(({ atMs }) => atMs < beginMs);
    const isBroken = breaks.some((each) => beginMs >= each.fromMs && beginMs < each.toMs);
    const holds = own.length === 0 && before !== undefined && !isBroken && beginMs < heldMs;
    const sizes = (holds ? [before] : own).map(valueOf);
    const numbers = sizes.flatMap((size) => (size?.known === true ? [toMiB(size.value)] : []));
    return {
      least: numbers.length === 0 ? Number.NaN : Math.min(...numbers),
      most: numbers.length === 0 ? Number.NaN : Math.max(...numbers),
      unknown: sizes.some((size) => size?.known === false) ? 1 : 0,
    };
  });
}

it('finds what each column reaches, and whether it was unknown there, as a plain walk does', () => {
  const breaksFrom = fc.array(fc.tuple(fc.nat(400_000), fc.integer({ min: 1, max: 60_000 })), { maxLength: 2 });
  fc.assert(
    fc.property(historyPoints, windows, breaksFrom, (points, window, given) => {
      const breaks = given.map(([from, long]) => ({ fromMs: FIRST_LOOK_MS + from, toMs: FIRST_LOOK_MS + from + long }));
      const chunks = chunksOf(historyOf(points));
      const plan = planColumns(chunks, window, breaks);
      for (const { track, value } of LINES) {
        const { least, most, unknown } = extremesOf(plan, chunks.map(track));
        const found = [...least.keys()].map((at) => ({ least: least[at], most: most[at], unknown: unknown[at] }));
        expect(found).toEqual(plainly(points, window, breaks, value));
      }
    }),
    { seed: 20260131, numRuns: 150 },
  );
});

it('takes the values of any stretch into a range, block by block, as one by one', () => {
  const values = fc.array(fc.oneof({ weight: 6, arbitrary: fc.nat(80_000) }, fc.constant(Number.NaN)), {
    minLength: 100,
    maxLength: 128,
  });
  fc.assert(
    fc.property(values, fc.nat(128), fc.nat(128), (numbers, one, other) => {
      const track = trackOf(Float64Array.from(numbers), new Float64Array(numbers.length).fill(Number.NaN));
      const [from, to] = [Math.min(one, other, numbers.length), Math.min(Math.max(one, other), numbers.length)];
      const range = { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY };
      if (from < to) widen(range, track, from, to);
      const known = numbers.slice(from, to).filter((each) => !Number.isNaN(each));
      expect(range).toEqual({ least: Math.min(...known), most: Math.max(...known) });
    }),
    { seed: 20260131 },
  );
});

it('keeps every look that is an extreme, the first gap, the first or the last of its column', () => {
  fc.assert(
    fc.property(historyPoints, windows, (points, window) => {
      const chunks = chunksOf(historyOf(points));
      const plan = planColumns(chunks, window);
      const tracks = LINES.map(({ track }) => chunks.map(track));
      const kept = keptLooks(plan, tracks);
      const times = kept.map(({ chunk, at }) => chunks[chunk]?.atMs[at]);
      expect(times).toEqual([...new Set(times)].toSorted((one, other) => Number(one) - Number(other)));
      const inside = points.filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs);
      const isAll = inside.length <= window.columns * 2;
      expect(isAll ? times : []).toEqual(isAll ? inside.map(({ atMs }) => atMs) : []);
      // What is kept reaches as far in each column as all looks do.
      for (const own of tracks) {
        const all = extremesOf(plan, own);
        const found = new Map<number, { least: number; most: number; none: boolean }>();
        for (const { chunk, at } of kept) {
          const column = columnOf(chunks[chunk]?.atMs[at] ?? Number.NaN, window);
          const value = numberAt(own[chunk]?.values ?? Number.NaN, at);
          const range = found.get(column) ?? { least: Infinity, most: -Infinity, none: false };
          found.set(column, {
            least: Number.isNaN(value) ? range.least : Math.min(range.least, value),
            most: Number.isNaN(value) ? range.most : Math.max(range.most, value),
            none: range.none || Number.isNaN(value),
          });
        }
        const reached = [...found].filter(([, { least, most }]) => least <= most);
        expect(reached.map(([, { least, most }]) => [least, most])).toEqual(
          reached.map(([column]) => [all.least[column], all.most[column]]),
        );
        const unknown = [...found].filter(([column]) => all.unknown[column] === 1);
        expect(unknown.every(([, { none }]) => none)).toBe(true);
      }
      const looks = plan.spans.filter(({ isHeld }) => !isHeld);
      expect(looks.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(inside.length);
    }),
    { seed: 20260131, numRuns: 150 },
  );
});

it('counts the looks that could not measure it', () => {
  fc.assert(
    fc.property(historyPoints, (points) => {
      const chunks = chunksOf(historyOf(points));
      for (const { track, value } of LINES) {
        const all = chunks.reduce((sum, chunk) => sum + unknownIn(track(chunk), 0, chunk.count), 0);
        expect(all).toBe(points.filter((point) => value(point)?.known === false).length);
      }
    }),
    { seed: 20260131, numRuns: 60 },
  );
});

it('costs as much as there are columns, however long the window is', () => {
  const points = Array.from({ length: 20_000 }, (_, at): HistoryPoint => {
    const none = new Map<never, never>();
    return {
      atMs: FIRST_LOOK_MS + at * 1_000,
      nodeMs: undefined,
      driver: [],
      buses: none,
      engines: none,
      worst: none,
      said: none,
      orphans: none,
      processes: none,
      unlisted: [],
    };
  });
  const chunks = chunksOf(historyOf(points));
  const window = { fromMs: FIRST_LOOK_MS, toMs: FIRST_LOOK_MS + 20_000_000, columns: 100 };
  expect(planColumns(chunks, window).spans.length).toBeLessThanOrEqual(100 + chunks.length);
});

it('takes of the chunks of a history those that a window shows, and the one that holds into it', () => {
  fc.assert(
    fc.property(historyPoints, windows, (points, window) => {
      const chunks = chunksOf(historyOf(points));
      const plan = planColumns(chunks, window);
      const made: LookChunk[] = [];
      const drawn = ofDrawn<LookChunk | undefined>(plan, (chunk) => (made.push(chunk), chunk), undefined);
      const all = LINES.map(({ track }) => extremesOf(plan, chunks.map(track)));
      expect(LINES.map(({ track }) => extremesOf(plan, ofDrawn(plan, track, NO_TRACK)))).toEqual(all);
      const isShown = ({ atMs, count }: LookChunk): boolean =>
        (atMs[0] ?? 0) <= window.toMs && (atMs[count - 1] ?? 0) >= window.fromMs;
      expect(made).toEqual(drawn.filter((chunk) => chunk !== undefined));
      expect(chunks.filter(isShown).every((chunk) => made.includes(chunk))).toBe(true);
      expect(made.filter((chunk) => !isShown(chunk)).length).toBeLessThan(2);
    }),
    { seed: 20260131, numRuns: 60 },
  );
});
