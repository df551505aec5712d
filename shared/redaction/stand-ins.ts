// Stand-ins for names: the same name is the same stand-in within one file, and nothing of the name is in it.

export type NameKind =
  'node' | 'user' | 'address' | 'path' | 'model' | 'arg' | 'mark' | 'class' | 'group' | 'boot' | 'gpu' | 'comm';

export interface NamePair {
  readonly kind: NameKind;
  readonly name: string;
  /** As `of` writes it; in some places of a frame its number stands in the form that belongs there. */
  readonly standIn: string;
}

/** Numbered in the order in which names come, so that the same file gives the same stand-ins each time. */
export class StandIns {
  readonly #numbers = new Map<NameKind, Map<string, number>>();

  /** `node-1` */
  of(kind: NameKind, name: string): string {
    return `${kind}-${this.numberOf(kind, name)}`;
  }

  numberOf(kind: NameKind, name: string): number {
    const known = this.#numbers.get(kind) ?? new Map<string, number>();
    this.#numbers.set(kind, known);
    const number = known.get(name) ?? known.size + 1;
    known.set(name, number);
    return number;
  }

  /** Each name with its stand-in, in the order in which they came. */
  pairs(): NamePair[] {
    return [...this.#numbers].flatMap(([kind, names]) =>
      [...names].map(([name, number]) => ({ kind, name, standIn: `${kind}-${number}` })),
    );
  }

  /** How many names of each kind have a stand-in, for whoever wants to know what was changed. */
  counts(): ReadonlyMap<NameKind, number> {
    return new Map([...this.#numbers].map(([kind, names]) => [kind, names.size]));
  }
}
