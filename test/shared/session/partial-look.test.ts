// Looks that did not see all of an engine: a process table that is not whole, ranks of which nobody is listed, no buses.
import { expect, it } from 'vitest';
import { orNull, total } from '../../../shared/base/known.ts';
import { SMI_RESOLUTION, toMiB } from '../../../shared/base/units.ts';
import { compareLooks, compareMoments } from '../../../shared/session/compare/compare.ts';
import { comparedLook } from '../../../shared/session/compare/compare-look.ts';
import { historyLook } from '../../../shared/session/compare/history-look.ts';
import { cyclesOf } from '../../../shared/session/cycles/cycle-follower.ts';
import { engineCycles, type EngineCycles } from '../../../shared/session/cycles/cycle-table.ts';
import { unmeasuredOf } from '../../../shared/session/cycles/unmeasured.ts';
import { residentOf, residentPerBus } from '../../../shared/session/engine-states.ts';
import { engineValue } from '../../../shared/session/history/history-values.ts';
import { newestPoint } from '../../../shared/session/history/history.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { NodeRecorder } from '../../../shared/session/node-record.ts';
import { engineKey } from '../../../shared/session/session.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import type { Edit } from '../../kit/frame-text.ts';
import { verdictLines } from '../../kit/judged.ts';
import { FIRST_LOOK_MS, folded, look } from '../../kit/observed.ts';

