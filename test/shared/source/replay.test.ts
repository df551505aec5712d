// A replay shows at any moment exactly what a page had that looked on, in whatever order the moments are asked for.
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../shared/model/observation.ts';
import { WHOLE_EVERY } from '../../../shared/recording/encoder.ts';
import { pointsOf } from '../../kit/points-of.ts';
import {
  EMPTY_NODE_SESSION,
  EMPTY_RECORDED_SESSION,
  foldObservation,
  type NodeSession,
} from '../../../shared/session/node-session.ts';
import { RecordedLines } from '../../../shared/source/recorded-lines.ts';
import { Replay } from '../../../shared/source/replay.ts';
import { FIRST_LOOK_MS, look } from '../../kit/observed.ts';
import { recorded, type RecordedOptions } from '../../kit/recorded.ts';
import { ASLEEP_CLEAN, MILES_SPAWN_STUB, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';

function replayOf(observations: readonly Observation[], options: RecordedOptions = {}): Replay {
  return replayOfText(recorded(observations, options));
}

function replayOfText(text: string): Replay {
  const lines = new RecordedLines();
  lines.push(text);
  lines.end();
  return new Replay(lines);
}

const never = (): boolean => false;
const TEXTS = [ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS, MILES_SPAWN_STUB];

/** Looks at a node that changes now and then, with answers, marks and a lost link between them. */
function run(count: number, node = 'n1'): Observation[] {
  return Array.from({ length: count }, (_, step): Observation[] => {
    const text = TEXTS[Math.floor(step / 40) % TEXTS.length] ?? ASLEEP_CLEAN;
    const atMs = FIRST_LOOK_MS + step * 2_000;
    const seen: Observation[] = look(text, { step, node });
    if (step % 7 === 3) seen.push(answerAt(atMs + 300, node));
    if (step % 11 === 5) seen.push({ kind: 'mark', node, atMs: atMs + 500, text: `step ${step}`, source: 'script' });
    if (step % 40 === 39) {
      seen.push({ kind: 'link', node, atMs: atMs + 600, state: 'lost', text: 'Lost.', code: 'lost', retryMs: 250 });
      seen.push({ kind: 'link', node, atMs: atMs + 900, state: 'connected', text: '', code: null, retryMs: null });
    }
    if (step === 20)
      seen.push({ kind: 'told', node, atMs: atMs + 700, rootPid: 4001, rootStartTicks: 671, state: 'asleep' });
    return seen;
  }).flat();
}

function answerAt(atMs: number, node: string): Observation {
  const fields = { version: '0.5', internal_states: [{ memory_usage: { weight: 1.25, graph: null } }] };
  const seen = { kind: 'answer', path: '/server_info', status: 200, receivedMs: atMs, fields, refused: [] } as const;
  const endpoint = { host: '10.0.0.7', port: 30_000 };
  return { kind: 'accounting', node, atMs, answer: { rootPid: 4001, rootStartTicks: 671, endpoint, seen } };
}

/** What a page had at `atMs`. */
function fromTheStart(observations: readonly Observation[], atMs: number): NodeSession {
  return observations.filter((seen) => seen.atMs <= atMs).reduce(foldObservation, EMPTY_NODE_SESSION);
}

/** What a page had after each of them. */
function everyMoment(observations: readonly Observation[]): Map<number, NodeSession> {
  const moments = new Map<number, NodeSession>();
  let session = EMPTY_NODE_SESSION;
  for (const seen of observations) moments.set(seen.atMs, (session = foldObservation(session, seen)));
  return moments;
}

/** Trees hold functions, which are never equal; frames that were read are kept for speed alone; the newest point of a history stands for all before it. */
function plain(session: NodeSession = EMPTY_NODE_SESSION): unknown {
  const whole = (key: string, value: unknown): unknown => {
    if (key === 'tree' || key === 'read') return undefined;
    if (key === 'history')
      return { points: pointsOf(session.history).length, newest: pointsOf(session.history).at(-1) };
    return value instanceof Map ? [...value.entries()] : value instanceof Set ? [...value.values()] : value;
  };
  return JSON.parse(JSON.stringify(session, whole));
}

describe('one node', () => {
  const observations = run(200);
  const replay = replayOf(observations);
  replay.step(never);
  const node = replay.node('n1');

  it('is at every moment what folding from the start gives, in any order', () => {
    const moments = [...everyMoment(observations)];
    const back = moments.filter((_, at) => at % 19 === 0).toReversed();
    const forth = moments.filter((_, at) => at % 29 === 5);
    for (const [atMs, session] of [...back, ...forth]) expect(plain(node?.at(atMs))).toEqual(plain(session));
  });

  it('is nothing before its first line, and its newest after its last', () => {
    expect(node?.at(FIRST_LOOK_MS - 1_000)).toBe(EMPTY_RECORDED_SESSION);
    expect(node?.at(Number.MAX_SAFE_INTEGER)).toBe(node?.newest);
    expect(plain(node?.newest)).toEqual(plain(fromTheStart(observations, Number.MAX_SAFE_INTEGER)));
  });

  it('lists its looks, each until the next begins', () => {
    expect(node?.looks.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 200 }, (_, at) => FIRST_LOOK_MS + at * 2_000 + 70),
    );
    const untilMs = (at: number): number => (node?.looks[at]?.untilMs ?? 0) - FIRST_LOOK_MS - at * 2_000;
    expect([untilMs(0), untilMs(3), untilMs(5), untilMs(20), untilMs(39)]).toEqual([70, 300, 500, 700, 900]);
    for (const { untilMs: until, atMs } of node?.looks.filter((_, at) => at % 7 === 4) ?? [])
      expect(node?.at(until)?.moment?.atMs).toBe(atMs);
  });
});

