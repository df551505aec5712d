// The host's recordings as a list: in groups, each with what to say when it is empty.
import type { RecordingEntry } from '../../shared/rpc/contract.ts';
import { ageText } from './screen-text.ts';
import { dayText, timeText } from './time-text.ts';

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
    empty: 'Nothing is kept at present.',
  },
  { kind: 'demo', title: 'Demos: incidents that others reported', empty: '' },
];

/** A group with nothing in it and nothing to say is left out. */
export function recordingGroups(entries: readonly RecordingEntry[]): RecordingGroup[] {
  return GROUPS.map((group) => ({ ...group, entries: entries.filter(({ kind }) => kind === group.kind) })).filter(
    (group) => group.entries.length > 0 || group.empty !== '',
  );
}

/**
 * `gpu-01, gpu-02 · 2026-01-31 12:00:00 · 58 min 0 s · 3.1 MiB · being recorded`. Demos say how large they are alone: their
 * time is made up.
 */
export function recordingFacts({ targets, startedMs, changedMs, bytes, kind, isWritten }: RecordingEntry): string {
  const size = fileSize(bytes);
  if (kind === 'demo' || startedMs === null) return size;
  const lastedMs = Math.max(0, changedMs - startedMs);
  const whose = kind === 'kept' ? [] : [targets.join(', ')];
  const now = isWritten ? ['being recorded'] : [];
  return [...whose, `${dayText(startedMs)} ${timeText(startedMs)}`, ageText(lastedMs), size, ...now].join(' · ');
}

/** Those of the last hours that can be saved together with others. */
export function canBeSavedAsOne({ kind, problem }: RecordingEntry): boolean {
  return kind === 'kept' && problem === '';
}

/** A name for what several nodes showed, such as `3 nodes 2026-01-31 1200`; what the user likes better is typed over it. */
export function nameForSeveral(entries: readonly RecordingEntry[]): string {
  const targets = new Set(entries.flatMap((entry) => entry.targets));
  const [only = ''] = targets;
  const what =
    targets.size === 1
      ? only.replaceAll(/[^A-Za-z0-9.]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
      : `${targets.size} nodes`;
  const startedMs = Math.min(...entries.flatMap((entry) => entry.startedMs ?? []));
  if (!Number.isFinite(startedMs)) return what;
  return `${what} ${dayText(startedMs)} ${timeText(startedMs).slice(0, 5).replace(':', '')}`;
}

/** Of a file, in the unit that leaves it some digits: a recording of a few minutes has some KiB. */
function fileSize(bytes: number): string {
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
