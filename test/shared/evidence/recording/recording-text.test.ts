// What a report says of a recording that is not whole, and of a node whose clock is another.
import { expect, it } from 'vitest';
import { PLAIN } from '../../../../shared/evidence/text/paint.ts';
import type { RecordingReport } from '../../../../shared/evidence/recording/recording-schema.ts';
import { recordingReport } from '../../../../shared/evidence/recording/recording-report.ts';
import { recordingText } from '../../../../shared/evidence/recording/recording-text.ts';
import type { Observation } from '../../../../shared/model/observation.ts';
import { NodeRecorder } from '../../../../shared/session/node-record.ts';
import { FIRST_LOOK_MS, look } from '../../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../../kit/scenarios.ts';

const RECORDING: NonNullable<RecordingReport['recording']> = {
  format: 1,
  appVersion: '0.1.0',
  startedMs: FIRST_LOOK_MS,
  endMs: FIRST_LOOK_MS + 90_000,
  isDemo: false,
  policy: { kind: 'engine-tree', limitBytes: 3 * 1024 ** 3, origin: 'default' },
  redaction: 'none',
  story: [],
  observations: 40,
  ended: null,
};

function reportOf(
  observations: readonly Observation[],
  lines: RecordingReport['problems']['lines'] = [],
): RecordingReport {
  const recorder = new NodeRecorder();
  for (const seen of observations) recorder.take(seen);
  const problems = { count: lines.length === 0 ? 0 : lines.length + 2, lines };
  return recordingReport({ file: 'run.jsonl', recording: RECORDING, problems }, [
    { node: 'n1', target: 'gpu-01', record: recorder.end() },
  ]);
}

function said(report: RecordingReport): string {
  return recordingText(report, { paint: PLAIN, width: 400 }).join('\n');
}

const looks = (from: number, to: number): Observation[] =>
  Array.from({ length: to - from }, (_, at) => look(ASLEEP_CLEAN, { step: from + at })).flat();

it('names lines that were not used, and that it was not ended cleanly', () => {
  const text = said(reportOf(looks(0, 4), [{ line: 7, text: 'it is torn' }]));
  expect(text).toContain('not ended cleanly: its writer was stopped');
  expect(text).toContain('  Line 7 was not used: it is torn.\n  … and 2 more lines.');
  expect(text).toContain('No cycle was seen: nothing was released, and nobody says that it slept.');
});

it('says how many looks measured nothing, and then not that nothing was released', () => {
  const unread = (line: string): string => (line.startsWith('out\t0000') ? line.replace(/ \d+$/, ' [N/A]') : line);
  const dark = [4, 5, 6].flatMap((step) => look(ASLEEP_CLEAN, { step, edit: unread }));
  const report = reportOf([...looks(0, 4), ...dark]);
  expect(report.nodes[0]?.engines[0]?.unmeasured).toEqual([{ reason: 'partial-row', looks: 3 }]);
  const text = said(report);
  expect(text).toContain('No cycle was seen.\n');
  expect(text).toContain('3 of its 7 looks could not be measured, and what happened in them is not known: ');
});

it('says how much of a sleep was not seen: the engine may have woken in it', () => {
  const node = (mib: number): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --model-path m --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${mib}`;
  const sizes = [9_728, 9_728, 9_728, 1_741, 1_741, 1_741, 1_741, 1_741, 9_728, 9_728];
  const seen = sizes.flatMap((mib, at) =>
    look(node(mib), { atMs: FIRST_LOOK_MS + at * 2_000 + (at < 5 ? 0 : 600_000) }),
  );
  expect(said(reportOf(seen))).toMatch(/^ +1 .* within; 10 min 2 s of it not seen$/m);
});

it('counts once what lies in two gaps, and nothing after the last look at an engine', () => {
  const node = (mib: number): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used 40000
process server "python -m sglang.launch_server --model-path m --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${mib}`;
  const idle = node(0).split('\n').slice(0, 2).join('\n');
  const mute = (line: string): string => (line.startsWith('out\t0000') ? 'out\tno device was found' : line);
  const at = (text: string, second: number, edit?: (line: string) => string): Observation[] =>
    look(text, { atMs: FIRST_LOOK_MS + second * 1000, ...(edit === undefined ? {} : { edit }) });
  const awake = [0, 2, 4].flatMap((second) => at(node(9_728), second));
  const asleep = [6, 8, 10].flatMap((second) => at(node(1_741), second));
  const lost: Observation = {
    kind: 'link',
    node: 'n1',
    atMs: FIRST_LOOK_MS + 13_000,
    state: 'lost',
    text: 'The cable was pulled.',
    code: null,
    retryMs: null,
  };
  // The driver is silent from 12 s to the next look, at 40 s; from 12 s on there is no connection either.
  const seen = [...awake, ...asleep, ...at(node(1_741), 12, mute), lost];
  const on = [40, 42, 44].flatMap((second) => at(node(1_741), second));
  expect(said(reportOf([...seen, ...on]))).toMatch(/^ +1 .* within; 28 s of it not seen$/m);
  // Its engine is gone at 40 s, and nobody looks from 44 s on.
  const gone = [40, 42, 44, 104, 106].flatMap((second) => at(idle, second));
  const ended = said(reportOf([...awake, ...asleep, ...gone]));
  expect(ended).toMatch(/No look for 60\.0 s/);
  expect(ended).toMatch(/^ +1 .* ended asleep +within$/m);
});

