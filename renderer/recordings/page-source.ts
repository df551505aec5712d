// Recordings as evidence reads them: a file that was dropped or chosen, one of the host, one that the host still writes.
import type { Client } from '../../shared/rpc/client.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { openText, type OpenedRecording } from '../../shared/recording/open-text.ts';
import type { RecordedSource } from '../../shared/recorded/recorded-side.ts';
import { sha256Hex } from './sha256.ts';
import { textOf } from './recording-text.ts';

/** Work of so many milliseconds at once leaves room for a picture. */
const SLICE_MS = 8;

export function fileSource(file: Blob): RecordedSource {
  return {
    open: async () => paced(await openText(textOf(file))),
    identity: async () => ({ sha256: await sha256Hex(await file.arrayBuffer()), size: file.size }),
    sha256: sha256Hex,
  };
}

/** `client` answers the one of now: the host may have been away meanwhile. */
export function hostSource(id: string, client: () => Client): RecordedSource {
  return {
    open: async () => paced(await openText(client()['recordings.open']({ id }))),
    identity: () => client()['recordings.identity']({ id }),
    sha256: sha256Hex,
  };
}

/** As far as it is written by now: read once, so that every reading of it finds the same. It has no hash. */
export async function growingSource(id: string, client: Client): Promise<RecordedSource> {
  const pieces: string[] = [];
  for await (const piece of client['recordings.open']({ id })) pieces.push(piece);
  async function* again(): AsyncGenerator<string> {
    yield* pieces;
  }
  return {
    open: async () => paced(await openText(again())),
    identity: () => Promise.resolve(undefined),
    sha256: sha256Hex,
  };
}

/** Lets the page draw and hear while a long one is read. */
function paced(recording: OpenedRecording): OpenedRecording {
  async function* observations(): AsyncGenerator<Observation> {
    let since = performance.now();
    for await (const seen of recording.observations()) {
      yield seen;
      if (performance.now() - since < SLICE_MS) continue;
      await new Promise((resolve) => {
        setTimeout(resolve, 0);
      });
      since = performance.now();
    }
  }
  return { ...recording, observations };
}
