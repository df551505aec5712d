// Whoever comes late sees what those see who were there all the time: the same looks, told again in short.
import { describe, expect, it } from 'vitest';
import { KnownSoFar } from '../../../node/service/known-so-far.ts';
import { ownRows } from '../../../shared/gates/sighting.ts';
import { fromEngine } from '../../../shared/gates/subject.ts';
import type { AccountingSeen, FrameSeen, LinkSeen, Observation, ToldSeen } from '../../../shared/model/observation.ts';
import type { NodeSession } from '../../../shared/session/node-session.ts';
import { folded, look } from '../../kit/observed.ts';

const engines = (one: number | string, two: number | string, rest = ''): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
gpu 41:00.0 "H100" total 81559 reserved 479 used sum+9
process one "python -m sglang.launch_server --port 30000"
  process one-tp0 "sglang::scheduler_TP0" on 3B:00.0 ${one}
process two "python -m sglang.launch_server --port 30001"
  process two-tp0 "sglang::scheduler_TP0" on 41:00.0 ${two}
${rest}`;

/** As a real probe sends it: each fact once in a connection, then no more. */
function looks(...texts: readonly string[]): FrameSeen[] {
  return texts.flatMap((text, step) => {
    const isFact = (line: string): boolean => /^(?:fact|node)\t/.test(line);
    const edit = step === 0 ? undefined : (line: string) => (isFact(line) ? [] : undefined);
    const [sample, closing] = look(text, { step, ...(edit === undefined ? {} : { edit }) }) as [FrameSeen, FrameSeen];
    return [{ ...sample, fresh: step === 0 }, closing];
  });
}

const [first, second] = folded(...looks(engines(1, 1))).moment?.session.latest?.detection.engines ?? [];
const roots = { one: first?.root, two: second?.root };

const told = (who: keyof typeof roots, state: ToldSeen['state']): ToldSeen => ({
  kind: 'told',
  node: 'n1',
  atMs: 0,
  rootPid: roots[who]?.pid ?? 0,
  rootStartTicks: roots[who]?.startTicks ?? 0,
  state,
});

const answer = (who: keyof typeof roots, weight: number): AccountingSeen => ({
  kind: 'accounting',
  node: 'n1',
  atMs: 0,
  answer: {
    rootPid: roots[who]?.pid ?? 0,
    rootStartTicks: roots[who]?.startTicks ?? 0,
    endpoint: { host: '127.0.0.1', port: 30_000 },
    seen: {
      kind: 'answer',
      path: '/server_info',
      status: 200,
      receivedMs: weight,
      fields: { internal_states: [{ memory_usage: { weight, kvcache: 0, graph: 0, token_capacity: 1 } }] },
      refused: [],
    },
  },
});

const link = (state: LinkSeen['state']): LinkSeen => ({
  kind: 'link',
  node: 'n1',
  atMs: 0,
  state,
  text: '',
  code: null,
  retryMs: null,
});

/** Everything that a screen or a gate makes of a node, but how long it was watched. */
function shown(node: NodeSession): unknown {
  const { moment, link: newest, steps } = node;
  if (moment === undefined) return { newest, steps };
  const { latest, engines: records } = moment.session;
  const said = new Map([...node.told].toSorted(([one], [other]) => one.localeCompare(other)));
  const rows = latest?.detection.engines.map((engine) =>
    ownRows(fromEngine(engine, latest.tree), moment.sighting).map(({ pid, bus, used, alive }) => ({
      pid,
      bus,
      used,
      alive,
    })),
  );
  const { snapshot, closing } = moment.sighting;
  const { processes, usage, node: facts } = snapshot;
  return { newest, steps, said, states: moment.states, records, rows, processes, usage, facts, closing };
}

interface SeenBy {
  /** What is shown after each observation. */
  readonly early: readonly unknown[];
  readonly late: readonly unknown[];
  /** What somebody is told who comes at the end. */
  readonly short: readonly Observation[];
}

function seenBy(observations: readonly Observation[]): SeenBy {
  const known = new KnownSoFar();
  const early: unknown[] = [];
  const late: unknown[] = [];
  observations.forEach((each, at) => {
    known.add(each);
    late.push(shown(folded(...known.observations())));
    early.push(shown(folded(...observations.slice(0, at + 1))));
  });
  return { early, late, short: known.observations() };
}

/** Puts observations in after so many frames. */
function between(frames: readonly FrameSeen[], after: Readonly<Record<number, readonly Observation[]>>): Observation[] {
  return frames.flatMap((frame, at) => [...(at === 0 ? (after[0] ?? []) : []), frame, ...(after[at + 1] ?? [])]);
}

describe('a late observer', () => {
  it('sees the level of an engine that was awake before it slept, and what its sleeps left', () => {
    const texts = [70_000, 70_000, 2000, 2000, 2100, 71_000, 71_000, 1900].map((mib) => engines(mib, 500));
    const cycle = between(looks(...texts), {
      2: [told('one', 'awake')],
      5: [told('one', 'asleep')],
      10: [told('one', 'awake')],
      14: [told('one', 'asleep')],
    });
    const { early, late, short } = seenBy(cycle);
    expect(late).toEqual(early);
    expect(folded(...short).session.engines.size).toBe(2);
    expect(short.filter(({ kind }) => kind === 'frame').length).toBeLessThan(
      cycle.filter(({ kind }) => kind === 'frame').length,
    );
  });

  it('sees it also where it is inferred from what the engine answers, and answers change', () => {
    const texts = [9000, 9000, 2000, 2000, 2000, 9100, 2100, 2100].map((mib) => engines(mib, 600));
    const some = { 2: [answer('one', 8.5), answer('two', 8.4)], 7: [answer('one', 8.6)], 12: [answer('two', 0.5)] };
    const { early, late } = seenBy(between(looks(...texts), some));
    expect(late).toEqual(early);
  });

  it('knows to which engine the memory of a pid belongs that is gone', () => {
    const gone = engines(2000, 500).replace(/\n {2}process one-tp0 [^\n]*\n/, '\ngone one-tp0 on 3B:00.0 2000\n');
    const observations = looks(engines(2000, 500), engines(2000, 500), gone, gone, gone);
    const { early, late, short } = seenBy(observations);
    expect(late).toEqual(early);
    const { moment } = folded(...short);
    expect(moment?.sighting.held.map(({ alive }) => alive)).toContain('gone');
  });

  it('does not know of what was taken back', () => {
    const texts = [2000, 2000, 2000, 2000].map((mib) => engines(mib, 500));
    const one = seenBy(between(looks(...texts), { 2: [told('one', 'awake')], 7: [told('one', null)] }));
    expect(one.late).toEqual(one.early);
    const two = seenBy(
      between(looks(...texts), { 0: [told('one', 'awake')], 4: [told('one', 'asleep')], 5: [told('one', null)] }),
    );
    expect(two.late).toEqual(two.early);
  });

  it('sees nothing of a look that was never whole, and everything of the connection after it', () => {
    const before = looks(engines(70_000, 500), engines(2000, 500));
    const after = looks(engines(2000, 500), engines(70_000, 500));
    const [sample] = looks(engines(3000, 500)) as [FrameSeen];
    const { early, late } = seenBy([
      link('connecting'),
      link('connected'),
      ...between(before, { 2: [told('one', 'awake')] }),
      sample,
      link('lost'),
      link('connecting'),
      link('connected'),
      ...after,
    ]);
    expect(late).toEqual(early);
  });

  it('counts nothing from before another boot', () => {
    const boot = (id: string, step: number, mib: number): FrameSeen[] =>
      look(engines(mib, 500), {
        step,
        edit: (line) => (line.startsWith('node\tbootId\t') ? `node\tbootId\t${id}` : undefined),
      }).map((frame, at) => ({ ...frame, fresh: at === 0 }));
    const { early, late } = seenBy([
      ...boot('1', 0, 70_000),
      told('one', 'awake'),
      answer('one', 8.5),
      ...boot('1', 1, 70_000),
      ...boot('1', 2, 2000),
      link('lost'),
      ...boot('2', 3, 2000),
      ...boot('2', 4, 2000),
    ]);
    expect(late).toEqual(early);
  });
});

it('stays short, however long it was watched', () => {
  const texts = Array.from({ length: 120 }, (_none, at) => engines(at % 3 === 0 ? 9000 : 2000, 500));
  const known = new KnownSoFar();
  for (const each of between(looks(...texts), { 2: [answer('one', 8.5)] })) known.add(each);
  const short = known.observations();
  // 16 looks before a change, the last two, and what was said and answered.
  expect(short.filter(({ kind }) => kind === 'frame')).toHaveLength(2 * (16 + 2));
  expect(short.length).toBeLessThan(50);
  const passedOver = short.reduce((sum, each) => sum + (each.kind === 'frame' ? each.skipped : 0), 0);
  expect(passedOver).toBeGreaterThan(0);
});
