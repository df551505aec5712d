// A place of a recording to fold on from, held in little memory: what can be had from elsewhere is left out.
import { RecordingDecoder } from '../recording/decoder.ts';
import { packLooks, unpackLooks, type LookChunk } from '../session/history/look-chunk.ts';
import type { NodeSession } from '../session/node-session.ts';

/** The fold of the first `lines` lines, and how those after them are read. */
export interface Fold {
  readonly lines: number;
  readonly session: NodeSession;
  readonly decoder: RecordingDecoder;
}

/** Without the newest looks, which are in `newest`, and without the frame that was read last: the next is read in full. */
export interface Checkpoint extends Fold {
  readonly newest: LookChunk;
}

export function checkpointOf({ lines, session, decoder }: Fold, format: number): Checkpoint {
  const { history } = session;
  const kept = { ...session, read: {}, history: { ...history, last: [] } };
  return { lines, session: kept, decoder: new RecordingDecoder(format, decoder), newest: packLooks(history.last) };
}

/** To be folded on; the checkpoint stays as it is. */
export function resumed({ lines, session, decoder, newest }: Checkpoint, format: number): Fold {
  const history = { ...session.history, last: unpackLooks(newest) };
  return { lines, session: { ...session, history }, decoder: new RecordingDecoder(format, decoder) };
}
