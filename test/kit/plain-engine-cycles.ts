// The cycles of a history the plain way: every look of every engine is kept, and gone through as a whole for each bus.
import { unknown } from '../../shared/base/known.ts';
import { findCycles } from './find-cycles.ts';
import { busCycles, type EngineCycles } from '../../shared/session/cycles/cycle-table.ts';
import { EngineLanes } from '../../shared/session/cycles/engine-lanes.ts';
import { lookOnBus, statedLook, wholeOf, type EngineLook } from '../../shared/session/cycles/engine-look.ts';
import type { RunSpan } from '../../shared/session/cycles/engine-series.ts';
import { leftIn, withoutLostRows, type HeldRows, type ListedRow } from '../../shared/session/cycles/held-rows.ts';
import { ALL_MEASURED, withLook } from '../../shared/session/cycles/unmeasured.ts';
import { pointsOf } from './points-of.ts';
import type { HistoryPoint } from '../../shared/session/history/history-point.ts';
import type { History } from '../../shared/session/history/history.ts';
import type { ProcessKey } from '../../shared/model/ids.ts';
import { engineKey } from '../../shared/session/session.ts';

interface Life {
  readonly begun: Pick<RunSpan, 'key' | 'rootPid' | 'basis'>;
  readonly looks: EngineLook[];
}

/** As far as the history reaches. */
export function plainEngineCycles(history: History): EngineCycles[] {
  const lanes = new EngineLanes();
  const lives: Life[][] = [];
  const rows = new Map<Life, HeldRows>();
  const said = new Map<Life, EngineLook['said']>();
  for (const point of pointsOf(history)) {
    const seen = [...point.engines.keys()].flatMap((key) => history.seen.get(key) ?? []);
    const engines = seen.map(({ engine }) => engine);
    for (const { engine, lane, isFresh, basis } of lanes.place(engines, seen[0]?.bootId)) {
      const key = engineKey(engine);
      const own = (lives[lane] ??= []);
      if (isFresh) own.push({ begun: { key, rootPid: engine.root.pid, basis }, looks: [] });
      const life = own.at(-1);
      if (life === undefined) throw new Error('an engine was placed that never began');
      const held = rows.get(life) ?? new Map();
      rows.set(life, held);
      const look = withoutLostRows(lookOf(point, key), rowsOf(point, key, history), held, leftIn(point.buses));
      life.looks.push(statedLook(look, said.get(life)));
      said.set(life, look.said);
    }
  }
  return lanes.lanes.map(({ engine }, at) => {
    const own = lives[at] ?? [];
    const buses = [...new Set(own.flatMap(({ looks }) => looks.flatMap(({ perBus }) => [...perBus.keys()])))];
    const { kind, title, ports, members } = engine;
    const sorted = buses.toSorted();
    return {
      engine: { kind, title, ports, members, runs: own.map(spanOf), buses: sorted },
      worst: busCycles(
        'worst',
        own.map(({ looks }) => findCycles(looks)),
      ),
      buses: sorted.map((bus) =>
        busCycles(
          bus,
          own.map(({ looks }) => findCycles(looks.map((look) => lookOnBus(look, bus)))),
        ),
      ),
    };
  });
}

function spanOf({ begun, looks }: Life): RunSpan {
  const [firstMs, lastMs] = [looks[0]?.atMs ?? Number.NaN, looks.at(-1)?.atMs ?? Number.NaN];
  const unmeasured = looks.reduce((counts, { resident }) => withLook(counts, resident), ALL_MEASURED);
  return { ...begun, firstMs, lastMs, count: looks.length, unmeasured };
}

function rowsOf({ processes }: HistoryPoint, key: ProcessKey, { holders }: History): ListedRow[] {
  return [...processes].flatMap(([holder, size]) => {
    const seen = holders.get(holder);
    return seen?.engine === key ? [{ holder, bus: seen.bus, size }] : [];
  });
}

function lookOf({ atMs, engines, worst, said }: HistoryPoint, key: ProcessKey): EngineLook {
  const resident = worst.get(key) ?? unknown('no-tree-row');
  const perBus: EngineLook['perBus'] = engines.get(key) ?? new Map();
  return { atMs, resident, whole: wholeOf(resident, perBus), state: undefined, said: said.get(key), perBus };
}
