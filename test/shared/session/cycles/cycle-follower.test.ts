// Cycles and marks of a history that grows are at every look those of a walk over all of it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Observation } from '../../../../shared/model/observation.ts';
import { CycleFollower, cyclesOf } from '../../../../shared/session/cycles/cycle-follower.ts';
import type { EngineCycles } from '../../../../shared/session/cycles/cycle-table.ts';
import { CHUNK, type History } from '../../../../shared/session/history/history.ts';
import { EMPTY_NODE_SESSION, foldObservation, type NodeSession } from '../../../../shared/session/node-session.ts';
import { said } from '../../../kit/said.ts';
import { FIRST_LOOK_MS, look } from '../../../kit/observed.ts';
import { plainEngineCycles } from '../../../kit/plain-engine-cycles.ts';

/** Two engines that hold what chance says; the second may end, and start again under another pid. */
function nodeText(first: number, second: number | undefined, life: number): string {
  return [
    'gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 70000',
    'gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 70000',
    'process server "/usr/bin/python3 /usr/local/bin/vllm serve Qwen/Qwen2.5-0.5B-Instruct --port 8000" comm "vllm" pid 4001',
    `  process tp0 "VLLM::Worker_TP0" pid 4008 on 3B:00.0 ${first}`,
    ...(first > 20_000 ? [`  process tp1 "VLLM::Worker_TP1" pid 4015 on 41:00.0 ${first - 500}`] : []),
    ...(second === undefined
      ? []
      : [
          `process other "python -m sglang.launch_server --port 30010" pid ${6_001 + life * 100}`,
          `  process otp0 "sglang::scheduler_TP0" pid ${6_008 + life * 100} on 41:00.0 ${second}`,
        ]),
  ].join('\n');
}

const levels = fc.constantFrom('64000', '64016', '30000', '1741', '1800', '9000', '[N/A]', 'gone');
const stretches = fc.array(fc.tuple(levels, levels, fc.integer({ min: 1, max: 5 }), fc.nat(9)), {
  minLength: 1,
  maxLength: 14,
});

/** Looks of two seconds, between them what an engine answers, what the user says of one and takes back. */
const sessions: fc.Arbitrary<Observation[]> = stretches.map((all) => {
  const seen: Observation[] = [];
  let step = 0;
  for (const [first, second, looks, chance] of all) {
    for (let at = 0; at < looks; at += 1) {
      const life = Math.floor(step / 20);
      const text = nodeText(Number(first) || 64_000, second === 'gone' ? undefined : Number(second) || 1_000, life);
      const unread = second === '[N/A]' ? text.replace(/(on 41:00\.0) \d+/, '$1 [N/A]') : text;
      const atMs = FIRST_LOOK_MS + step * 2_000;
      seen.push(...look(unread, { step: 0, atMs }));
      // An answer that comes after its look changes what is said of that look.
      if (chance < 2 && at === 0) {
        seen.push(said(text, 4001, '/is_sleeping', { is_sleeping: chance === 0 }, { kind: 'vllm', atMs: atMs + 900 }));
      }
      if (chance === 4 && at === 0) seen.push(told(seen, atMs + 950, 'asleep'));
      if (chance === 5 && at === 0) seen.push(told(seen, atMs + 950, null));
      step += 1;
    }
  }
  return seen;
});

function told(seen: readonly Observation[], atMs: number, state: 'asleep' | null): Observation {
  const { history } = seen.reduce(foldObservation, EMPTY_NODE_SESSION);
  const root = [...history.seen.values()][0]?.engine.root;
  return { kind: 'told', node: 'n1', atMs, rootPid: root?.pid ?? 0, rootStartTicks: root?.startTicks ?? 0, state };
}

/** Every number of it, and no list of looks. */
function plain(engines: readonly EngineCycles[]): unknown {
  const numbers = ({ bus, cycles, drift }: EngineCycles['worst']) => ({ bus, cycles, drift });
  return engines.map(({ engine, worst, buses }) => ({
    runs: engine.runs.map(({ key, rootPid, basis, firstMs, lastMs, count, unmeasured }) => ({
      key,
      rootPid,
      basis,
      firstMs,
      lastMs,
      count,
      unmeasured: [...unmeasured],
    })),
    buses: engine.buses,
    worst: numbers(worst),
    all: buses.map(numbers),
  }));
}

const wholly = (history: History): unknown => plain(plainEngineCycles(history));

it('are those of the whole computation after every observation, however seldom they are asked for', () => {
  fc.assert(
    fc.property(sessions, fc.integer({ min: 1, max: 9 }), (seen, every) => {
      let session: NodeSession = EMPTY_NODE_SESSION;
      let follower = new CycleFollower();
      for (const [at, each] of seen.entries()) {
        session = foldObservation(session, each);
        if (at % every !== 0) continue;
        const { history } = session;
        if (!follower.follows(history)) follower = new CycleFollower();
        expect(plain(follower.cycles(history))).toEqual(wholly(history));
        expect(plain(cyclesOf(history))).toEqual(wholly(history));
      }
    }),
    { seed: 20260131, numRuns: 25 },
  );
});

/** An engine that sleeps and wakes every sixteen looks. */
function cycling(count: number): NodeSession[] {
  let session: NodeSession = EMPTY_NODE_SESSION;
  return Array.from({ length: count }, (_, at) => {
    const seen = look(nodeText(at % 16 < 8 ? 64_000 : 1_741, undefined, 0), {
      step: 0,
      atMs: FIRST_LOOK_MS + at * 2_000,
    });
    session = seen.reduce(foldObservation, session);
    return session;
  });
}

it('are asked of an older history, and of one that was let go of in part, as of any', () => {
  const sessions_ = cycling(3 * CHUNK + 9);
  const newest = sessions_.at(-1)?.history;
  const older = sessions_[2 * CHUNK]?.history;
  if (newest === undefined || older === undefined) throw new Error('there are no looks');
  expect(plain(cyclesOf(newest))).toEqual(wholly(newest));
  expect(plain(cyclesOf(older))).toEqual(wholly(older));
  expect(cyclesOf(newest)).toBe(cyclesOf(newest));
  // What was found in looks that are not kept any more stays, and keeps its number.
  const shorter = { ...newest, full: newest.full.slice(1), gone: CHUNK };
  expect(cyclesOf(shorter)[0]?.worst.cycles.length).toBe(cyclesOf(newest)[0]?.worst.cycles.length);
  expect(plainEngineCycles(shorter)[0]?.worst.cycles.length).toBeLessThan(20);
});

it('count the looks before an engine came to a GPU as looks at which it held nothing there', () => {
  const levels_ = [1_741, 1_741, 1_741, 64_000, 64_000, 1_741, 1_741, 1_741];
  const seen = levels_.flatMap((level, at) =>
    look(nodeText(level, undefined, 0), { step: 0, atMs: FIRST_LOOK_MS + at * 2_000 }),
  );
  const { history } = seen.reduce(foldObservation, EMPTY_NODE_SESSION);
  expect(cyclesOf(history)[0]?.buses.map(({ bus }) => bus)).toEqual(['00000000:3B:00.0', '00000000:41:00.0']);
  expect(plain(cyclesOf(history))).toEqual(wholly(history));
});
