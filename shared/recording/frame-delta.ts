// The difference between two frames of one node, line by line: an idle node says the same thing again with other clocks.

/**
 * A line of the new frame: the number of the line of the old one that it is, or the old line's number with how many
 * characters of its beginning and end stay and what stands between, or a new line as text. Runs of unchanged lines are
 * `[first, count]`.
 */
export type DeltaPart =
  [from: number, count: number] | [line: number, head: number, middle: string, tail: number] | string;

/**
 * What makes `next` from `before`, exact to the byte. Lines are compared in order, which is what frames are like: the
 * same rows with other numbers, now and then one more or one less.
 */
export function frameDelta(before: string, next: string): DeltaPart[] {
  const old = before.split('\n');
  const lines = next.split('\n');
  const places = new Map<string, number[]>();
  for (const [at, line] of old.entries()) places.set(line, [...(places.get(line) ?? []), at]);
  const lastPlace = new Map(lines.map((line, index) => [line, index]));
  const parts: DeltaPart[] = [];
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const same = old[at] === line ? at : places.get(line)?.find((place) => place >= at);
    if (same !== undefined) {
      pushSame(parts, same);
      at = same + 1;
      continue;
    }
    const similar = old[at];
    // A line that the new frame still has, unchanged, is not spent on one that only looks like it.
    const isKept = similar !== undefined && (lastPlace.get(similar) ?? -1) > index;
    if (similar === undefined || isKept || !alike(similar, line)) {
      parts.push(line);
      continue;
    }
    parts.push(changed(at, similar, line));
    at += 1;
  }
  return parts;
}

/** The frame that `delta` made of `before`; undefined when it does not fit, so that nothing wrong is shown. */
export function applyDelta(before: string, delta: readonly DeltaPart[]): string | undefined {
  const old = before.split('\n');
  const lines: string[] = [];
  for (const part of delta) {
    if (typeof part === 'string') {
      lines.push(part);
    } else if (part.length === 2) {
      const [from, count] = part;
      if (count < 1 || from < 0 || from + count > old.length) return undefined;
      for (let line = from; line < from + count; line += 1) lines.push(old[line] ?? '');
    } else {
      const [line, head, middle, tail] = part;
      const text = old[line];
      if (text === undefined || head < 0 || tail < 0 || head + tail > text.length) return undefined;
      lines.push(text.slice(0, head) + middle + text.slice(text.length - tail));
    }
  }
  return lines.join('\n');
}

function pushSame(parts: DeltaPart[], line: number): void {
  const last = parts.at(-1);
  if (last !== undefined && typeof last !== 'string' && last.length === 2 && last[0] + last[1] === line) {
    parts[parts.length - 1] = [last[0], last[1] + 1];
  } else {
    parts.push([line, 1]);
  }
}

/** The same kind of line: its first word, which says what the rest means. */
function alike(left: string, right: string): boolean {
  const word = left.slice(0, left.indexOf('\t') + 1);
  return word !== '' && right.startsWith(word);
}

function changed(line: number, before: string, next: string): DeltaPart {
  const most = Math.min(before.length, next.length);
  let head = 0;
  while (head < most && before[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  return [line, head, next.slice(head, next.length - tail), tail];
}
