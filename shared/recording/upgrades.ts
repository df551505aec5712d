// Steps from older formats of recordings to the newest, one a format. Readers know the newest shape alone.

/** Takes one parsed line of format `from` and gives it in format `from + 1`. */
export interface Upgrade {
  readonly from: number;
  readonly apply: (line: unknown) => unknown;
}

/** None yet: format 1 is the first. A change of the format adds a step here, and a kept sample of the old one. */
export const UPGRADES: readonly Upgrade[] = [];

/** A line of format `format` as a line of the newest. */
export function upgraded(line: unknown, format: number): unknown {
  return UPGRADES.filter(({ from }) => from >= format).reduce((value, { apply }) => apply(value), line);
}
