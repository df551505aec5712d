// What would be remembered of engines had the user said nothing of them: so that a word can be taken back, with all that
// followed from it.
import type { ProcessKey } from '../model/ids.ts';
import type { EngineRecord } from './engine-record.ts';
import { engineStates, rememberStates } from './engine-states.ts';
import type { Session } from './session.ts';

/** The part of a record that rests on states; what the engine itself answered does not depend on anybody's word. */
export type Levels = Pick<EngineRecord, 'awake' | 'awakeHost' | 'sleep' | 'sleeps'>;

/** Of every engine of which something was said, before the states of a moment were remembered. */
export type UnsaidLevels = ReadonlyMap<ProcessKey, Levels>;

/** From before one moment to before the next: its states are remembered as if nothing had been said. */
export function unsaidAfter(unsaid: UnsaidLevels, before: Session): UnsaidLevels {
  if (unsaid.size === 0) return unsaid;
  const without = withLevels(before, unsaid);
  const { engines } = rememberStates(
    without,
    engineStates(without, () => undefined),
  );
  return levelsOf(engines, [...unsaid.keys()]);
}

/** The levels of these engines as the session has them; an engine that it does not know is left out. */
export function levelsOf(engines: Session['engines'], keys: readonly ProcessKey[]): UnsaidLevels {
  return new Map(
    keys.flatMap((key) => {
      const record = engines.get(key);
      if (record === undefined) return [];
      const { awake, awakeHost, sleep, sleeps } = record;
      return [[key, { awake, awakeHost, sleep, sleeps }] as const];
    }),
  );
}

/** The session with these levels in the records that it has; their answers stay. */
export function withLevels(session: Session, levels: UnsaidLevels): Session {
  const engines = new Map(session.engines);
  for (const [key, level] of levels) {
    const record = engines.get(key);
    if (record !== undefined) engines.set(key, { ...record, ...level });
  }
  return { ...session, engines };
}
