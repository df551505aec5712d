// Which moments of a recording are meant together: `FILE@#all`, `FILE@#2-5:woken`, `FILE@settled`.
export const REPEAT_GRAMMAR =
  '#all for every cycle (#* where the shell lets it through), #2-5 for some, with :awake, :settled or :woken behind it; awake, settled or woken alone is that of every cycle';

export type CyclePart = 'awake' | 'settled' | 'woken';

/** The word of a cycle that is meant, and other words for the same. */
const PARTS: Readonly<Record<string, CyclePart>> = {
  awake: 'awake',
  released: 'awake',
  settled: 'settled',
  asleep: 'settled',
  woken: 'woken',
};

/** undefined for a word that is none. */
export function cyclePart(word: string): CyclePart | undefined {
  return Object.hasOwn(PARTS, word) ? PARTS[word] : undefined;
}

export interface RepeatSpec {
  /** undefined: every one. */
  readonly cycles: { readonly first: number; readonly last: number } | undefined;
  readonly part: CyclePart;
}

/** undefined for the text of a single moment. */
export function repeatSpec(text: string): RepeatSpec | undefined {
  const alone = cyclePart(text);
  if (alone !== undefined) return { cycles: undefined, part: alone };
  const match = /^#(?:\*|all|(\d+)-(\d+))(?::(\w+))?$/.exec(text);
  if (match === null) return undefined;
  const [, first, last, word = 'settled'] = match;
  const part = cyclePart(word);
  if (part === undefined) return undefined;
  const cycles = first === undefined || last === undefined ? undefined : { first: Number(first), last: Number(last) };
  return { cycles, part };
}

/** The spec again, in its one written form: `#all:settled`, `#2-5:woken`. */
export function repeatText({ cycles, part }: RepeatSpec): string {
  return `#${cycles === undefined ? 'all' : `${cycles.first}-${cycles.last}`}:${part}`;
}
