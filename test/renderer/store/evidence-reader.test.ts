// What is held of recordings that were read for evidence: enough to read again fast, and nothing of one that was closed.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { fileSource } from '../../../renderer/recordings/page-source.ts';
import { START } from '../../../renderer/store/app-state.ts';
import { EvidenceReader, type EvidencePlace } from '../../../renderer/store/evidence-reader.ts';
import { Recordings } from '../../../renderer/store/recordings.ts';
import { createStore } from '../../../renderer/store/store.ts';
import { DEMO_INCIDENTS } from '../../../shared/source/demo-incidents.ts';
import { demoRecording } from '../../../node/demo/demo-recording.ts';

const [INCIDENT] = DEMO_INCIDENTS;

/** Frees what nobody holds. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** A recording that is read up to its end when `readOn` is called, and what is held of it then. */
async function readThenClosed(whenForgotten: 'while reading' | 'never'): Promise<WeakRef<object>> {
  const store = createStore(START);
  const recordings = new Recordings(store, (callback) => callback());
  const reader = new EvidenceReader({ store, recordings, client: () => undefined });
  readers.push(reader);
  if (INCIDENT === undefined) throw new Error('no incident is shipped');
  const file = new Blob([demoRecording(INCIDENT, '0.1.0')]);
  const place: EvidencePlace = {
    key: 'r1:n1',
    file: 'run.residuum.jsonl',
    node: undefined,
    isGrowing: false,
    source: () => Promise.resolve(fileSource(file)),
  };
  const reading = reader.side(place, { at: '', cycle: undefined, redaction: 'none' });
  if (whenForgotten === 'while reading') reader.forget();
  return new WeakRef(await reading);
}

/** They live on, as that of the page does. */
const readers: EvidenceReader[] = [];

it('holds what was read last, and nothing that was closed before it was read to its end', async () => {
  const held = await readThenClosed('never');
  const closed = await readThenClosed('while reading');
  await expect
    .poll(() => {
      collectGarbage();
      return [held, closed].map((each) => each.deref() !== undefined);
    })
    .toEqual([true, false]);
});
