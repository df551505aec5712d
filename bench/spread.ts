// Many measurements as one figure: the median, and how far they lay apart.

export interface Spread {
  readonly median: number;
  /** The middle half lies between these two. */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  return {
    median: quantile(sorted, 0.5),
    lower: quantile(sorted, 0.25),
    upper: quantile(sorted, 0.75),
    count: values.length,
  };
}

/** Pairs are measured next to each other, so what disturbs the machine disturbs both halves of a ratio. */
export function ratiosOf(ours: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(ours.flatMap((value, at) => (theirs[at] === undefined ? [] : [value / theirs[at]])));
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
