// Several recordings of this machine as one compressed file, whole or not at all.
import { rename, rm } from 'node:fs/promises';
import { mergeOpened, type MergedRecordings } from '../../shared/recorded/merge-opened.ts';
import { compressRecording } from './compress-recording.ts';
import { openRecording } from './recording-reader.ts';
import { RecordingWriter } from './recording-writer.ts';

/** `to` ends with `.gz`. Throws a RecordingError, or what renaming throws, and leaves nothing then. */
export async function mergeRecordings(files: readonly string[], to: string, appVersion: string): Promise<void> {
  // Not a name of a recording, as it is none before it is whole.
  const part = to.replace(/\.gz$/, '.part');
  try {
    const openers = files.map((file) => async () => await openRecording(file));
    await rm(part, { force: true });
    await write(part, await mergeOpened(openers, appVersion));
    await rename(await compressRecording(part), to);
  } finally {
    await rm(part, { force: true });
  }
}

async function write(file: string, merged: MergedRecordings): Promise<void> {
  const writer = RecordingWriter.create(file, merged.header);
  let endMs = merged.header.startedMs;
  try {
    for await (const seen of merged.observations()) {
      endMs = Math.max(endMs, seen.atMs);
      if (!writer.append(seen)) break;
    }
  } finally {
    writer.close(endMs, 'it was saved');
  }
  const { stopped } = writer.state;
  if (stopped !== undefined) throw stopped;
}
