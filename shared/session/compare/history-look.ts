// A look of the history as comparing takes it: who held what on which GPU, long after the look itself was let go.
import { known, type Known } from '../../base/known.ts';
import { plus, ZERO_BYTES, type Bytes } from '../../base/units.ts';
import { NO_BUS } from '../../ledger/per-bus.ts';
import { roleTitle, type ComparedLook, type LookPart } from './compare-look.ts';
import type { HistoryPoint } from '../history/history-point.ts';
import type { History } from '../history/history.ts';
import type { SeenHolder } from '../history/process-sizes.ts';

/** What `comparedLook` says of the look itself. */
export function historyLook({ seen, holders }: History, point: HistoryPoint): ComparedLook {
  const keys = [...point.engines.keys()];
  const there = keys.flatMap((key) => seen.get(key) ?? []);
  const engines = there.map(({ engine }) => engine);
  const placeOf = (holder: SeenHolder): number | undefined => {
    const at = holder.engine === undefined ? -1 : keys.indexOf(holder.engine);
    return at === -1 ? undefined : at;
  };
  const [why] = point.unlisted;
  const unlisted: Known<Bytes> = why === undefined ? known(ZERO_BYTES) : { known: false, why };
  return {
    atMs: point.atMs,
    bootId: there[0]?.bootId,
    engines,
    ranks: [...holders.values()].flatMap((holder) => {
      const engine = placeOf(holder);
      const { role } = holder;
      return engine === undefined || role === undefined || role.rank === null
        ? []
        : [{ engine, role: role.role, rank: role.rank }];
    }),
    parts: [...processParts(point, holders, placeOf), ...restParts(point)],
    unlisted,
  };
}

function processParts(
  { processes }: HistoryPoint,
  holders: History['holders'],
  placeOf: (holder: SeenHolder) => number | undefined,
): LookPart[] {
  const parts = new Map<string, LookPart>();
  for (const [key, size] of processes) {
    const holder = holders.get(key);
    if (holder === undefined || holder.bus === NO_BUS) continue;
    const engine = placeOf(holder);
    const kind = engine !== undefined ? 'engine' : holder.class === 'engine' ? 'orphan' : holder.class;
    const named = kind === 'engine' || kind === 'orphan';
    const name: Omit<LookPart, 'pids' | 'resident'> = {
      class: kind === 'hidden' ? 'process' : kind,
      engine,
      role: named ? (holder.role?.role ?? 'other') : roleTitle(holder.class, holder.title),
      rank: named ? (holder.role?.rank ?? null) : null,
      bus: holder.bus,
    };
    const id = JSON.stringify([name.class, engine, name.role, name.rank, name.bus]);
    const before = parts.get(id);
    parts.set(id, {
      ...name,
      pids: [...(before?.pids ?? []), holder.pid].toSorted((one, other) => one - other),
      resident: before === undefined ? size : both(before.resident, size),
    });
  }
  return [...parts.values()];
}

function restParts({ buses }: HistoryPoint): LookPart[] {
  return [...buses].flatMap(([bus, { classes }]): LookPart[] => {
    const resident = classes.get('unattributed');
    if (resident === undefined) return [];
    return [{ class: 'unattributed', engine: undefined, role: 'no process', rank: null, bus, pids: [], resident }];
  });
}

function both(one: Known<Bytes>, other: Known<Bytes>): Known<Bytes> {
  if (!one.known) return one;
  return other.known ? known(plus(one.value, other.value)) : other;
}
