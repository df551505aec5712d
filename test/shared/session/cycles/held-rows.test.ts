// A row that is missing for some looks while its process lives: whether that is a release depends on what the GPU says.
import { expect, it } from 'vitest';
import type { Observation } from '../../../../shared/model/observation.ts';
import { cyclesOf } from '../../../../shared/session/cycles/cycle-follower.ts';
import { engineCycles, type EngineCycles } from '../../../../shared/session/cycles/cycle-table.ts';
import { unmeasuredOf } from '../../../../shared/session/cycles/unmeasured.ts';
import { NodeRecorder } from '../../../../shared/session/node-record.ts';
import { toMiB } from '../../../../shared/base/units.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';

/** Of an engine: nothing says that this one holds GPU memory but its row. */
const WORKER = '"python -m worker"';
const RANK = '"sglang::scheduler_TP1"';

/** Four looks at both processes, five at which `there` says what the second one shows, four more at both. */
function seenWith(missing: string, used: number, { title = WORKER, bus = '41' } = {}): Observation[] {
  const before = bus === '41' ? 49_011 : 99_009;
  const node = (second: string, mib: number): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 181559 reserved 479 used ${bus === '3B' ? mib : 50_009}
gpu 41:00.0 "H100" total 81559 reserved 479 used ${bus === '41' ? mib : 11}
process server "python -m sglang.launch_server --model-path m --port 30000 --tp ${title === RANK ? 2 : 1}"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 50000
${second}`;
  const both = node(`  process tp1 ${title} on ${bus}:00.0 49000`, before);
  return Array.from({ length: 13 }, (_, at) =>
    look(at < 4 || at > 8 ? both : node(missing, used), { atMs: FIRST_LOOK_MS + at * 2_000 }),
  ).flat();
}

function cyclesText({ engine, worst, buses }: EngineCycles): string[] {
  const unmeasured = [...unmeasuredOf(engine.runs)].map(([code, looks]) => `${looks} ${code}`);
  const lines = [worst, ...buses].flatMap(({ bus, cycles }) =>
    cycles.map(({ awake, residual }) => {
      const stays = residual.known ? toMiB(residual.value) : residual.why.code;
      return `${bus.replace(/^0+:/, '')}: ${toMiB(awake)} to ${stays}`;
    }),
  );
  return [...unmeasured, ...lines];
}

/** Of the page, and of a recorder of the same looks: they must be the same. */
function told(seen: readonly Observation[]): string[] {
  const recorder = new NodeRecorder();
  for (const each of seen) recorder.take(each);
  const recorded = recorder.end().engines.map(engineCycles).flatMap(cyclesText);
  expect(cyclesOf(folded(...seen).history).flatMap(cyclesText)).toEqual(recorded);
  return recorded;
}

const rowless = (title: string): string => `  process tp1 ${title}`;
const ROWLESS = rowless(WORKER);
const OF_RANK = { title: RANK };

it('is no release where its memory is still on the GPU and nobody is listed for it', () => {
  expect(told(seenWith(ROWLESS, 49_011))).toEqual(['5 unlisted-memory']);
  expect(told(seenWith(ROWLESS, 24_511))).toEqual(['5 unlisted-memory']);
});

it('is one where the GPU says that most of it is free', () => {
  const released = ['worst: 50000 to 50000', '3B:00.0: 50000 to 50000', '41:00.0: 49000 to 0'];
  expect(told(seenWith(ROWLESS, 11))).toEqual(released);
  expect(told(seenWith(ROWLESS, 24_510))).toEqual(released);
});

it('is no release either where another process of the engine keeps its row on the same GPU', () => {
  const there = { bus: '3B' };
  expect(told(seenWith(ROWLESS, 99_009, there))).toEqual(['5 unlisted-memory']);
  expect(told(seenWith(ROWLESS, 74_509, there))).toEqual(['5 unlisted-memory']);
  expect(told(seenWith(ROWLESS, 74_508, there))).toEqual(['worst: 99000 to 50000', '3B:00.0: 99000 to 50000']);
});

it('is no release where its process has ended and the driver still lists its pid', () => {
  expect(told(seenWith('gone tp1 on 41:00.0 49000', 49_011))).toEqual(['5 gone-rows']);
  expect(told(seenWith('gone tp1 on 41:00.0 500', 511))).toEqual([
    'worst: 50000 to 50000',
    '3B:00.0: 50000 to 50000',
    '41:00.0: 49000 to 0',
  ]);
});

it('of a rank that lives is unknown wherever memory is listed for nobody, as a context is the least that it has', () => {
  const silent = (used: number): string[] => told(seenWith(rowless(RANK), used, OF_RANK));
  expect(silent(49_011)).toEqual(['5 unlisted-memory']);
  expect(silent(64)).toEqual(['5 unlisted-memory']);
  expect(silent(63)).toEqual(['worst: 50000 to 50000', '3B:00.0: 50000 to 50000', '41:00.0: 49000 to 0']);
});

it('stays one, whatever comes to its GPU later that nobody is listed for', () => {
  const [freed, later] = [seenWith(ROWLESS, 11), seenWith(ROWLESS, 49_011)];
  const seen = freed.map((each, at) => (at < 14 ? each : (later[at] ?? each)));
  expect(told(seen)).toEqual(['worst: 50000 to 50000', '3B:00.0: 50000 to 50000', '41:00.0: 49000 to 0']);
});

it('is one where somebody else is listed for what is there now', () => {
  const other = 'process other "python train.py" on 41:00.0 49000';
  const released = ['worst: 50000 to 50000', '3B:00.0: 50000 to 50000', '41:00.0: 49000 to 0'];
  expect(told(seenWith(`${ROWLESS}\n${other}`, 49_011))).toEqual(released);
  expect(told(seenWith(`${rowless(RANK)}\n${other}`, 49_011, OF_RANK))).toEqual(released);
});

it('is told by its row alone where the GPU does not say what is used, and of a rank it is unknown', () => {
  const mute = (seen: readonly Observation[]): Observation[] =>
    seen.map((each) =>
      each.kind === 'frame'
        ? { ...each, text: each.text.replaceAll(/(41:00\.0[^\n]*), 49011(?=,|\n)/g, '$1, [N/A]') }
        : each,
    );
  expect(told(mute(seenWith(ROWLESS, 49_011))).slice(0, 1)).toEqual(['worst: 50000 to 50000']);
  expect(told(mute(seenWith(rowless(RANK), 49_011, OF_RANK)))).toEqual(['5 unlisted-memory']);
});
