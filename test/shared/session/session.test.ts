// The fold over samples: what is remembered of a pid, as long as nobody else has it.
import { expect, it } from 'vitest';
import { EMPTY_SESSION, gonePids, knownRoots, observe, type Session } from '../../../shared/session/session.ts';
import { snapshotOf } from '../../kit/frame-text.ts';
import { ASLEEP_CLEAN, GONE_ROWS, MILES_SPAWN_STUB, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';

const H100 = 'gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9';
const after = (...samples: readonly string[]): Session =>
  samples.reduce((session, text) => observe(session, snapshotOf(text)), EMPTY_SESSION);

it('knows nothing before the first sample', () => {
  expect(EMPTY_SESSION).toEqual({ latest: undefined, formerOwners: new Map(), engines: new Map(), problems: [] });
  expect(knownRoots(EMPTY_SESSION)).toEqual([]);
  expect(gonePids(EMPTY_SESSION)).toEqual([]);
});

it('does not change the session that it is given', () => {
  const before = after(ASLEEP_CLEAN);
  const copy = structuredClone(before.formerOwners);
  observe(before, snapshotOf(TWO_ENGINES_ONE_LEAKS));
  expect(before.formerOwners).toEqual(copy);
});

it('folds the same samples to the same session', () => {
  const samples = [ASLEEP_CLEAN, GONE_ROWS, ASLEEP_CLEAN];
  expect(JSON.stringify(after(...samples))).toBe(JSON.stringify(after(...samples)));
});

it('asks for the roots that it knows, also of a spawn stub', () => {
  expect(knownRoots(after(TWO_ENGINES_ONE_LEAKS))).toEqual([4001, 4022]);
  expect(knownRoots(after(MILES_SPAWN_STUB))).toEqual([4022]);
});

it('names the pids that the driver lists and that do not exist', () => {
  expect(gonePids(after(GONE_ROWS))).toEqual([4022]);
  expect(gonePids(after(ASLEEP_CLEAN))).toEqual([]);
});

const engine = (child: string): string => `${H100}\nprocess server "sglang serve --port 30000" pid 4001\n${child}`;
const CHILD = '  process tp0 "sglang::scheduler_TP0" pid 4008';

it('remembers whose tree a pid was in, after it ended', () => {
  const owners = after(engine(CHILD), engine('')).formerOwners;
  expect(owners.get(4008)).toMatch(/^4001@/);
});

it('forgets it as soon as somebody else has the pid, and says so', () => {
  const stranger = `${engine('')}process stranger "python job.py" pid 4008 start 900000 on 3B:00.0 100`;
  const session = after(engine(CHILD), stranger);
  expect(session.formerOwners.has(4008)).toBe(false);
  expect(session.problems).toEqual([
    {
      code: 'pid-reused',
      where: 'pid 4008',
      text: 'it is another process now (started at tick 900000, before 672)',
    },
  ]);
});

it('does not mistake a second engine with the same root pid for the first', () => {
  const again = engine('').replace('pid 4001', 'pid 4001 start 900000');
  const owner = after(engine(CHILD), again).formerOwners.get(4008);
  expect(owner).toMatch(/^4001@/);
  expect(owner).not.toBe('4001@900000');
});
