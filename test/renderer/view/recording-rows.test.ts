// What the list of recordings says of each: whose it is, when it was made, how long and how large it is.
import { expect, it } from 'vitest';
import { nameForSeveral, recordingFacts } from '../../../renderer/view/recording-rows.ts';
import type { RecordingEntry } from '../../../shared/rpc/contract.ts';

const entry = (change: Partial<RecordingEntry>): RecordingEntry => ({
  id: 'x',
  kind: 'saved',
  name: 'run',
  bytes: 3_250_586,
  changedMs: 0,
  startedMs: null,
  isDemo: false,
  story: [],
  targets: ['gpu-01', 'gpu-02'],
  isWritten: false,
  problem: '',
  ...change,
});
const startedMs = Date.UTC(2026, 0, 31, 12);

it.each<[string, Partial<RecordingEntry>]>([
  ['gpu-01, gpu-02 · 2026-01-31 12:00:00 · 58 min 0 s · 3.1 MiB', { startedMs, changedMs: startedMs + 58 * 60_000 }],
  [
    '2026-01-31 12:00:00 · 4.0 s · 1.0 MiB',
    { kind: 'kept', startedMs, changedMs: startedMs + 4_000, bytes: 1_048_576 },
  ],
  [
    '2026-01-31 12:00:00 · 4.0 s · 1.0 MiB · being recorded',
    { kind: 'kept', startedMs, changedMs: startedMs + 4_000, bytes: 1_048_576, isWritten: true },
  ],
  ['5.1 KiB', { kind: 'demo', startedMs, bytes: 5_230 }],
  ['0.0 KiB', { bytes: 0 }],
])('%s', (text, change) => {
  expect(recordingFacts(entry(change))).toBe(text);
});

it.each<[string, Partial<RecordingEntry>[]]>([
  ['3 nodes 2026-01-31 1200', [{ startedMs: startedMs + 5_000 }, { targets: ['gpu-02', 'gpu-03'], startedMs }]],
  ['me-gpu-01-2222 2026-01-31 1200', [{ targets: ['me@gpu-01:2222'], startedMs }, { targets: ['me@gpu-01:2222'] }]],
  ['2 nodes', [{}]],
])('%s is offered as the name of several', (name, changes) => {
  expect(nameForSeveral(changes.map((change) => entry(change)))).toBe(name);
});
