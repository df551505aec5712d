// Reads a recording from a file and folds it.
import type { NodeId } from '../../shared/model/observation.ts';
import { foldOpened, type FoldedRecording, type Rewrite } from '../../shared/recorded/fold-opened.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { openRecording } from './recording-reader.ts';

/**
 * Rejects with a RecordingError. `onLook` is given each whole look: whoever keeps them all keeps a long recording in
 * memory.
 */
export async function foldRecording(
  file: string,
  onLook?: (node: NodeId, moment: Moment) => void,
  rewrite?: Rewrite,
): Promise<FoldedRecording> {
  return foldOpened(await openRecording(file), onLook, rewrite);
}