/** As MILES starts it: the command line promises no number of ranks. */
const node = (tp0: string, tp1: string, used = 60_000): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used ${used}
gpu 41:00.0 "H100" total 81559 reserved 479 used ${used}
process server "python -m sglang.launch_server --model-path m --port 30000" pid 5000
  process tp0 "sglang::scheduler_TP0" pid 5001 ${tp0}
  process tp1 "sglang::scheduler_TP1" pid 5002 ${tp1}`;
const AWAKE = node('on 3B:00.0 50000', 'on 41:00.0 20000');

/** The scan ended before it came to the first rank. */
const CUT: Edit = (line) => {
  if (line.startsWith('scan\t') || line.startsWith('fact\t5001\t')) return [];
  return line.startsWith('proc\t5001\t') ? 'gone\t5001\tunreadable' : undefined;
};

function momentOf(text: string, edit?: Edit): Moment {
  const { moment } = folded(...look(text, edit === undefined ? {} : { edit }));
  if (moment === undefined) throw new Error('there is no whole look');
  return moment;
}

function shown({ engine: { runs }, worst }: EngineCycles): string {
  const unmeasured = [...unmeasuredOf(runs)].map(([code, looks]) => `${looks} ${code}`);
  return [...unmeasured, ...worst.cycles.map(({ number }) => `cycle ${number}`)].join(', ');
}

/** Of each engine row `TP0 3B:00.0: 50000 to ?, unknown`. */
function changes(a: Moment, b: Moment): string[] {
  const rows = compareMoments(a, b, SMI_RESOLUTION).rows.filter((row) => row.class === 'engine');
  return rows.map(({ rank, bus, delta, change }) => {
    const size = orNull(delta);
    return `TP${rank?.tp} ${bus.slice(9)}: ${size === null ? '?' : toMiB(size)} ${change}`;
  });
}

it('of a process table that is not whole has no size of an engine, and no release', () => {
  const { session, history } = folded(...look(AWAKE, { edit: CUT }));
  const [engine] = session.latest?.detection.engines ?? [];
  const point = newestPoint(history);
  if (engine === undefined || point === undefined) throw new Error('there is no engine');
  const why = { known: false, why: { code: 'proc-incomplete', where: '' } };
  expect(residentOf(engine, session)).toEqual(why);
  expect(engineValue(point, engineKey(engine), 'engine-tree')).toEqual(why);

  const seen = Array.from({ length: 12 }, (_, at): Observation[] => {
    const atMs = FIRST_LOOK_MS + at * 2_000;
    return look(AWAKE, at < 4 || at > 8 ? { atMs } : { atMs, edit: CUT });
  }).flat();
  const recorder = new NodeRecorder();
  for (const each of seen) recorder.take(each);
  const recorded = recorder.end();
  expect(recorded.engines.map(engineCycles).map(shown)).toEqual(['5 proc-incomplete']);
  expect(cyclesOf(recorded.session.history).map(shown)).toEqual(['5 proc-incomplete']);
});

it('of a process table that is not whole has no difference of a process that was not seen', () => {
  expect(changes(momentOf(AWAKE), momentOf(AWAKE, CUT))).toEqual(['TP0 3B:00.0: ? unknown', 'TP1 41:00.0: 0 same']);
});

it('of an engine of which nobody is listed is no difference but an unknown one, where it may hold something', () => {
  const [awake, unseen, free] = [momentOf(AWAKE), momentOf(node('', '')), momentOf(node('', '', 9))];
  const both = ['TP0 3B:00.0: ? unknown', 'TP0 41:00.0: ? unknown', 'TP1 3B:00.0: ? unknown', 'TP1 41:00.0: ? unknown'];
  expect(changes(awake, unseen).toSorted()).toEqual(both);
  expect(changes(awake, free).toSorted()).toEqual(['TP0 3B:00.0: -50000 gone', 'TP1 41:00.0: -20000 gone']);
  expect(verdictLines(node('', ''))).toContain('no-tree-row');
});

it('is compared as the look itself also from what a history keeps of it', () => {
  const { history, moment } = folded(...look(AWAKE), ...look(node('', ''), { atMs: FIRST_LOOK_MS + 2_000 }));
  const kept = [history.last[0], history.last[1]].flatMap((point) =>
    point === undefined ? [] : [historyLook(history, point)],
  );
  const [a, b] = kept;
  if (a === undefined || b === undefined || moment === undefined) throw new Error('there are no two looks');
  const rowsOf = (before: typeof a, after: typeof a): unknown =>
    compareLooks(before, after, SMI_RESOLUTION).rows.filter((row) => row.class === 'engine');
  expect(rowsOf(a, b)).toEqual(rowsOf(comparedLook(momentOf(AWAKE)), comparedLook(moment)));
});

it('of a rank that is not listed, where no bus is known, is unknown, and no smaller sum', () => {
  const { session } = folded(...look(`${node('on 3B:00.0 1000', '')}\nsmi refuse gpu_bus_id`));
  const [engine] = session.latest?.detection.engines ?? [];
  if (engine === undefined) throw new Error('there is no engine');
  const sizes = [...residentPerBus(engine, session)].map(([bus, tally]) => [
    bus,
    total(tally).known,
    toMiB(tally.atLeast),
  ]);
  expect(sizes).toEqual([['no-bus', false, 1_000]]);
});

it('is judged by what is listed and may be there, and is said to hold at least that', () => {
  expect(verdictLines(node('on 3B:00.0 1000', '', 1_500))).toBe(
    'pass\nsglang server: pass, holds at least 1000 on 3B [3B 1000]; the seed reads 1000: pass',
  );
});

it('of a GPU whose process list is refused has no size of an engine: that GPU may be the one where it holds most', () => {
  const texts = [
    `${AWAKE}\nsmi processes 3B:00.0 [N/A]`,
    `${AWAKE}\nsmi processes 3B:00.0 [N/A]\nsmi refuse gpu_bus_id`,
  ];
  const lines = texts.map((text) => {
    const { session, history } = folded(...look(text));
    const [engine] = session.latest?.detection.engines ?? [];
    const point = newestPoint(history);
    if (engine === undefined || point === undefined) throw new Error('there is no engine');
    const size = engineValue(point, engineKey(engine), 'engine-tree');
    const perBus = [...(point.engines.get(engineKey(engine)) ?? [])].map(
      ([bus, each]) => `${bus.slice(9)} ${each.known ? toMiB(each.value) : each.why.code}`,
    );
    return [size?.known === false ? size.why.code : size, ...perBus];
  });
  expect(lines).toEqual([
    ['device-unreadable', '41:00.0 20000', '3B:00.0 device-unreadable'],
    ['device-unreadable', ' device-unreadable'],
  ]);
});
