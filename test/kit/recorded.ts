// Observations as the text of a recording, as a recorder would have written them.
import type { Observation } from '../../shared/model/observation.ts';
import { RecordingEncoder } from '../../shared/recording/encoder.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';
import { FIRST_LOOK_MS } from './observed.ts';
import { RECORDING_HEADER } from './recording-header.ts';

export interface RecordedOptions extends Partial<Pick<RecordingHeader, 'isDemo' | 'story' | 'nodes'>> {
  /** How it was ended; undefined when its writer was killed. */
  readonly why?: string;
}

export function recorded(observations: readonly Observation[], options: RecordedOptions = {}): string {
  const { why, ...header } = options;
  const encoder = new RecordingEncoder();
  const lines = observations.map((seen) => encoder.line(seen));
  const footer = why === undefined ? '' : encoder.footer(observations.at(-1)?.atMs ?? 0, observations.length, why);
  return [encoder.header({ ...RECORDING_HEADER, startedMs: FIRST_LOOK_MS, ...header }), ...lines, footer].join('');
}
