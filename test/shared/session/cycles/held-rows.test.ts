// A row that is missing for some looks while its process lives: whether that is a release depends on what the GPU says.
import { expect, it } from 'vitest';
import type { Observation } from '../../../../shared/model/observation.ts';
import { cyclesOf } from '../../../../shared/session/cycles/cycle-follower.ts';
import { engineCycles, type EngineCycles } from '../../../../shared/session/cycles/cycle-table.ts';
import { unmeasuredOf } from '../../../../shared/session/cycles/unmeasured.ts';
import { NodeRecorder } from '../../../../shared/session/node-record.ts';
import { toMiB } from '../../../../shared/base/units.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';

/** Four looks at both ranks, five at which `there` says what the second one shows, four more at both. */
function seenWith(missing: string, used: number): Observation[] {
  const node = (rank: string, mib: number): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used 50009
gpu 41:00.0 "H100" total 81559 reserved 479 used ${mib}
process server "python -m sglang.launch_server --model-path m --port 30000 --tp 2"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 50000
${rank}`;
  const both = node('  process tp1 "sglang::scheduler_TP1" on 41:00.0 49000', 49_011);
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

const ROWLESS = '  process tp1 "sglang::scheduler_TP1"';

it('is no release where its memory is still on the GPU and nobody is listed for it', () => {
  expect(told(seenWith(ROWLESS, 49_011))).toEqual(['5 unlisted-memory']);
  expect(told(seenWith(ROWLESS, 24_511))).toEqual(['5 unlisted-memory']);
});

it('is one where the GPU says that most of it is free', () => {
  const released = ['worst: 50000 to 50000', '3B:00.0: 50000 to 50000', '41:00.0: 49000 to 0'];
  expect(told(seenWith(ROWLESS, 11))).toEqual(released);
  expect(told(seenWith(ROWLESS, 24_510))).toEqual(released);
});

it('stays one, whatever comes to its GPU later that nobody is listed for', () => {
  const [freed, later] = [seenWith(ROWLESS, 11), seenWith(ROWLESS, 49_011)];
  const seen = freed.map((each, at) => (at < 14 ? each : (later[at] ?? each)));
  expect(told(seen)).toEqual(['worst: 50000 to 50000', '3B:00.0: 50000 to 50000', '41:00.0: 49000 to 0']);
});

it('is one where somebody else is listed for what is there now', () => {
  expect(told(seenWith(`${ROWLESS}\nprocess other "python train.py" on 41:00.0 49000`, 49_011))).toEqual([
    'worst: 50000 to 50000',
    '3B:00.0: 50000 to 50000',
    '41:00.0: 49000 to 0',
  ]);
});

it('is told by its row alone where the GPU does not say what is used', () => {
  const mute = seenWith(ROWLESS, 49_011).map((seen) =>
    seen.kind === 'frame'
      ? { ...seen, text: seen.text.replaceAll(/(41:00\.0[^\n]*), 49011(?=,|\n)/g, '$1, [N/A]') }
      : seen,
  );
  expect(told(mute).slice(0, 1)).toEqual(['worst: 50000 to 50000']);
});
