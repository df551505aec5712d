// Of many looks the sizes by some key (a process, an orphan), as columns of numbers.
import type { Known } from '../../base/known.ts';
import type { Bytes } from '../../base/units.ts';
import { SizeColumnBuilder, type SizeColumn } from './size-column.ts';

export function packSizes<Key>(looks: readonly ReadonlyMap<Key, Known<Bytes>>[]): ReadonlyMap<Key, SizeColumn> {
  const columns = new Map<Key, SizeColumnBuilder>();
  for (const [at, sizes] of looks.entries()) {
    // What did not change is the same object in the look after.
    if (at > 0 && looks[at - 1] === sizes) for (const column of columns.values()) column.repeat(at);
    else
      for (const [key, size] of sizes) {
        const column = columns.get(key) ?? new SizeColumnBuilder(looks.length);
        columns.set(key, column);
        column.set(at, size);
      }
  }
  return new Map([...columns].map(([key, column]) => [key, column.build()] as const));
}
