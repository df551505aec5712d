// The looks at every engine as far as the history of a live view reaches: what its cycles are found in.
import { unknown } from '../../base/known.ts';
import { EngineSeriesCollector, unlistedIn, wholeOf, type EngineLook, type EngineSeries } from './engine-series.ts';
import { pointsOf } from '../history/history-looks.ts';
import type { History } from '../history/history.ts';
import { engineKey } from '../session.ts';

/** As a recorder would have collected them, without the looks that the history let go. */
export function historySeries(history: History): EngineSeries[] {
  const collector = new EngineSeriesCollector();
  for (const { atMs, buses, engines, worst, said } of pointsOf(history)) {
    const seen = [...engines.keys()].flatMap((key) => history.seen.get(key) ?? []);
    collector.add(
      seen.map(({ engine }) => engine),
      seen[0]?.bootId,
      (engine) => {
        const key = engineKey(engine);
        const resident = worst.get(key) ?? unknown('no-tree-row');
        const perBus: EngineLook['perBus'] = engines.get(key) ?? new Map();
        return { atMs, resident, whole: wholeOf(resident, perBus), state: undefined, said: said.get(key), perBus };
      },
      unlistedIn(buses),
    );
  }
  return collector.series();
}
