// Fewer points for as many pixels, without losing an extreme: of every pixel column each line keeps its own least and most.

export type LineValues = readonly (number | null)[];

/**
 * Which points to draw, ascending. In each column the first and the last point stay, of each line the smallest and the
 * largest value, and the first unknown one, so that neither a spike nor a gap of a single sample can disappear.
 */
export function keptPoints(timesMs: readonly number[], lines: readonly LineValues[], columns: number): number[] {
  const first = timesMs[0];
  const last = timesMs.at(-1);
  if (first === undefined || last === undefined || timesMs.length <= columns * 2) return timesMs.map((_, at) => at);
  const width = (last - first) / columns || 1;
  const kept = new Set<number>();
  let from = 0;
  while (from < timesMs.length) {
    const column = columnOf(timesMs[from], first, width, columns);
    let to = from + 1;
    while (to < timesMs.length && columnOf(timesMs[to], first, width, columns) === column) to += 1;
    kept.add(from);
    kept.add(to - 1);
    for (const values of lines) keepExtremes(values, from, to, kept);
    from = to;
  }
  return [...kept].toSorted((one, other) => one - other);
}

function columnOf(atMs: number | undefined, first: number, width: number, columns: number): number {
  return Math.min(columns - 1, Math.floor(((atMs ?? first) - first) / width));
}

function keepExtremes(values: LineValues, from: number, to: number, kept: Set<number>): void {
  let least = -1;
  let most = -1;
  let unknown = -1;
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? null;
    if (value === null) {
      if (unknown === -1) unknown = at;
      continue;
    }
    if (least === -1 || value < (values[least] ?? value)) least = at;
    if (most === -1 || value > (values[most] ?? value)) most = at;
  }
  for (const at of [least, most, unknown]) if (at !== -1) kept.add(at);
}
