// Everything about a recording in one zip: the recording, its tables in plain forms, and a text that says what they are.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import type { Evidence, TableName } from '../shared/evidence/evidence.ts';
import { evidenceText } from '../shared/evidence/evidence-text.ts';
import { bundleReadme } from '../shared/evidence/bundle-readme.ts';
import { recordedTable } from './recorded-table.ts';
import { RecordingError } from './recording-error.ts';
import { redactRecording } from './redact-recording.ts';

export interface BundleRequest {
  readonly node: string | undefined;
  readonly at: string;
  readonly redaction: 'names' | 'none';
  readonly appVersion: string;
}

/** Arms are of two recordings. */
const TABLES: readonly TableName[] = ['states', 'gate', 'ledger', 'cycles', 'processes', 'environment'];

/** The same recording gives the same bytes, whenever and wherever. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * Unless names were asked for, the recording in it is the redacted one, and its tables are made from that: they are checked
 * against what is in the zip. Throws a RecordingError.
 */
export async function evidenceBundle(file: string, request: BundleRequest): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-bundle-'));
  try {
    const asked = await resolved(file, request);
    const { name, path, bytes } = await recordingIn(folder, file, request.redaction);
    const files: Record<string, Uint8Array> = { [name]: bytes };
    const evidence: Evidence[] = [];
    const left: string[] = [];
    for (const table of TABLES) {
      const made = await tableIn(path, table, asked, file);
      if (typeof made === 'string') {
        left.push(made);
        continue;
      }
      evidence.push(made);
      for (const format of ['md', 'csv', 'json'] as const) {
        files[`tables/${table}.${format}`] = strToU8(evidenceText(made, format));
      }
      if (table === 'states') files['tables/states.html'] = strToU8(evidenceText(made, 'html'));
    }
    files['README.md'] = strToU8(bundleReadme(name, evidence, left));
    const paths = Object.keys(files).toSorted();
    return zipSync(Object.fromEntries(paths.map((each) => [each, files[each] ?? new Uint8Array()])), {
      mtime: NO_TIME,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A node's name and the text of a mark are in the original alone: after this they are named as they are in both. */
async function resolved(file: string, request: BundleRequest): Promise<BundleRequest> {
  if (request.at === '' && request.node === undefined) return request;
  const { choices } = await recordedTable(file, {
    ...request,
    table: 'gate',
    preset: 'pr-table',
    unit: 'MiB',
    against: undefined,
  });
  return { ...request, at: choices.at, node: choices.node };
}

async function recordingIn(
  folder: string,
  file: string,
  redaction: 'names' | 'none',
): Promise<{ name: string; path: string; bytes: Uint8Array }> {
  if (redaction === 'names') {
    const name = 'recording.residuum.jsonl.gz';
    const bytes = gzipSync((await redactRecording(file)).text);
    const path = join(folder, name);
    await writeFile(path, bytes, { mode: 0o600 });
    return { name, path, bytes };
  }
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw RecordingError.of(cause, 'read', file);
  }
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return { name: `recording.residuum.jsonl${isGzip ? '.gz' : ''}`, path: file, bytes };
}

/** A table that this recording has nothing for, such as states of engines where none was seen, is left out and named. */
async function tableIn(
  path: string,
  table: TableName,
  request: BundleRequest,
  file: string,
): Promise<Evidence | string> {
  const at = table === 'states' || table === 'cycles' ? '' : request.at;
  const choices = { table, preset: 'pr-table', unit: 'MiB', at, against: undefined } as const;
  try {
    return await recordedTable(path, { ...request, ...choices });
  } catch (error) {
    if (table !== 'states' || !(error instanceof RecordingError) || error.code !== 'no-moment') {
      throw error instanceof RecordingError
        ? new RecordingError(error.code, error.message.replaceAll(path, file))
        : error;
    }
    return `${table}: ${error.message.replaceAll(path, '').replace(/^: /, '')}`;
  }
}
