// A frame that repeats another is read as if it stood alone: the short way and the long way give the same, always.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orNull } from '../../../shared/base/known.ts';
import { fromKiB } from '../../../shared/base/units.ts';
import type { FrameSeen, Observation } from '../../../shared/model/observation.ts';
import { EMPTY_NODE_SESSION, foldObservation, type NodeSession } from '../../../shared/session/node-session.ts';
import type { Edit } from '../../kit/frame-text.ts';
import { look } from '../../kit/observed.ts';
import * as scenarios from '../../kit/scenarios.ts';

const TEXTS = Object.entries<string>(scenarios);
const { ASLEEP_CLEAN, MILES_SPAWN_STUB } = scenarios;

/** The folds after each observation, the short way and the long way. */
function bothWays(observations: readonly Observation[]): { short: unknown[]; long: unknown[] } {
  const ways = { short: EMPTY_NODE_SESSION, long: EMPTY_NODE_SESSION };
  const folds: { short: unknown[]; long: unknown[] } = { short: [], long: [] };
  for (const seen of observations) {
    ways.short = foldObservation(ways.short, seen);
    // Without the frame before it nothing can be used again, and nothing is the same object.
    ways.long = foldObservation({ ...ways.long, read: {} }, seen);
    folds.short.push(plain(ways.short));
    folds.long.push(plain(ways.long));
  }
  return folds;
}

/** Without what only remembers how it came about; a tree is its links. */
function plain({ read: _read, ...session }: NodeSession): unknown {
  return JSON.parse(
    JSON.stringify(session, (key, value: unknown) => {
      if (key === 'tree') return undefined;
      if (value instanceof Map) return [...value.entries()];
      if (value instanceof Set) return [...value.values()];
      return value === undefined ? 'undefined' : value;
    }),
  );
}

const looks = (text: string, count: number, edit?: Edit): FrameSeen[] =>
  Array.from({ length: count }, (_, step) => look(text, { step, ...(edit === undefined ? {} : { edit }) })).flat();

describe('the short way', () => {
  it.each(TEXTS)('gives what the long way gives: %s', (_name, text) => {
    const another = [2, 3].flatMap((step) => look(ASLEEP_CLEAN, { step }));
    for (const seen of [looks(text, 4), [...looks(text, 2), ...another]]) {
      const { short, long } = bothWays(seen);
      expect(short).toEqual(long);
    }
  });

  it('is taken on an idle node: what did not change is the same object', () => {
    const [first, second] = [looks(MILES_SPAWN_STUB, 2), looks(MILES_SPAWN_STUB, 3)].map((seen) =>
      seen.reduce<NodeSession>(foldObservation, EMPTY_NODE_SESSION),
    );
    const repeated = look(MILES_SPAWN_STUB, { step: 2 }).reduce<NodeSession>(
      foldObservation,
      first ?? EMPTY_NODE_SESSION,
    );
    const before = first?.moment?.session.latest;
    const after = repeated.moment?.session.latest;
    expect(after).not.toBe(before);
    expect([after?.tree === before?.tree, after?.held === before?.held]).toEqual([true, true]);
    expect(repeated.history.last[2]?.buses).toBe(repeated.history.last[1]?.buses);
    expect(repeated.history.last.map(({ nodeMs }) => nodeMs)).toEqual(second?.history.last.map(({ nodeMs }) => nodeMs));
  });

  it('says how much memory the node has left now', () => {
    const left =
      (kib: number): Edit =>
      (line) =>
        line.startsWith('node\tmemAvailableKiB') ? `node\tmemAvailableKiB\t${kib}` : undefined;
    const seen = [...look(ASLEEP_CLEAN, { edit: left(5_000) }), ...look(ASLEEP_CLEAN, { step: 1, edit: left(4_000) })];
    const session = seen.reduce<NodeSession>(foldObservation, EMPTY_NODE_SESSION);
    const memory = session.moment?.sighting.snapshot.node.memoryAvailable;
    expect(memory === undefined ? memory : orNull(memory)).toBe(fromKiB(4_000));
    const { short, long } = bothWays(seen);
    expect(short).toEqual(long);
  });

  it('is right about a process that began after the rows were read, and counts once they are read again', () => {
    // At the first look it is younger than the rows; at the second the same lines say that it holds them.
    const young: Edit = (line) => {
      const fields = line.split('\t');
      if (!['proc', 'fact'].includes(fields[0] ?? '') || fields[1] !== '4008') return undefined;
      return [fields[0], fields[1], '100000150', ...fields.slice(3)].join('\t');
    };
    const seen = looks(ASLEEP_CLEAN, 3, young);
    const alive = [2, 4, 6].map((count) => {
      const session = seen.slice(0, count).reduce<NodeSession>(foldObservation, EMPTY_NODE_SESSION);
      return session.moment?.sighting.held.map((each) => each.alive);
    });
    expect(alive).toEqual([['gone'], ['alive'], ['alive']]);
    const { short, long } = bothWays(seen);
    expect(short).toEqual(long);
  });
});

describe('whatever else changes', () => {
  /** Each makes one line of a frame another, drops it, or doubles it. */
  const CHANGES: readonly ((line: string) => string | readonly string[])[] = [
    (line) => line.replace(/\t(\d+)$/, (_all, digits: string) => `\t${Number(digits) + 7_000}`),
    (line) => line.replace(/\d/, '9'),
    (line) => line.replace(/\t\d+/, '\t'),
    (line) => `${line}\textra`,
    (line) => line.replace('done\t', 'stop\t'),
    (line) => line.replace(/^(done\t\w+\t)\d+/, '$19'),
    (line) => line.replace('sglang', 'vllm'),
    (line) => line.replace(/\t[A-Z]\t/, '\tZ\t'),
    () => [],
    (line) => [line, line],
    (line) => [line, 'skip\tsmi-timeout'],
    (line) => [line, 'gone\t4008\tgone'],
    () => 'garbage',
  ];
  const change = fc.tuple(fc.nat(40), fc.integer({ min: 0, max: CHANGES.length - 1 }), fc.constantFrom(0, 1, 2));

  it('the short way gives what the long way gives', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 4 }),
        fc.constantFrom(ASLEEP_CLEAN, MILES_SPAWN_STUB),
        (changes, text) => {
          const seen = [0, 1, 2].flatMap((step) => {
            const here = changes.filter(([, , at]) => at <= step);
            const counted = { at: -1 };
            const edit: Edit = (line) => {
              counted.at += 1;
              const found = here.find(([place]) => place === counted.at);
              return found === undefined ? undefined : CHANGES[found[1]]?.(line);
            };
            return look(text, { step, edit });
          });
          const { short, long } = bothWays(seen);
          expect(short).toEqual(long);
        },
      ),
      { numRuns: 25, seed: 20260131 },
    );
  });

  it('of several connections, with facts that were carried over frames that were passed over', () => {
    const [sample, closing] = look(MILES_SPAWN_STUB, { step: 3 });
    if (sample === undefined || closing === undefined) throw new Error('a look has two frames');
    const facts = sample.text.split('\n').filter((line) => line.startsWith('fact\t'));
    const { short, long } = bothWays([
      ...looks(MILES_SPAWN_STUB, 3),
      { ...sample, carried: facts.slice(0, 2), skipped: 2 },
      closing,
      ...look(MILES_SPAWN_STUB, { step: 4 }),
      ...look(MILES_SPAWN_STUB, { step: 5 }).map((seen) => ({ ...seen, fresh: true })),
      ...look(MILES_SPAWN_STUB, { step: 6 }),
    ]);
    expect(short).toEqual(long);
  });
});
