// The ranks of an engine as repeats of one row: what each holds on its own GPU, and what it holds on others.
import type { BusId } from '../../model/ids.ts';
import type { PartName } from './compare-look.ts';
import type { RepeatValue } from './repeat-range.ts';

/** One row, and what each repeat of either side says of it. */
export interface Series {
  readonly name: PartName & { readonly engine: number | undefined };
  readonly a: readonly RepeatValue[];
  readonly b: readonly RepeatValue[];
}

/** The same, over several GPUs where ranks were put together. */
export interface WideSeries extends Omit<Series, 'name'> {
  readonly name: Omit<Series['name'], 'bus'>;
  readonly buses: readonly BusId[];
}

export function ofOneBus({ name, a, b }: Series): WideSeries {
  return { name, buses: [name.bus], a, b };
}

/**
 * Of each rank what it holds on its own GPU, the one where it ever held most, in one row; what ranks hold on others in a
 * second one, as a context there is no rank's memory. What has no rank keeps its rows. `isPaired`: each value of A belongs
 * to one of B.
 */
export function ranksTogether(all: readonly Series[], isPaired: boolean): WideSeries[] {
  const groups = new Map<string, WideSeries>();
  const homes = homesOf(all);
  for (const series of all) {
    const { name, a, b } = series;
    const { class: kind, engine, role, rank, bus } = name;
    if (rank === null) {
      groups.set(JSON.stringify([kind, engine, role, bus]), ofOneBus(series));
      continue;
    }
    const label = homes.get(rankKey(name)) === bus ? role : `${role}, not on its own GPU`;
    const key = JSON.stringify([kind, engine, label]);
    const group = groups.get(key);
    groups.set(key, {
      name: { class: kind, engine, role: label, rank: null },
      buses: [...new Set([...(group?.buses ?? []), bus])].toSorted(),
      a: [...(group?.a ?? []), ...(isPaired ? a : ofRankThere(a))],
      b: [...(group?.b ?? []), ...(isPaired ? b : ofRankThere(b))],
    });
  }
  return [...groups.values()];
}

/** A run with fewer ranks has no such repeat: it is not one that held nothing. */
function ofRankThere(values: readonly RepeatValue[]): readonly RepeatValue[] {
  return values.some(({ isThere }) => isThere !== false) ? values : [];
}

function rankKey({ class: kind, engine, role, rank }: Series['name']): string {
  return JSON.stringify([kind, engine, role, rank]);
}

function homesOf(all: readonly Series[]): ReadonlyMap<string, BusId> {
  const most = new Map<string, { readonly bus: BusId; readonly size: number }>();
  for (const { name, a, b } of all) {
    // Of days there are more than a call takes arguments.
    const size = [...a, ...b].reduce(
      (top, each) => (each.size?.known === true ? Math.max(top, each.size.value) : top),
      -1,
    );
    const known = most.get(rankKey(name));
    if (known === undefined || size > known.size) most.set(rankKey(name), { bus: name.bus, size });
  }
  return new Map([...most].map(([key, { bus }]) => [key, bus]));
}
