// The difference between two texts of one node, line by line: an idle node says the same thing again and again.

/**
 * What comes next of the new text, where a pointer goes through the lines of the old one: so many lines as they are; so
 * many passed over (below 0); a new line, as text; or the line at the pointer with its first `head` and last `tail`
 * characters kept and `middle` between them. Old lines that are left at the end are not in the new text.
 */
export type DeltaPart = number | string | [head: number, middle: string, tail: number];

/**
 * What makes `next` from `before`, exact to the byte. Lines are compared in order, which is what frames are like: the
 * same rows with other numbers, now and then one more or one less.
 */
export function frameDelta(before: string, next: string): DeltaPart[] {
  const old = before.split('\n');
  const lines = next.split('\n');
  return lineByLine(old, lines) ?? withNewLines(old, lines);
}

/** The usual case, in which no line came and none went: it needs no list of places. undefined in any other. */
function lineByLine(old: readonly string[], lines: readonly string[]): DeltaPart[] | undefined {
  if (old.length !== lines.length) return undefined;
  const parts: DeltaPart[] = [];
  for (const [at, line] of lines.entries()) {
    const before = old[at] ?? '';
    if (before === line) pushSame(parts);
    else if (isOfTheSame(before, line)) parts.push(changed(before, line));
    else return undefined;
  }
  return parts;
}

function withNewLines(old: readonly string[], lines: readonly string[]): DeltaPart[] {
  const places = new Map<string, number[]>();
  for (const [at, line] of old.entries()) {
    const known = places.get(line);
    if (known === undefined) places.set(line, [at]);
    else known.push(at);
  }
  const lastPlace = new Map(lines.map((line, index) => [line, index]));
  const parts: DeltaPart[] = [];
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const same = old[at] === line ? at : places.get(line)?.find((place) => place >= at);
    if (same !== undefined) {
      if (same > at) parts.push(at - same);
      pushSame(parts);
      at = same + 1;
      continue;
    }
    const similar = old[at];
    // A line that the new text still has, unchanged, is not spent on one that only looks like it.
    const isKept = similar !== undefined && (lastPlace.get(similar) ?? -1) > index;
    if (similar === undefined || isKept || !alike(similar, line)) {
      parts.push(line);
      continue;
    }
    parts.push(changed(similar, line));
    at += 1;
  }
  return parts;
}

/** The text that `delta` makes of `before`; undefined when it does not fit, so that nothing wrong is shown. */
export function applyDelta(before: string, delta: readonly DeltaPart[]): string | undefined {
  const old = before.split('\n');
  const lines: string[] = [];
  let at = 0;
  for (const part of delta) {
    if (typeof part === 'string') {
      lines.push(part);
      continue;
    }
    if (typeof part === 'number') {
      const end = at + Math.abs(part);
      if (part === 0 || end > old.length) return undefined;
      if (part > 0) for (let line = at; line < end; line += 1) lines.push(old[line] ?? '');
      at = end;
      continue;
    }
    const [head, middle, tail] = part;
    const text = old[at];
    if (text === undefined || head < 0 || tail < 0 || head + tail > text.length) return undefined;
    lines.push(text.slice(0, head) + middle + text.slice(text.length - tail));
    at += 1;
  }
  return lines.join('\n');
}

function pushSame(parts: DeltaPart[]): void {
  const last = parts.at(-1);
  if (typeof last === 'number' && last > 0) parts[parts.length - 1] = last + 1;
  else parts.push(1);
}

/** The same kind of line: its first word, which says what the rest means. */
function alike(left: string, right: string): boolean {
  const word = left.slice(0, left.indexOf('\t') + 1);
  return word !== '' && right.startsWith(word);
}

/** The same kind of line about the same thing: its second field, as far as a comma, is a pid, a bus or a name. */
function isOfTheSame(left: string, right: string): boolean {
  const [about] = /^[^\t]*\t[^\t,]*[\t,]?/.exec(left) ?? [];
  return about !== undefined && right.startsWith(about);
}

function changed(before: string, next: string): DeltaPart {
  const most = Math.min(before.length, next.length);
  let head = 0;
  while (head < most && before[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  return [head, next.slice(head, next.length - tail), tail];
}
