// Cycles and marks of a live history: rows by hand, with what stays, what is not known, and what grows.
import { describe, expect, it } from 'vitest';
import {
  cycleTables,
  type BusCycleTable,
  type EngineCycleTables,
} from '../../../../renderer/view/compare/cycle-rows.ts';
import { driftLines } from '../../../../renderer/view/compare/drift-lines.ts';
import { foundMarks, stepMark, timelineMarks } from '../../../../shared/session/timeline/timeline-marks.ts';
import type { Observation } from '../../../../shared/model/observation.ts';
import { cyclesOf } from '../../../../shared/session/cycles/cycle-follower.ts';
import { engineCycles, type EngineCycles } from '../../../../shared/session/cycles/cycle-table.ts';
import { CHUNK } from '../../../../shared/session/history/history.ts';
import { newestMs } from '../../../../shared/session/history/history-looks.ts';
import { gapsBetween } from '../../../../shared/session/timeline/line-gaps.ts';
import { foldObservation, type NodeSession } from '../../../../shared/session/node-session.ts';
import { NodeRecorder } from '../../../../shared/session/node-record.ts';
import { DEMO_SCENARIOS } from '../../../../shared/source/demo-scenarios.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';
import { plainEngineCycles } from '../../../kit/plain-engine-cycles.ts';
import { byHand } from '../ledger-text.ts';

const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';

function looks(count: number, text = CYCLE): Observation[] {
  return Array.from({ length: count }, (_, at) =>
    look(text, { step: at % 10, atMs: FIRST_LOOK_MS + at * 2_000 }),
  ).flat();
}

