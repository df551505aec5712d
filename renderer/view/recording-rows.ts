// The host's recordings as a list: in groups, each with what to say when it is empty.
import type { RecordingEntry } from '../../shared/rpc/contract.ts';
import { dayText } from './replay-text.ts';
import { ageText } from './screen-text.ts';
import { timeText } from './time-text.ts';

export interface RecordingGroup {
  readonly kind: RecordingEntry['kind'];
  readonly title: string;
  readonly empty: string;
  readonly entries: readonly RecordingEntry[];
}

const GROUPS: readonly Omit<RecordingGroup, 'entries'>[] = [
  { kind: 'file', title: 'Named at the start', empty: '' },
  {
    kind: 'saved',
    title: 'Saved',
    empty: 'Nothing is saved yet. What is kept of the last hours below is saved by giving it a name.',
  },
  {
    kind: 'kept',
    title: 'The last hours',
    empty: 'Every node that is open is recorded here, up to twelve hours and 1 GiB; the oldest go first.',
  },
  { kind: 'demo', title: 'Demos: incidents that others reported', empty: '' },
];

/** A group with nothing in it and nothing to say is left out. */
export function recordingGroups(entries: readonly RecordingEntry[]): RecordingGroup[] {
  return GROUPS.map((group) => ({ ...group, entries: entries.filter(({ kind }) => kind === group.kind) })).filter(
    (group) => group.entries.length > 0 || group.empty !== '',
  );
}

/** `gpu-01, gpu-02 · 2026-01-31 12:00:00 · 58 min 0 s · 3.1 MiB`. Demos say how large they are alone: their time is made up. */
export function recordingFacts({ targets, startedMs, changedMs, bytes, kind }: RecordingEntry): string {
  const size = fileSize(bytes);
  if (kind === 'demo' || startedMs === null) return size;
  const lastedMs = Math.max(0, changedMs - startedMs);
  const whose = kind === 'kept' ? [] : [targets.join(', ')];
  return [...whose, `${dayText(startedMs)} ${timeText(startedMs)}`, ageText(lastedMs), size].join(' · ');
}

/** Of a file, in the unit that leaves it some digits: a recording of a few minutes has some KiB. */
function fileSize(bytes: number): string {
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
