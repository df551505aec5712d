// Everything about a recording in one zip: the recording, its tables and figures, and a text that says what they are.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { strToU8 } from 'fflate';
import { bundleReadme } from '../../shared/evidence/bundle-readme.ts';
import type { Evidence, TableName } from '../../shared/evidence/evidence.ts';
import { evidencePage } from '../../shared/evidence/evidence-page.ts';
import { evidenceText } from '../../shared/evidence/evidence-text.ts';
import { DEFAULT_FIGURE_STYLE } from '../../shared/evidence/figures/figure.ts';
import type { FigureName } from '../../shared/evidence/figures/look-figure.ts';
import { statesAsks } from '../../shared/recorded/compared-asks.ts';
import { RecordedError } from '../../shared/recorded/recorded-error.ts';
import { recordedEvidence } from '../../shared/recorded/recorded-evidence.ts';
import { sideFigure, sleepFigure, RECORDED_FIGURES } from '../../shared/recorded/recorded-figure.ts';
import { findSide, type RecordedSide } from '../../shared/recorded/recorded-side.ts';
import { redactedLines } from '../../shared/recorded/redact-opened.ts';
import { figurePng, PngError } from './figure-png.ts';
import { fileSource, namedError, readFileSide } from './recorded-file.ts';
import { RecordingError } from '../recording/recording-error.ts';
import { openRecording } from '../recording/recording-reader.ts';
import { zipStream, type ZipFile } from './zip-stream.ts';

export interface BundleRequest {
  readonly node: string | undefined;
  readonly at: string;
  readonly redaction: 'names' | 'none';
  readonly appVersion: string;
}

/** Arms are of two recordings, and a comparison of two moments says no more than the one of all states. */
const TABLES: readonly TableName[] = [
  'states',
  'gate',
  'ledger',
  'cycles',
  'compare-states',
  'processes',
  'environment',
];
/** A recording may have nothing for these. */
const MAY_LACK: readonly TableName[] = ['states', 'compare-states'];

/**
 * The zip in pieces. Unless names were asked for, the recording in it is the redacted one, and its tables are made from
 * that: they are checked against what is in the zip. Whatever is asked for, a recording is read a fixed number of times,
 * and only a few of its looks are kept. Throws a RecordingError.
 */
export async function* evidenceBundle(
  file: string,
  request: BundleRequest,
): AsyncGenerator<Uint8Array, void, undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-bundle-'));
  try {
    const { name, path, asked } = await recordingIn(folder, file, request);
    const side = await sideIn(path, file, {
      ...asked,
      cycle: undefined,
      redaction: request.redaction,
      compared: { asked: statesAsks(false).own, selectors: [] },
    });
    const { files, tables, left } = tableFiles(side, request.appVersion);
    const figures = figureTexts(side, left);
    files.push(...(await figureFiles(figures, left)));
    files.push({ path: 'evidence.html', data: strToU8(evidencePage(tables, [...figures.values()])) });
    files.push({ path: name, data: bytesOf(path, file) });
    files.push({ path: 'README.md', data: strToU8(bundleReadme(name, tables, [...figures.keys()], left)) });
    yield* zipStream(files.toSorted((one, other) => (one.path < other.path ? -1 : 1)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* bytesOf(path: string, file: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of createReadStream(path)) yield piece as Uint8Array;
  } catch (cause) {
    throw RecordingError.of(cause, 'read', file);
  }
}

interface InBundle {
  readonly name: string;
  readonly path: string;
  /** As it is named in that file. */
  readonly asked: { readonly who: string | undefined; readonly at: string };
}

async function recordingIn(folder: string, file: string, request: BundleRequest): Promise<InBundle> {
  const asked = { who: request.node, at: request.at };
  if (request.redaction === 'none') {
    return { name: `recording.residuum.jsonl${(await isGzip(file)) ? '.gz' : ''}`, path: file, asked };
  }
  const name = 'recording.residuum.jsonl.gz';
  const path = join(folder, name);
  const lines = redactedLines(await openRecording(file));
  try {
    await pipeline(Readable.from(lines), createGzip(), createWriteStream(path, { mode: 0o600 }));
  } catch (cause) {
    if (cause instanceof RecordingError) throw cause;
    throw RecordingError.of(cause, 'write', path);
  }
  // A node's name and the text of a mark are in the original alone.
  if (asked.at === '' && asked.who === undefined) return { name, path, asked };
  try {
    const { node, found } = await findSide(fileSource(file), { ...asked, redaction: 'names' });
    return { name, path, asked: { who: node, at: new Date(Math.ceil(found.atMs)).toISOString() } };
  } catch (error) {
    throw namedError(error, file);
  }
}

async function isGzip(file: string): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw RecordingError.of(cause, 'read', file);
  }
}

/** Whoever reads what is wrong knows the recording by its own name. */
async function sideIn(path: string, file: string, request: Parameters<typeof readFileSide>[1]): Promise<RecordedSide> {
  try {
    return await readFileSide(path, request);
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new RecordingError(error.code, error.message.replaceAll(path, file), { cause: error });
  }
}

interface Made {
  readonly files: ZipFile[];
  readonly tables: Evidence[];
  /** What is not there, and why. */
  readonly left: string[];
}

/** A table that this recording has nothing for, such as states of engines where none was seen, is left out and named. */
function tableFiles(side: RecordedSide, appVersion: string): Made {
  const made: Made = { files: [], tables: [], left: [] };
  for (const table of TABLES) {
    try {
      const evidence = recordedEvidence(side, undefined, { table, preset: 'pr-table', unit: 'MiB', appVersion });
      made.tables.push(evidence);
      for (const format of ['md', 'csv', 'json', 'tex'] as const) {
        made.files.push({ path: `tables/${table}.${format}`, data: strToU8(evidenceText(evidence, format)) });
      }
    } catch (error) {
      if (!MAY_LACK.includes(table) || !(error instanceof RecordedError) || error.code !== 'no-moment') throw error;
      made.left.push(`${table}: ${error.message}`);
    }
  }
  return made;
}

function figureTexts(side: RecordedSide, left: string[]): Map<FigureName, string> {
  const made = new Map<FigureName, string>();
  for (const figure of RECORDED_FIGURES) {
    if (figure !== 'compare') made.set(figure, sideFigure(side, figure, DEFAULT_FIGURE_STYLE));
  }
  const compared = sleepFigure(side, DEFAULT_FIGURE_STYLE);
  if (compared === undefined) left.push('the figure compare: no sleep was seen that settled.');
  else made.set('compare', compared);
  return made;
}

/** Where no PNG can be drawn, everything else is there all the same. */
async function figureFiles(figures: ReadonlyMap<FigureName, string>, left: string[]): Promise<ZipFile[]> {
  const files = [...figures].map(([name, svg]): ZipFile => ({ path: `figures/${name}.svg`, data: strToU8(svg) }));
  try {
    for (const [name, svg] of figures) files.push({ path: `figures/${name}.png`, data: await figurePng(svg) });
  } catch (error) {
    if (!(error instanceof PngError)) throw error;
    left.push(`figures as PNG: ${error.message}`);
  }
  return files;
}
