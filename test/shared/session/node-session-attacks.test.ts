// The fold under attack: lost connections, reboots, second samples, answers in between, words taken back.
import { describe, expect, it } from 'vitest';
import { orNull } from '../../../shared/base/known.ts';
import { toMiB } from '../../../shared/base/units.ts';
import type { AccountingSeen, FrameSeen, LinkSeen, ToldSeen } from '../../../shared/model/observation.ts';
import type { NodeSession } from '../../../shared/session/node-session.ts';
import { pointsOf } from '../../kit/points-of.ts';
import { folded, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';

const holding = (mib: number): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${mib}
`;

const link = (state: LinkSeen['state']): LinkSeen => ({
  kind: 'link',
  node: 'n1',
  atMs: 0,
  state,
  text: '',
  code: null,
  retryMs: null,
});

const root = (node: NodeSession) => {
  const engine = node.moment?.session.latest?.detection.engines[0]?.root;
  if (engine === undefined) throw new Error('no engine was seen');
  return engine;
};

const { pid: rootPid, startTicks: rootStartTicks } = root(folded(...look(holding(1))));

const told = (state: ToldSeen['state']): ToldSeen => ({
  kind: 'told',
  node: 'n1',
  atMs: 0,
  rootPid,
  rootStartTicks,
  state,
});

const answer = (weight: number): AccountingSeen => ({
  kind: 'accounting',
  node: 'n1',
  atMs: 0,
  answer: {
    rootPid,
    rootStartTicks,
    endpoint: { host: '127.0.0.1', port: 30_000 },
    seen: {
      kind: 'answer',
      path: '/server_info',
      status: 200,
      receivedMs: 0,
      fields: { internal_states: [{ memory_usage: { weight, kvcache: 0, graph: 0, token_capacity: 1 } }] },
      refused: [],
    },
  },
});

/** Value and source of the only engine, its remembered awake level and sleeps in MiB. */
function remembered({ moment }: NodeSession): unknown[] {
  const [state] = moment?.states.values() ?? [];
  const [record] = moment?.session.engines.values() ?? [];
  const level = record?.awake === undefined ? 'no level' : toMiB(record.awake.worst);
  const sleeps = (record?.sleeps ?? []).map((each) => (each.known ? toMiB(each.value) : each.why.code));
  return [state?.value, state?.source, level, ...sleeps];
}

/** What one look does to the driver's boot. */
const boot = (id: string) => (line: string) => (line.startsWith('node\tbootId\t') ? `node\tbootId\t${id}` : undefined);

describe('a connection that is lost', () => {
  it.each(['lost', 'failed', 'closed', 'connecting'] as const)(
    'leaves a sample without its closing reading behind (%s)',
    (state) => {
      const [, late] = look(holding(2000), { step: 1 }) as [FrameSeen, FrameSeen];
      const [open] = look(holding(9000), { step: 1 }) as [FrameSeen];
      const after = folded(...look(holding(1000)), open, link(state), late);
      const [sample, closing] = look(holding(1000)) as [FrameSeen, FrameSeen];
      expect([after.moment?.sample, after.moment?.closing]).toEqual([sample, closing]);
      expect(pointsOf(after.history)).toHaveLength(1);
    },
  );

  it('does not make the next connection read old facts, and keeps what was remembered of engines', () => {
    const [first, second] = look(holding(70_000), { step: 1 }) as [FrameSeen, FrameSeen];
    const isFact = (line: string): [] | undefined => (line.startsWith('fact\t') ? [] : undefined);
    const [bare] = look(holding(70_000), { step: 1, edit: isFact }) as [FrameSeen];
    const start = [...look(holding(70_000)), told('awake')];
    expect(remembered(folded(...start, link('lost'), link('connecting'), { ...first, fresh: true }, second))).toEqual([
      'awake',
      'told',
      70_000,
    ]);
    const unread = folded(...start, link('lost'), { ...bare, fresh: true }, second);
    expect(unread.moment?.session.latest?.detection.engines).toEqual([]);
  });

  it('keeps answers that came while a sample was open that is never closed', () => {
    const [open] = look(holding(1000), { step: 1 }) as [FrameSeen];
    const after = folded(...look(holding(1000)), open, answer(5), link('lost'), ...look(holding(1000), { step: 2 }));
    const [record] = after.moment?.session.engines.values() ?? [];
    expect(record?.seen.map(({ kind }) => kind)).toEqual(['answer']);
  });
});

describe('another boot', () => {
  it('makes nothing of what was known: pids and start times mean other processes', () => {
    const one = look(holding(70_000), { edit: boot('11111111-1111-1111-1111-111111111111') });
    const two = look(holding(1000), { step: 1, edit: boot('22222222-2222-2222-2222-222222222222') });
    const before = folded(
      ...one,
      told('awake'),
      ...look(holding(70_000), { step: 1, edit: boot('11111111-1111-1111-1111-111111111111') }),
    );
    expect(remembered(before)).toEqual(['awake', 'told', 70_000]);
    const after = folded(...one, told('awake'), answer(5), link('lost'), ...two);
    expect(remembered(after)).toEqual(['unknown', 'none', 'no level']);
    expect(after.told.size).toBe(0);
    expect([...(after.moment?.session.engines.values() ?? [])][0]?.seen).toEqual([]);
    expect(pointsOf(after.history)).toHaveLength(2);
  });
});

describe('a second sample, for a row whose pid is gone', () => {
  const GONE = `${ASLEEP_CLEAN}gone killed on 3B:00.0 20480\n`;

  it('is the one that is shown, and one look', () => {
    const [first] = look(GONE) as [FrameSeen];
    const [second, closing] = look(ASLEEP_CLEAN, { step: 1 }) as [FrameSeen, FrameSeen];
    const { moment, history } = folded(first, second, closing);
    expect(moment?.sample.text).toBe(second.text);
    expect(moment?.sighting.held.filter(({ alive }) => alive === 'gone')).toEqual([]);
    expect(pointsOf(history)).toHaveLength(1);
  });

  it('hides no reused pid that the first one showed', () => {
    const [, tp0] = folded(...look(ASLEEP_CLEAN)).moment?.session.latest?.detection.engines[0]?.members ?? [];
    const pid = tp0?.pid ?? 0;
    const again = (step: number): FrameSeen[] =>
      look(ASLEEP_CLEAN, {
        step,
        edit: (line) => line.replace(new RegExp(`^((?:proc|fact)\\t${pid}\\t)\\d+`), '$1987654'),
      });
    const [first] = again(1) as [FrameSeen];
    const problems = (node: NodeSession) => node.moment?.session.problems.map(({ code, where }) => `${code} ${where}`);
    expect(problems(folded(...look(ASLEEP_CLEAN), first, ...again(2)))).toEqual([`pid-reused pid ${pid}`]);
    expect(problems(folded(...look(ASLEEP_CLEAN), ...again(1), ...again(2)))).toEqual([]);
  });
});

describe('an answer', () => {
  it('between a sample and its closing reading shows with that look, and not before', () => {
    const [sample, closing] = look(holding(1000), { step: 1 }) as [FrameSeen, FrameSeen];
    const shown = (node: NodeSession): number =>
      [...(node.moment?.session.engines.values() ?? [])].flatMap(({ seen }) => seen).length;
    const start = look(holding(1000));
    expect(shown(folded(...start, sample, answer(5)))).toBe(0);
    expect(shown(folded(...start, sample, answer(5), closing))).toBe(1);
    expect(shown(folded(...start, sample, closing, answer(5)))).toBe(1);
  });

  it('that changes what a look means changes no look before it', () => {
    const node = folded(...look(holding(2000)), answer(5), ...look(holding(2000), { step: 1 }));
    expect(remembered(node).slice(0, 2)).toEqual(['asleep', 'inferred']);
    expect(pointsOf(node.history)).toHaveLength(2);
  });
});

describe('what the user says', () => {
  const looks = (mib: number, ...steps: readonly number[]) => steps.flatMap((step) => look(holding(mib), { step }));

  it('is forgotten with all that followed from it when it is taken back after several looks', () => {
    const said = [...looks(2000, 0), told('awake'), ...looks(2000, 1, 2, 3)];
    expect(remembered(folded(...said))).toEqual(['awake', 'told', 2000]);
    const never = remembered(folded(...looks(2000, 0, 1, 2, 3)));
    expect(remembered(folded(...said, told(null)))).toEqual(never);
    expect(never).toEqual(['unknown', 'none', 'no level']);
    // Nor does it come back with the next look.
    expect(remembered(folded(...said, told(null), ...looks(2000, 4)))).toEqual(never);
  });

  it('is forgotten also when it was said before the first look', () => {
    expect(remembered(folded(told('awake'), ...looks(2000, 0, 1), told(null)))).toEqual([
      'unknown',
      'none',
      'no level',
    ]);
  });

  it('is forgotten also while a sample is open', () => {
    const [open, closing] = look(holding(2000), { step: 3 }) as [FrameSeen, FrameSeen];
    const said = [...looks(2000, 0), told('awake'), ...looks(2000, 1, 2), open, told(null)];
    expect(remembered(folded(...said))).toEqual(['unknown', 'none', 'no level']);
    expect(remembered(folded(...said, closing))).toEqual(['unknown', 'none', 'no level']);
  });

  it('leaves standing what was known before it and what would have been known without it', () => {
    const awake = [...looks(9000, 0), answer(8.5), ...looks(9000, 1)];
    expect(remembered(folded(...awake))).toEqual(['awake', 'inferred', 9000]);
    // 2,000 MiB look asleep; the user says awake, by mistake, and is doubted; then 9,100 are awake with or without it.
    const mistaken = [...awake, told('asleep'), ...looks(9100, 2, 3)];
    expect(remembered(folded(...mistaken))[1]).toBe('told');
    expect(remembered(folded(...mistaken, told(null)))).toEqual(['awake', 'inferred', 9100]);
    expect(remembered(folded(...mistaken, told(null), ...looks(9100, 4)))).toEqual(['awake', 'inferred', 9100]);
  });

  it('counts in its time when it changes with the engine: a level stays when the engine is said to sleep', () => {
    const cycle = [told('awake'), ...looks(70_000, 0, 1), told('asleep'), ...looks(2000, 2)];
    expect(remembered(folded(...cycle))).toEqual(['asleep', 'told', 70_000]);
    const woken = [...cycle, told('awake'), ...looks(71_000, 3)];
    expect(remembered(folded(...woken))).toEqual(['awake', 'told', 71_000, 2000]);
  });

  it('keeps answers of the engine when it is taken back', () => {
    const node = folded(...looks(2000, 0), told('awake'), answer(5), ...looks(2000, 1), told(null));
    const [record] = node.moment?.session.engines.values() ?? [];
    expect(record?.seen.map(({ kind }) => kind)).toEqual(['answer']);
    expect(remembered(node)).toEqual(['asleep', 'inferred', 'no level']);
  });
});

it('shows what is on each bus at each look, whatever came between', () => {
  const node = folded(
    link('connecting'),
    link('connected'),
    ...look(holding(1000)),
    link('lost'),
    ...look(holding(3000), { step: 1 }),
  );
  const used = pointsOf(node.history).map(({ buses }) =>
    [...buses.values()].map((bus) => {
      const size = orNull(bus.used);
      return size === null ? null : toMiB(size);
    }),
  );
  expect(used).toEqual([[1009], [3009]]);
});
