// Which engine of one moment is which of another: pids change from run to run, roles do not.
import type { Engine } from '../engines/detect.ts';
import { engineKey } from './session.ts';

/** How two engines were recognised as the same, for the reader to see. */
export type MatchBasis = 'same process' | 'same port' | 'same title' | 'only one of its kind';

export interface EngineMatch {
  readonly a: Engine | undefined;
  readonly b: Engine | undefined;
  /** undefined where one of them has no counterpart. */
  readonly basis: MatchBasis | undefined;
}

/** The engines of one moment, and which boot of which machine they ran in. */
export interface EnginesOfBoot {
  readonly bootId: string | undefined;
  readonly engines: readonly Engine[];
}

type Sign = (engine: Engine, bootId: string | undefined) => string | undefined;

const SIGNS: readonly (readonly [MatchBasis, Sign])[] = [
  // Pid and start say nothing across boots, and a boot that is not known could be any.
  ['same process', (engine, boot) => (boot === undefined ? undefined : `${boot} ${engineKey(engine)} ${engine.title}`)],
  ['same port', ({ kind, ports }) => (ports.length === 0 ? undefined : `${kind} ${inOrder(ports).join(' ')}`)],
  ['same title', ({ kind, title }) => `${kind} ${title}`],
  ['only one of its kind', ({ kind }) => kind],
];

/**
 * Pairs, the surest sign first; then those that are only in A, then those only in B. A sign that several engines of a
 * moment share pairs nobody: which of them is meant would be a guess.
 */
export function matchEngines(before: EnginesOfBoot, after: EnginesOfBoot): EngineMatch[] {
  const pairs: EngineMatch[] = [];
  let left = [...before.engines];
  let right = [...after.engines];
  for (const [basis, sign] of SIGNS) {
    const ofRight = bySign(right, (each) => sign(each, after.bootId));
    for (const [text, [a, ...others]] of bySign(left, (each) => sign(each, before.bootId))) {
      const [b, ...more] = ofRight.get(text) ?? [];
      if (a !== undefined && b !== undefined && others.length + more.length === 0) pairs.push({ a, b, basis });
    }
    left = left.filter((each) => !pairs.some(({ a }) => a === each));
    right = right.filter((each) => !pairs.some(({ b }) => b === each));
  }
  const place = ({ a }: EngineMatch): number => before.engines.findIndex((each) => each === a);
  const matched = pairs.toSorted((one, other) => place(one) - place(other));
  return [
    ...matched,
    ...left.map((a) => ({ a, b: undefined, basis: undefined })),
    ...right.map((b) => ({ a: undefined, b, basis: undefined })),
  ];
}

function inOrder(ports: readonly number[]): number[] {
  return ports.toSorted((one, other) => one - other);
}

function bySign(engines: readonly Engine[], sign: (engine: Engine) => string | undefined): Map<string, Engine[]> {
  const groups = new Map<string, Engine[]>();
  for (const engine of engines) {
    const text = sign(engine);
    if (text !== undefined) groups.set(text, [...(groups.get(text) ?? []), engine]);
  }
  return groups;
}