it('names a frame that could not be used', () => {
  const [broken, ...others] = looks(0, 3);
  if (broken?.kind !== 'frame') throw new Error('a look begins with a frame');
  const report = reportOf([{ ...broken, text: broken.text.slice(0, 200) }, ...others]);
  expect(report.nodes[0]?.problems).toMatchObject([{ code: 'frame-line' }]);
  expect(said(report)).toContain('frame: a kept frame is not whole and was not used.');
});

it('tells a hole between looks from a lost link and from a full disk', () => {
  const lost: Observation = {
    kind: 'link',
    node: 'n1',
    atMs: FIRST_LOOK_MS + 7_000,
    state: 'lost',
    text: 'The cable was pulled.',
    code: 'lost',
    retryMs: 1_000,
  };
  const [sample, ...rest] = looks(40, 45);
  if (sample?.kind !== 'frame') throw new Error('a look begins with a frame');
  const report = reportOf([
    ...looks(0, 4),
    lost,
    ...looks(20, 24),
    { ...sample, skipped: 12 },
    ...rest,
    ...looks(60, 64),
  ]);
  expect(report.nodes[0]?.gaps.map(({ cause, text }) => `${cause}: ${text}`)).toEqual([
    'link: No connection for 34.0 s: The cable was pulled',
    'skipped: The recording could not be written for 34.0 s',
    'no-look: No look for 32.0 s',
  ]);
  expect(said(report)).toContain('  3 gaps:\n    12:00:06 UTC +6.1 s: No connection for 34.0 s: The cable was pulled');
});

it('says by how much the clock of the node differs, where it surely does', () => {
  // The frames say 12:00:00 at every look.
  const late = look(ASLEEP_CLEAN, { atMs: FIRST_LOOK_MS + 60_000 });
  const report = reportOf(late);
  expect(report.nodes[0]?.clock?.verdict).toBe('node-behind');
  expect(said(report)).toMatch(/Its clock is (?:59|60) s behind the recorder's|1 min behind the recorder's/);
  expect(said(reportOf(look(ASLEEP_CLEAN, { atMs: FIRST_LOOK_MS + 500 })))).not.toContain('Its clock');
});

const orphaned = (processes: string, used = 'sum'): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used ${used}
gpu 41:00.0 "H100" total 81559 reserved 479 used sum
${processes}`;
const LEFT = (size: number | string, other = ''): string =>
  `orphan tp0 "sglang::scheduler_TP0" pid 4210 start 2400 on 3B:00.0 ${size}\n${other}`;
const SECOND = 'orphan tp1 "sglang::scheduler_TP1" pid 4211 start 2401 on 41:00.0 700\n';

it('lists what a dead engine left, also when no engine is there: since when, how long, and how much on each GPU', () => {
  const texts = [
    orphaned(''),
    orphaned(LEFT(20_480, SECOND)),
    orphaned(LEFT(20_480)),
    orphaned(LEFT('[N/A]'), '20600'),
    orphaned(LEFT(20_500)),
    orphaned(''),
  ];
  const report = reportOf(texts.flatMap((text, step) => look(text, { atMs: FIRST_LOOK_MS + step * 2_000 })));
  const MIB = 1024 ** 2;
  expect(report.nodes[0]?.orphans).toEqual([
    {
      kind: 'sglang',
      title: 'sglang::scheduler_TP0',
      pids: [4210, 4211],
      looks: 4,
      firstMs: FIRST_LOOK_MS + 2_070,
      lastMs: FIRST_LOOK_MS + 8_070,
      isThere: false,
      buses: [
        {
          bus: '00000000:3B:00.0',
          minBytes: 20_480 * MIB,
          medianBytes: 20_480 * MIB,
          maxBytes: 20_500 * MIB,
          lastBytes: 20_500 * MIB,
          measured: 3,
        },
        {
          bus: '00000000:41:00.0',
          minBytes: 0,
          medianBytes: 0,
          maxBytes: 700 * MIB,
          lastBytes: 0,
          measured: 4,
        },
      ],
    },
  ]);
  const text = said(report);
  expect(text).toContain('No engine was seen.');
  expect(text).toContain('sglang orphan, pid 4210, 4211  sglang::scheduler_TP0');
  expect(text).toContain("Its engine's root is gone. Seen from 12:00:02 UTC +2.1 s to 12:00:08 UTC, in 4 looks.");
  expect(text).toContain(
    '00000000:3B:00.0: at last 20,500 MiB, between 20,480 MiB and 20,500 MiB, measured in 3 of them.',
  );
});
