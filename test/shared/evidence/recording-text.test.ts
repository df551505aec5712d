// What a report says of a recording that is not whole, and of a node whose clock is another.
import { expect, it } from 'vitest';
import { PLAIN } from '../../../shared/evidence/paint.ts';
import type { RecordingReport } from '../../../shared/evidence/recording-schema.ts';
import { recordingReport } from '../../../shared/evidence/recording-report.ts';
import { recordingText } from '../../../shared/evidence/recording-text.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { NodeRecorder } from '../../../shared/session/node-record.ts';
import { FIRST_LOOK_MS, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';

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