function tablesOf(node: NodeSession): EngineCycleTables[] {
  const gaps = gapsBetween(node, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return cycleTables(cyclesOf(node.history), { gaps, newestMs: newestMs(node.history) });
}

function rowsText({ name, drift, rows }: BusCycleTable): string {
  const lines = rows.map(
    ({ number, awake, residual, freed, settle, woke }) =>
      `  ${number}: awake ${awake}, stays ${residual.text}, freed ${freed.text}, after ${settle.text}, woke ${woke.text}`,
  );
  return [`${name}: ${drift}`, ...lines].join('\n');
}

function shown(node: NodeSession): string {
  return tablesOf(node)
    .map(({ name, buses }) => [name, ...buses.map(rowsText)].join('\n'))
    .join('\n');
}

/** What stays grows by 200 MiB a cycle. */
function leaking(cycle: number): string {
  return CYCLE.replaceAll('then 1741', `then ${1741 + cycle * 200}`);
}

describe('cycles', () => {
  it('are found on the worst GPU and on each, newest first, the one that goes on without a wake', () => {
    expect(shown(folded(...looks(16)))).toBe(
      byHand(`
        sglang :30000
        worst GPU: too few cycles (2 of 5)
          2: awake 64,210, stays 1,741, freed 62,469, after 4.0 s, woke –
          1: awake 64,210, stays 1,741, freed 62,469, after 4.0 s, woke 12:00:14, 64,212
        3B:00.0: too few cycles (2 of 5)
          2: awake 64,210, stays 1,741, freed 62,469, after 4.0 s, woke –
          1: awake 64,210, stays 1,741, freed 62,469, after 4.0 s, woke 12:00:14, 64,212
        41:00.0: too few cycles (2 of 5)
          2: awake 64,190, stays 1,741, freed 62,449, after 4.0 s, woke –
          1: awake 64,190, stays 1,741, freed 62,449, after 4.0 s, woke 12:00:14, 64,192`),
    );
  });

  it('say where weights came back before the rest, and how long a release that nobody looked at took at most', () => {
    const node = (mib: number): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --model-path m --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${mib}`;
    const sizes = [9_728, 9_728, 9_728, 1_741, 1_741, 4_200, 4_200, 9_728, 9_728];
    const seen = sizes.flatMap((mib, at) =>
      look(node(mib), { atMs: FIRST_LOOK_MS + at * 2_000 + (at < 3 ? 0 : 40_000) }),
    );
    const [row] = tablesOf(folded(...seen))[0]?.buses[0]?.rows ?? [];
    expect(row).toMatchObject({
      residual: { text: '1,741' },
      rose: 'then 4,200 at 12:00:50',
      settle: { text: '0.0 s to 42 s', why: 'nobody looked at the release itself' },
    });
  });

  it('say how much of a sleep nobody saw, and which looks measured nothing', () => {
    const node = (mib: number | string): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used 40000
process server "python -m sglang.launch_server --model-path m --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${mib}`;
    const sizes = [9_728, 9_728, '[N/A]', 9_728, 1_741, 1_741, 1_741, 1_741, 9_728, 9_728, 9_728, 1_741, 1_741, 1_741];
    const seen = sizes.flatMap((mib, at) =>
      look(node(mib), { atMs: FIRST_LOOK_MS + at * 2_000 + (at < 6 ? 0 : 10_000) }),
    );
    const [engine] = tablesOf(folded(...seen));
    expect({
      unmeasured: engine?.unmeasured,
      unseen: engine?.buses.map(({ rows }) => rows.map((row) => row.unseen)),
    }).toEqual({
      unmeasured:
        '1 of its 14 looks could not be measured, and what happened in it is not known: ' +
        'the driver lists a process of this tree without a number for its memory (1).',
      unseen: [
        ['', '12 s of its sleep not seen'],
        ['', '12 s of its sleep not seen'],
      ],
    });
  });

  it('say of an engine that ended in its sleep that it ended, also when it was started again, and of one that sleeps on nothing', () => {
    const gpu = `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used 40000
`;
    const node = (pid: number, mib: number): string => `${gpu}
process server "python -m sglang.launch_server --model-path m --port 30000" pid ${pid}
  process tp0 "sglang::scheduler_TP0" pid ${pid + 1} on 3B:00.0 ${mib}`;
    const life = (pid: number): string[] => [
      ...Array<string>(3).fill(node(pid, 9_728)),
      ...Array<string>(3).fill(node(pid, 1_741)),
    ];
    const woke = (texts: readonly string[]): unknown => {
      const seen = texts.flatMap((text, at) => look(text, { atMs: FIRST_LOOK_MS + at * 2_000 }));
      return tablesOf(folded(...seen))[0]?.buses[0]?.rows.map((row) => row.woke);
    };
    const ended = (time: string): object => ({
      text: 'ended asleep',
      why: `its engine was seen for the last time at ${time}`,
    });
    const sleepsOn = { text: '–', why: 'it sleeps on' };
    expect(woke(life(5_000))).toEqual([sleepsOn]);
    expect(woke([...life(5_000), gpu])).toEqual([ended('12:00:10')]);
    expect(woke([...life(5_000), ...life(6_000)])).toEqual([sleepsOn, ended('12:00:10')]);
  });

  it('say by how much what stays grows', () => {
    const seen = [0, 1, 2, 3].flatMap((cycle) =>
      Array.from({ length: 10 }, (_, step) =>
        look(leaking(cycle), { step, atMs: FIRST_LOOK_MS + (cycle * 10 + step) * 2_000 }),
      ).flat(),
    );
    const [engine] = tablesOf(folded(...seen));
    expect(engine?.buses.map(({ name, drift, isGrowing }) => [name, drift, isGrowing])).toEqual([
      ['worst GPU', 'growing by 200 MiB a cycle (4 cycles)', true],
      ['3B:00.0', 'growing by 200 MiB a cycle (4 cycles)', true],
      ['41:00.0', 'growing by 200 MiB a cycle (4 cycles)', true],
    ]);
    expect(driftLines(engine === undefined ? [] : [engine])).toEqual([
      { id: '0', name: 'sglang :30000', text: 'growing by 200 MiB a cycle (4 cycles)', isGrowing: true },
    ]);
    expect(driftLines(tablesOf(folded(...seen.slice(0, 4))))).toEqual([]);
  });

  it('keep the rows of cycles that are over while looks come in', () => {
    // As many as a chunk of a history has, and some more.
    const node = folded(...looks(CHUNK + 8));
    const grown = looks(CHUNK + 9)
      .slice(-2)
      .reduce(foldObservation, node);
    const [first, second] = [node, grown].map((each) => tablesOf(each)[0]?.buses[0]?.rows.at(-1));
    expect(first).toMatchObject({ number: 1 });
    expect(second).toBe(first);
  });

  it('are those that a recorder of the same looks finds', () => {
    const seen = looks(27);
    const recorder = new NodeRecorder();
    for (const each of seen) recorder.take(each);
    const record = recorder.end();
    const { history } = record.session;
    const found = record.engines.map(engineCycles);
    expect(cyclesOf(history)).toEqual(found);
    const bare = ({ worst, buses }: EngineCycles): unknown => ({ worst, buses });
    expect(plainEngineCycles(history).map(bare)).toEqual(found.map(bare));
    expect(found[0]?.worst.cycles.length).toBeGreaterThan(0);
  });

  it('follow what the user says, until it is taken back', () => {
    const awake = (step: number): Observation[] => look(CYCLE, { step: 0, atMs: FIRST_LOOK_MS + step * 2_000 });
    const told = (state: 'asleep' | null): Observation => {
      const { engine } = [...folded(...awake(0)).history.seen.values()][0] ?? {};
      if (engine === undefined) throw new Error('no engine was seen');
      const { pid, startTicks } = engine.root;
      return { kind: 'told', node: 'n1', atMs: FIRST_LOOK_MS, rootPid: pid, rootStartTicks: startTicks, state };
    };
    const asleep = [...awake(0), ...awake(1), told('asleep'), ...awake(2), ...awake(3), ...awake(4)];
    expect(tablesOf(folded(...asleep))[0]?.buses[0]?.rows).toMatchObject([
      { number: 1, residual: { text: '64,210' }, freed: { text: '0' } },
    ]);
    const taken = folded(...asleep, told(null));
    expect(tablesOf(taken)[0]?.buses[0]?.rows).toEqual([]);
  });
});

describe('marks', () => {
  const lost: Observation = {
    kind: 'link',
    node: 'n1',
    atMs: FIRST_LOOK_MS + 19_000,
    state: 'lost',
    text: 'the keepalive was not answered',
    code: null,
    retryMs: null,
  };
  const set: Observation = { kind: 'mark', node: 'n1', atMs: FIRST_LOOK_MS + 7_000, text: 'step 3', source: 'hand' };

  it('are those that were set and those that were found, in order, inferred ones told apart', () => {
    const node = folded(...looks(9), set, lost);
    const marks = timelineMarks(node, foundMarks(node.history, node.outages));
    expect(
      marks.map(({ atMs, short, text, isInferred }) =>
        [(atMs - FIRST_LOOK_MS) / 1000, short, text, isInferred ? 'inferred' : 'seen'].join(' | '),
      ),
    ).toEqual([
      '4.07 | released | cycle 1 released, from 64,210 MiB | inferred',
      '6.07 | first drop | cycle 1 dropped for the first time | inferred',
      '7 | step 3 | step 3 | seen',
      '8.07 | settled | cycle 1 settled at 1,741 MiB | inferred',
      '14.07 | woke | cycle 1 woke, at 64,212 MiB | inferred',
      '16.07 |  | the keepalive was not answered | seen',
    ]);
    expect(stepMark(marks, FIRST_LOOK_MS + 7_000, 1)?.short).toBe('settled');
    expect(stepMark(marks, FIRST_LOOK_MS + 7_000, -1)?.short).toBe('first drop');
    expect(stepMark(marks, FIRST_LOOK_MS, -1)).toBe(undefined);
  });
});
