// An incident as a recording plays it: a node as text at each look, what its users and their log say, and a story.

export interface DemoIncident {
  /** The file's name, without its ending. */
  readonly name: string;
  /** Two lines for whoever opens it: what happened, and what to look at. */
  readonly story: readonly [string, string];
  readonly intervalMs: number;
  /** A scenario (see scenario.ts) for each look; processes keep their labels and their order, so that they keep their pids. */
  readonly looks: readonly string[];
  /** What somebody named, or a log said, just before a look. */
  readonly marks: readonly {
    readonly look: number;
    readonly text: string;
    readonly source: 'hand' | 'script' | 'log';
  }[];
  /** What the user said of an engine, by the label of its root, just before a look. */
  readonly told: readonly {
    readonly look: number;
    readonly label: string;
    readonly state: 'awake' | 'asleep' | null;
  }[];
}

/** So many looks in a row with these values. */
export type Stretch<Values> = readonly [looks: number, values: Values];

/** One text a look. `jitter` is the small change that idle sizes have, in MiB, the same on every run. */
export function played<Values>(
  stretches: readonly Stretch<Values>[],
  text: (values: Values, jitter: (size: number) => number) => string,
): string[] {
  const values = stretches.flatMap(([looks, each]) => Array.from({ length: looks }, () => each));
  return values.map((each, at) => text(each, (size) => size + 2 * (JITTER[at % JITTER.length] ?? 0)));
}

/** The look with which a stretch begins. */
export function beginOf(stretches: readonly Stretch<unknown>[], at: number): number {
  return stretches.slice(0, at).reduce((sum, [looks]) => sum + looks, 0);
}

const JITTER: readonly number[] = [0, 1, 0, 0, -1, 0, 2, 0, 0, 1, -1, 0, 0];