describe('folding in steps', () => {
  const observations = run(60);

  it('shows the first look after a few lines, and what is folded while more is not', () => {
    const replay = replayOf(observations);
    const node = replay.node('n1');
    expect(node?.at(FIRST_LOOK_MS + 70)).toBeUndefined();
    expect(node?.step(2)).toBe(true);
    expect(node?.at(FIRST_LOOK_MS + 70)?.moment?.atMs).toBe(FIRST_LOOK_MS + 70);
    expect(node?.at(FIRST_LOOK_MS + 2_070)).toBeUndefined();
    expect(node?.foldedMs).toBe(FIRST_LOOK_MS + 70);
    node?.step(10_000);
    expect([node?.isDone, replay.share()]).toEqual([true, 1]);
  });

  it('goes on while the file is still being read', () => {
    const text = recorded(observations);
    const lines = new RecordedLines();
    const middle = Math.floor(text.length / 2);
    lines.push(text.slice(0, middle));
    const replay = new Replay(lines);
    replay.step(never);
    const half = replay.node('n1')?.looks.length ?? 0;
    expect(half).toBeGreaterThan(5);
    lines.push(text.slice(middle));
    lines.end();
    replay.grown();
    expect(replay.isDone).toBe(false);
    replay.step(never);
    expect(plain(replay.node('n1')?.newest)).toEqual(plain(fromTheStart(observations, Number.MAX_SAFE_INTEGER)));
  });

  it('begins with the node that is shown, and stops when it is told to', () => {
    const replay = replayOf([...run(100), ...run(100, 'n2')]);
    const asked = { count: 0 };
    expect(replay.step(() => (asked.count += 1) > 2, 'n2')).toBe(true);
    expect(replay.nodes.map(({ progress }) => progress.folded)).toEqual([0, 8]);
    expect(replay.step(never, 'n2')).toBe(false);
    expect(replay.isDone).toBe(true);
  });

  it('folds nodes ahead as far as memory allows, and any node that somebody asked for', () => {
    const lines = new RecordedLines();
    lines.push(recorded([...run(30), ...run(30, 'n2'), ...run(30, 'n3')]));
    lines.end();
    const replay = new Replay(lines, 0);
    expect(replay.step(never, 'n1')).toBe(false);
    expect(replay.nodes.map(({ isDone }) => isDone)).toEqual([true, false, false]);
    replay.need('n3');
    expect(replay.step(never, 'n1')).toBe(false);
    expect(replay.nodes.map(({ isDone }) => isDone)).toEqual([true, false, true]);
  });
});

describe('several nodes', () => {
  const first = run(50);
  const second = run(50, 'n2').map((seen) => ({ ...seen, atMs: seen.atMs + 400 }));
  const both = [...first, ...second].toSorted((one, other) => one.atMs - other.atMs);
  const replay = replayOf(both);
  replay.step(never);

  const withMarksOf = (own: readonly Observation[], other: readonly Observation[]): Observation[] =>
    [...own, ...other.filter(({ kind }) => kind === 'mark')].toSorted((one, next) => one.atMs - next.atMs);

  it('are each what they are alone, at one time, with the marks of all of them', () => {
    for (const atMs of [FIRST_LOOK_MS + 200, FIRST_LOOK_MS + 41_000, FIRST_LOOK_MS + 90_300]) {
      expect(plain(replay.node('n1')?.at(atMs))).toEqual(plain(fromTheStart(withMarksOf(first, second), atMs)));
      expect(plain(replay.node('n2')?.at(atMs))).toEqual(plain(fromTheStart(withMarksOf(second, first), atMs)));
    }
    expect(replay.node('n2')?.newest.marks.map(({ node }) => node)).toContain('n1');
  });
});

describe('a file that is not whole', () => {
  const observations = run(WHOLE_EVERY + 10);
  const lines = recorded(observations).split('\n');

  it('is replayed as far as it goes, wherever it was cut', () => {
    const text = lines.join('\n');
    for (const share of [0.02, 0.31, 0.77]) {
      const replay = replayOfText(text.slice(0, Math.floor(text.length * share)));
      replay.step(never);
      const node = replay.node('n1');
      const count = node?.progress.lines ?? 0;
      expect(plain(node?.newest)).toEqual(
        plain(observations.slice(0, count).reduce(foldObservation, EMPTY_NODE_SESSION)),
      );
    }
  });

  it('misses the looks that build on a damaged line, says so once, and goes on with the next whole frame', () => {
    const damaged = lines.findIndex((line, at) => at > 10 && line.startsWith('{"kind":"frame+"'));
    const line = (lines[damaged] ?? '').replace(/\}$/, ',"delta":[99999]}');
    const replay = replayOfText(lines.with(damaged, line).join('\n'));
    replay.step(never);
    const { problems } = replay.lines;
    expect(problems.lines[0]).toEqual({
      line: damaged + 1,
      text: 'the frame that it changes is missing or damaged; the next whole frame will be read',
    });
    const node = replay.node('n1');
    expect(node?.looks.at(-1)?.atMs).toBe(FIRST_LOOK_MS + (WHOLE_EVERY + 9) * 2_000 + 70);
    expect(node?.looks.length).toBeLessThan(WHOLE_EVERY + 10);
    const { count } = problems;
    // Going back finds the same lines again and does not count them twice.
    node?.at(FIRST_LOOK_MS + 60_000);
    expect(replay.lines.problems.count).toBe(count);
  });
});

it('says what may be asked of it, and that a demo is one', () => {
  const made = replayOf(run(1), { isDemo: true, story: ['One.', 'Two.'] });
  expect(made.capabilities).toEqual({
    isLive: false,
    isDemo: true,
    canSeek: true,
    canLook: false,
    canTell: true,
    canMark: false,
  });
});
