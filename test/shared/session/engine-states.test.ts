// What a session remembers of an engine over its cycles: the level when awake, and what each sleep left.
import { expect, it } from 'vitest';
import { toMiB } from '../../../shared/base/units.ts';
import { engineStates, rememberStates } from '../../../shared/session/engine-states.ts';
import { EMPTY_SESSION, observe, type Session } from '../../../shared/session/session.ts';
import { snapshotOf } from '../../kit/frame-text.ts';

const node = (mib: number | string): string => `
gpu 3B:00.0 "H100" total 81559 reserved 479 used 80000
process server "python -m sglang.launch_server --port 30000" rss 1000
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${mib} rss 2000`;

/** Each step: what the engine holds, and what the user says of it (nothing: it is inferred). */
function lived(...steps: readonly (readonly [mib: number | string, told?: 'awake' | 'asleep'])[]): Session {
  return steps.reduce((before, [mib, told]) => {
    const session = observe(before, snapshotOf(node(mib)));
    return rememberStates(
      session,
      engineStates(session, () => told),
    );
  }, EMPTY_SESSION);
}

function remembered(session: Session): { awake: number | undefined; sleeps: (number | string)[] } {
  const [record] = session.engines.values();
  return {
    awake: record?.awake === undefined ? undefined : toMiB(record.awake.worst),
    sleeps: (record?.sleeps ?? []).map((each) => (each.known ? toMiB(each.value) : each.why.code)),
  };
}

it('keeps the level of the newest waking, and the last reading of each sleep that ended', () => {
  const session = lived([70_000, 'awake'], [5000], [4000], [71_000], [4100], [72_000]);
  expect(remembered(session)).toEqual({ awake: 72_000, sleeps: [4000, 4100] });
});

it('does not count a sleep that goes on', () => {
  expect(remembered(lived([70_000, 'awake'], [4000]))).toEqual({ awake: 70_000, sleeps: [] });
});

it('infers nothing from a release that freed nothing: the engine looks awake', () => {
  const session = lived([70_000, 'awake'], [70_000]);
  const [state] = engineStates(session, () => undefined).values();
  expect(state).toMatchObject({ value: 'awake', source: 'inferred' });
});

it('takes no sleep for the level of an engine of which the user said for a whole watch that it is awake', () => {
  const always = lived([70_000, 'awake'], [5000, 'awake'], [40_000, 'awake']);
  expect(remembered(always)).toEqual({ awake: 70_000, sleeps: [] });
  expect(remembered(lived([70_000, 'awake'], [5000, 'awake'], [71_000, 'awake'])).awake).toBe(71_000);
});

it('takes no lower bound for a level', () => {
  expect(remembered(lived(['[N/A]', 'awake']))).toEqual({ awake: undefined, sleeps: [] });
});

it('keeps an unknown sleep as unknown', () => {
  const session = lived([70_000, 'awake'], ['[N/A]', 'asleep'], [70_000, 'awake']);
  expect(remembered(session)).toEqual({ awake: 70_000, sleeps: ['partial-row'] });
});
