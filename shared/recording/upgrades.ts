// Steps from older formats of recordings to the newest, one a format. Readers know the newest shape alone.

/** Takes one parsed line of format `from` and gives it in format `from + 1`; what it does not know it gives as it is. */
export interface Upgrade {
  readonly from: number;
  readonly apply: (line: unknown) => unknown;
}

/** A change of the format adds a step here, and a kept sample of the old one. */
export const UPGRADES: readonly Upgrade[] = [{ from: 1, apply: fromFormat1 }];

/** A line of format `format` as a line of the newest. */
export function upgraded(line: unknown, format: number): unknown {
  return UPGRADES.filter(({ from }) => from >= format).reduce((value, { apply }) => apply(value), line);
}

/** Format 1 named the old lines by their numbers, where format 2 goes through them. */
function fromFormat1(line: unknown): unknown {
  if (typeof line !== 'object' || line === null || !('kind' in line)) return line;
  if (line.kind === 'residuum.recording') return { ...line, format: 2 };
  if (line.kind !== 'frame+' || !('delta' in line) || !Array.isArray(line.delta)) return line;
  return { ...line, delta: deltaFrom1(line.delta) };
}

/** What is not of its shape stays so, and is refused by whoever checks the line. */
function deltaFrom1(parts: readonly unknown[]): unknown[] {
  const delta: unknown[] = [];
  let at = 0;
  for (const part of parts) {
    if (!Array.isArray(part)) {
      delta.push(part);
      continue;
    }
    const [from, head, middle, tail] = part as readonly unknown[];
    // The encoder of format 1 never went back.
    if (typeof from !== 'number' || from < at) return [null];
    if (from > at) delta.push(at - from);
    if (part.length === 2) delta.push(head);
    else delta.push([head, middle, tail]);
    at = from + (part.length === 2 && typeof head === 'number' ? head : 1);
  }
  return delta;
}
