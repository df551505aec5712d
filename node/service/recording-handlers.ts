// The part of the service that has to do with recordings: what is offered, saved, written now, and turned off.
import type { RecorderState } from '../../shared/rpc/contract.ts';
import type { Cancel } from '../../shared/rpc/cancel.ts';
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import type { Handlers } from '../../shared/rpc/server.ts';
import { recordingSha256 } from '../recording/provenance.ts';
import { RecordingError } from '../recording/recording-error.ts';
import { isCutGzip, textOf } from '../recording/recording-reader.ts';
import type { AlwaysRecorder } from './always-recorder.ts';
import { asRpcError, type RecordingsFolder } from './recordings-folder.ts';

/** Of the settings: `off` where the user does not want open nodes to be recorded. */
export const ALWAYS_RECORD = 'always-record';

export interface RecordingHandlersOptions {
  /** undefined where this host keeps no recordings. */
  readonly folder: RecordingsFolder | undefined;
  readonly recorder: AlwaysRecorder | undefined;
  /** When it is known what the user chose, and the recorder knows it. */
  readonly isChosen: Promise<void>;
  /** Writes a setting; rejects with an RpcError. */
  readonly keep: (name: string, value: string | null) => Promise<void>;
  readonly version: string;
}

type Name = `recordings.${'list' | 'open' | 'identity' | 'save' | 'state' | 'resume' | 'turn'}`;

export function recordingHandlers(options: RecordingHandlersOptions): Pick<Handlers, Name> {
  const { folder, recorder, isChosen, keep, version } = options;
  const place = (): RecordingsFolder => {
    if (folder === undefined) throw noRecordings();
    return folder;
  };
  const always = (): AlwaysRecorder => {
    if (recorder === undefined) throw noRecordings();
    return recorder;
  };
  return {
    'recordings.list': async () => ({
      recordings: (await folder?.list(recorder?.written)) ?? [],
      notes: (await folder?.notes()) ?? [],
    }),
    'recordings.open': ({ id }) => recordingText(place(), id),
    'recordings.identity': ({ id }) => recordingIdentity(place(), id),
    'recordings.save': async ({ ids, name }) => {
      const [id = '', ...others] = ids;
      const called = name.trim();
      return { id: await (others.length === 0 ? place().save(id, called) : place().saveAsOne(ids, called, version)) };
    },
    'recordings.state': (_input, { signal }) => stateOf(always(), isChosen, signal),
    'recordings.resume': async () => {
      recorder?.resume();
      return {};
    },
    'recordings.turn': async ({ isOn }) => {
      await isChosen;
      always().turn(isOn);
      await keep(ALWAYS_RECORD, isOn ? null : 'off');
      return {};
    },
  };
}

function noRecordings(): RpcError {
  return new RpcError('no-recordings', 'This host keeps no recordings.');
}

async function* stateOf(
  recorder: AlwaysRecorder,
  isChosen: Promise<void>,
  signal: Cancel,
): AsyncGenerator<RecorderState, void, undefined> {
  await isChosen;
  yield* recorder.watch(signal);
}

async function recordingIdentity(folder: RecordingsFolder, id: string): ReturnType<typeof recordingSha256> {
  const file = await folder.fileOf(id);
  try {
    return await recordingSha256(file);
  } catch (error) {
    throw error instanceof RecordingError ? asRpcError(error) : error;
  }
}

/** Pieces as they come from the disk, some 64 KB each. */
async function* recordingText(folder: RecordingsFolder, id: string): AsyncGenerator<string, void, undefined> {
  const file = await folder.fileOf(id);
  try {
    yield* await textOf(file);
  } catch (error) {
    if (isCutGzip(error)) return;
    throw error instanceof RecordingError ? asRpcError(error) : asRpcError(RecordingError.of(error, 'read', file));
  }
}
