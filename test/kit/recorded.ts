// Observations as the text of a recording, as a recorder would have written them.
import type { Observation } from '../../shared/model/observation.ts';
import { RecordingEncoder } from '../../shared/recording/encoder.ts';
import { RECORDING_FORMAT, type RecordingHeader } from '../../shared/recording/format.ts';
import { FIRST_LOOK_MS } from './observed.ts';

export interface RecordedOptions extends Partial<Pick<RecordingHeader, 'isDemo' | 'story' | 'nodes'>> {
  /** How it was ended; undefined when its writer was killed. */
  readonly why?: string;
}

export function recorded(observations: readonly Observation[], options: RecordedOptions = {}): string {
  const { why, ...header } = options;
  const encoder = new RecordingEncoder();
  const lines = observations.map((seen) => encoder.line(seen));
  const footer = why === undefined ? '' : encoder.footer(observations.at(-1)?.atMs ?? 0, observations.length, why);
  return [encoder.header({ ...HEADER, ...header }), ...lines, footer].join('');
}

const HEADER: RecordingHeader = {
  kind: 'residuum.recording',
  format: RECORDING_FORMAT,
  appVersion: '0.1.0',
  probeSha256: 'a'.repeat(64),
  startedMs: FIRST_LOOK_MS,
  isDemo: false,
  policy: { kind: 'engine-tree', limitBytes: 3_221_225_472, origin: 'default' },
  redaction: 'none',
  nodes: [{ node: 'n1', target: 'gpu-01' }],
  story: [],
};
