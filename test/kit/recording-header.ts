// The header of a recording as tests write it.
import { RECORDING_FORMAT, type RecordingHeader } from '../../shared/recording/format.ts';

export const RECORDING_HEADER: RecordingHeader = {
  kind: 'residuum.recording',
  format: RECORDING_FORMAT,
  appVersion: '0.1.0',
  probeSha256: 'a'.repeat(64),
  startedMs: 1_769_860_800_000,
  isDemo: false,
  policy: { kind: 'engine-tree', limitBytes: 3_221_225_472, origin: 'default' },
  redaction: 'none',
  nodes: [{ node: 'n1', target: 'gpu-01' }],
  story: [],
};
