// What a slow or hidden reader gets: the newest look with the facts of those passed over, and of the rest what matters.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountingSeen, FrameSeen, LinkSeen, Observation, StepSeen } from '../../../shared/model/observation.ts';
import { Backlog } from '../../../shared/session/backlog.ts';
import { folded, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN, ORPHAN_BESIDE_SLEEPING } from '../../kit/scenarios.ts';

const NO_DRIVER = 'node gpu-01\nsmi missing\nprocess server "python -m sglang.launch_server --port 30000"\n';

const link = (state: LinkSeen['state'], atMs = 0): LinkSeen => ({
  kind: 'link',
  node: 'n1',
  atMs,
  state,
  text: '',
  code: null,
  retryMs: null,
});
const step = (name: StepSeen['step'], text: string): StepSeen => ({
  kind: 'step',
  node: 'n1',
  atMs: 0,
  step: name,
  state: 'ok',
  durationMs: 1,
  text,
  next: '',
});
const answer = (rootPid: number, receivedMs: number, fails = false): AccountingSeen =>
  ({
    kind: 'accounting',
    node: 'n1',
    atMs: receivedMs,
    answer: {
      rootPid,
      rootStartTicks: 100,
      endpoint: null,
      seen: fails
        ? { kind: 'failure', path: '/server_info', status: null, receivedMs, why: { code: 'not-asked', where: '' } }
        : { kind: 'answer', path: '/server_info', status: 200, receivedMs, fields: {}, refused: [] },
    },
  }) as AccountingSeen;
const mark = (text: string): Observation => ({ kind: 'mark', node: 'n1', atMs: 0, text, source: 'hand' });
const told = (rootPid: number, state: 'awake' | 'asleep' | null): Observation => ({
  kind: 'told',
  node: 'n1',
  atMs: 0,
  rootPid,
  rootStartTicks: 100,
  state,
});

function takeAll(backlog: Backlog): Observation[] {
  const taken: Observation[] = [];
  for (let next = backlog.take(); next !== undefined; next = backlog.take()) taken.push(next);
  return taken;
}

function backlogOf(...observations: readonly Observation[]): Backlog {
  const backlog = new Backlog();
  for (const each of observations) backlog.add(each);
  return backlog;
}

const framesOf = (observations: readonly Observation[]): FrameSeen[] =>
  observations.filter((each): each is FrameSeen => each.kind === 'frame');

/** A connection as the probe speaks it: each fact once, and again when the frame before did not show the process. */
class Speaker {
  #fresh = true;
  #shown = new Set<string>();
  #node = new Set<string>();

