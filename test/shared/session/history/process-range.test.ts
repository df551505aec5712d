// The range of a process is that of a plain list of its sizes, however the looks are packed.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { processRanges } from '../../../../shared/session/history/process-range.ts';
import { HOLDERS, historyOf, historyPoints } from '../../../kit/history-points.ts';
import { FIRST_LOOK_MS } from '../../../kit/observed.ts';

it('says of each process what its looks said', () => {
  fc.assert(
    fc.property(historyPoints, fc.nat(300_000), fc.nat(300_000), (points, one, other) => {
      const [fromMs, toMs] = [FIRST_LOOK_MS + Math.min(one, other), FIRST_LOOK_MS + Math.max(one, other)];
      const within = points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
      const found = processRanges(historyOf(points), fromMs, toMs);
      const there = HOLDERS.filter((key) => within.some(({ processes }) => processes.has(key)));
      expect(found.map(({ key }) => key).toSorted()).toEqual(there.toSorted());
      for (const { key, sizes, first, last, unknown, absent } of found) {
        const all = within.map(({ processes, unlisted: [why] }) => {
          const size = processes.get(key);
          return size ?? (why === undefined ? undefined : ({ known: false, why } as const));
        });
        const known = all.flatMap((size) => (size?.known === true ? [size.value] : [])).toSorted((a, b) => a - b);
        expect([first, last]).toEqual([all[0], all.at(-1)]);
        expect(unknown).toBe(all.filter((size) => size?.known === false).length);
        expect(absent).toBe(all.filter((size) => size === undefined).length);
        expect(sizes).toEqual(
          known.length === 0
            ? undefined
            : { min: known[0], median: known[Math.floor((known.length - 1) / 2)], max: known.at(-1) },
        );
      }
    }),
    { numRuns: 60 },
  );
});