  look(text: string, stepNumber: number): FrameSeen[] {
    const frames = look(text, { step: stepNumber }).map((frame): FrameSeen => {
      const lines = frame.text.trimEnd().split('\n');
      const shown = new Set(lines.filter((line) => line.startsWith('proc\t')).map(processOf));
      const kept = lines.filter((line) => {
        if (line.startsWith('node\t')) return !this.#node.has(line);
        return !line.startsWith('fact\t') || !this.#shown.has(processOf(line));
      });
      for (const line of lines) if (line.startsWith('node\t')) this.#node.add(line);
      if (shown.size > 0) this.#shown = shown;
      const end = (kept.at(-1) ?? '').split('\t');
      end[3] = String(kept.length - 2);
      const seen = { ...frame, text: [...kept.slice(0, -1), end.join('\t'), ''].join('\n'), fresh: this.#fresh };
      this.#fresh = false;
      return seen;
    });
    return text === NO_DRIVER ? frames.slice(0, 1) : frames;
  }

  connectAgain(): void {
    this.#fresh = true;
    this.#shown = new Set();
    this.#node = new Set();
  }
}

function processOf(line: string): string {
  return line.split('\t').slice(1, 3).join(' ');
}

describe('a reader that keeps up', () => {
  it('gets everything as it was', () => {
    const all = [
      link('connecting'),
      step('tcp', 'a'),
      ...look(ASLEEP_CLEAN),
      answer(1, 1),
      mark('x'),
      told(1, 'awake'),
    ];
    const backlog = new Backlog();
    expect(all.map((each) => (backlog.add(each), backlog.take()))).toEqual(all);
    expect(backlog.isEmpty).toBe(true);
  });
});

describe('a reader that is slow', () => {
  it('gets the newest whole look, and how many frames were passed over', () => {
    const looks = [0, 1, 2, 3].map((at) => look(ASLEEP_CLEAN, { step: at }));
    const taken = framesOf(takeAll(backlogOf(...looks.flat())));
    expect(taken.map(({ text }) => text)).toEqual(looks[3]?.map(({ text }) => text));
    expect(taken.map(({ skipped }) => skipped)).toEqual([6, 0]);
  });

  it('gets the look before while the newest is not closed yet', () => {
    const [one, two] = [look(ASLEEP_CLEAN), look(ASLEEP_CLEAN, { step: 1 })];
    const taken = framesOf(takeAll(backlogOf(...one, ...two.slice(0, 1))));
    expect(taken.map(({ skipped }) => skipped)).toEqual([0, 0, 0]);
    expect(folded(...taken).moment?.sample.atMs).toBe(one[0]?.atMs);
  });

  it('gets the closing reading of a sample that it has, before the newest look', () => {
    const [one, two, three] = [0, 1, 2].map((at) => look(ASLEEP_CLEAN, { step: at })) as [
      FrameSeen[],
      FrameSeen[],
      FrameSeen[],
    ];
    const backlog = backlogOf(...one.slice(0, 1));
    backlog.take();
    for (const frame of [...one.slice(1), ...two, ...three]) backlog.add(frame);
    const taken = framesOf(takeAll(backlog));
    expect(taken.map(({ atMs }) => atMs)).toEqual([one[1], ...three].map((frame) => frame?.atMs));
    expect(taken.map(({ skipped }) => skipped)).toEqual([0, 2, 0]);
  });

  it('gets facts that only a passed frame had, and none of a connection that is gone', () => {
    const speaker = new Speaker();
    const [first, second] = [speaker.look(ASLEEP_CLEAN, 0), speaker.look(ASLEEP_CLEAN, 1)];
    const [sample] = framesOf(takeAll(backlogOf(...first, ...second)));
    expect(sample?.carried.filter((line) => line.startsWith('fact\t'))).toHaveLength(4);
    expect(sample?.fresh).toBe(true);
    speaker.connectAgain();
    const [again] = framesOf(takeAll(backlogOf(...first, ...second, ...speaker.look(ASLEEP_CLEAN, 2))));
    expect([again?.carried, again?.fresh, again?.skipped]).toEqual([[], true, 4]);
  });

  it('gets of each step, link, answer and statement the newest, and every mark', () => {
    const taken = takeAll(
      backlogOf(
        link('connecting', 1),
        step('tcp', 'old'),
        link('lost', 2),
        link('connecting', 3),
        step('tcp', 'running'),
        step('tcp', 'done'),
        step('login', 'done'),
        link('connected', 4),
        mark('one'),
        answer(1, 1),
        answer(2, 1),
        answer(1, 2, true),
        answer(1, 3),
        told(1, 'awake'),
        told(2, 'asleep'),
        told(1, null),
        mark('two'),
        link('lost', 5),
      ),
    );
    expect(taken).toEqual([
      link('connecting', 3),
      step('tcp', 'done'),
      step('login', 'done'),
      mark('one'),
      answer(2, 1),
      answer(1, 2, true),
      answer(1, 3),
      told(2, 'asleep'),
      told(1, null),
      mark('two'),
      link('lost', 5),
    ]);
  });

  it('holds little, however long it was away', () => {
    const speaker = new Speaker();
    const backlog = new Backlog();
    for (let at = 0; at < 500; at += 1) {
      for (const frame of speaker.look(at % 2 === 0 ? ASLEEP_CLEAN : ORPHAN_BESIDE_SLEEPING, at)) backlog.add(frame);
      backlog.add(step('tcp', String(at)));
      backlog.add(link('lost', at));
      backlog.add(answer(at % 4, at));
    }
    const taken = takeAll(backlog);
    expect(taken).toHaveLength(2 + 1 + 1 + 4);
    const [sample] = framesOf(taken);
    expect(sample?.skipped).toBe(998);
    // Four processes and the node's own lines: what the newest frame needs, and nothing of 499 others.
    expect(sample?.carried.length).toBeLessThan(20);
  });
});

describe('a reader that takes whenever it likes', () => {
  const scenario = fc.constantFrom(ASLEEP_CLEAN, ORPHAN_BESIDE_SLEEPING, NO_DRIVER);
  const event = fc.oneof(
    { weight: 6, arbitrary: fc.record({ what: fc.constant('look' as const), text: scenario }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('reconnect' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constant('other' as const),
        seen: fc.constantFrom<Observation>(
          link('lost'),
          step('tcp', 'a'),
          step('login', 'b'),
          answer(4001, 5),
          mark('x'),
          told(4001, 'awake'),
          told(4001, null),
        ),
      }),
    },
    { weight: 4, arbitrary: fc.record({ what: fc.constant('take' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  );

  it('ends with the moment of one who saw everything, and no frame is unaccounted for', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), (events) => {
        const speaker = new Speaker();
        const backlog = new Backlog();
        const all: Observation[] = [];
        const given: Observation[] = [];
        const see = (seen: Observation): void => {
          all.push(seen);
          backlog.add(seen);
        };
        events.forEach((each, at) => {
          if (each.what === 'look') speaker.look(each.text, at).forEach(see);
          if (each.what === 'other') see(each.seen);
          if (each.what === 'take')
            for (let n = 0; n < each.count; n += 1) given.push(...[backlog.take()].filter((x) => x !== undefined));
          if (each.what === 'reconnect') {
            speaker.connectAgain();
            see(link('connecting'));
          }
        });
        given.push(...takeAll(backlog));
        const [everything, newest] = [folded(...all), folded(...given)];
        expect(newest.moment?.sample.atMs).toBe(everything.moment?.sample.atMs);
        expect(newest.moment?.closing?.atMs).toBe(everything.moment?.closing?.atMs);
        expect(newest.moment?.sighting.snapshot).toEqual(everything.moment?.sighting.snapshot);
        expect([newest.link, newest.steps, newest.told, newest.marks]).toEqual([
          everything.link,
          everything.steps,
          everything.told,
          everything.marks,
        ]);
        expect(framesOf(given).length + newest.skipped).toBe(framesOf(all).length);
      }),
      { numRuns: 200 },
    );
  });
});
