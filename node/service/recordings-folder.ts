// The recordings of this machine: those that are kept while nodes are watched, those that were saved, demos, named files.
import { homedir } from 'node:os';
import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import type { RecordingEntry } from '../../shared/rpc/contract.ts';
import { canBeNamed, GIVEN_NAME, notListed, RECORDING_FILE } from './recording-name.ts';
import { COMPRESSING } from '../recording/compress-recording.ts';
import { mergeRecordings } from '../recording/merge-recordings.ts';
import { RecordingError } from '../recording/recording-error.ts';
import { openRecording } from '../recording/recording-reader.ts';

export interface RecordingsOptions {
  /** Where they are kept and saved, such as `…/residuum/recordings`. */
  readonly folder: string;
  /** undefined where no demos are shipped. */
  readonly demos: string | undefined;
  /** Files that the user named when the host was started. */
  readonly files: readonly string[];
}

/** `residuum/recordings` in XDG_DATA_HOME, or in ~/.local/share. */
export function defaultRecordingsFolder(env: Readonly<Record<string, string | undefined>>): string {
  const data = env['XDG_DATA_HOME'];
  const folder = data?.startsWith('/') === true ? data : join(homedir(), '.local', 'share');
  return join(folder, 'residuum', 'recordings');
}

/** Names hosts, users and command lines: for nobody else. */
const MODE = 0o700;

type Kind = RecordingEntry['kind'];

export class RecordingsFolder {
  readonly #options: RecordingsOptions;

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /** Where the recorder writes; made when it is not there. Throws a RecordingError. */
  async keptFolder(): Promise<string> {
    return await this.#made('kept');
  }

  /**
   * Newest first within each kind. A file that cannot be read stays in the list, with its reason. `written`: the names of
   * the kept ones that are being recorded now.
   */
  async list(written: ReadonlySet<string> = new Set()): Promise<RecordingEntry[]> {
    const { demos, files } = this.#options;
    const lists = await Promise.all([
      Promise.all(files.map((file, at) => entryOf('file', `file/${at + 1}`, file))),
      this.#entries('saved', this.#place('saved')),
      this.#entries('kept', this.#place('kept')),
      demos === undefined ? [] : this.#entries('demo', demos),
    ]);
    return lists
      .flat()
      .filter((entry) => entry !== undefined)
      .map((entry) => ({ ...entry, isWritten: entry.kind === 'kept' && written.has(basename(entry.id)) }));
  }

  /** What the list does not have although it looks like a recording, in sentences; empty when it has all. */
  async notes(): Promise<string[]> {
    const { demos } = this.#options;
    const folders = [this.#place('saved'), this.#place('kept'), ...(demos === undefined ? [] : [demos])];
    const notes = await Promise.all(
      folders.map(async (folder) => {
        const names = await readdir(folder).catch(() => []);
        const left = names.filter((name) => RECORDING_FILE.test(name) && !canBeNamed(name)).length;
        return left === 0 ? [] : [notListed(left, folder)];
      }),
    );
    return notes.flat();
  }

  /** The file of an id of the list, also when it was compressed since. Throws an RpcError for anything else. */
  async fileOf(id: string): Promise<string> {
    const file = this.#namedBy(id);
    return (await isThere(file)) || !(await isThere(`${file}.gz`)) ? file : `${file}.gz`;
  }

  #namedBy(id: string): string {
    const { demos, files } = this.#options;
    const [kind, name = '', ...more] = id.split('/');
    const file =
      kind === 'file'
        ? files[Number(name) - 1]
        : canBeNamed(name)
          ? join(folderOf(kind, this.#options), name)
          : undefined;
    if (more.length > 0 || file === undefined || (kind === 'demo' && demos === undefined)) {
      throw new RpcError(
        'no-such-recording',
        `There is no recording ${JSON.stringify(id)}.`,
        'Look at the list again.',
      );
    }
    return file;
  }

  /** Gives it a name, beside which it is not kept for a while only but for good. Answers the new id. */
  async save(id: string, name: string): Promise<string> {
    const from = await this.fileOf(id);
    const to = await this.#free(name, from.endsWith('.gz') ? '.gz' : '');
    try {
      if (id.startsWith('saved/')) await rename(from, to);
      else await named(from, to);
    } catch (cause) {
      throw asRpcError(RecordingError.of(cause, 'create', to));
    }
    return `saved/${basename(to)}`;
  }

  /** Several that are kept as one file, with what there is of them now. Answers the new id. */
  async saveAsOne(ids: readonly string[], name: string, appVersion: string): Promise<string> {
    if (!ids.every((id) => id.startsWith('kept/'))) {
      const text = 'Only what is kept of the last hours can be saved as one.';
      throw new RpcError('not-kept', text, 'Choose among those, or save each by itself.');
    }
    const files = await Promise.all(ids.map(async (id) => await this.fileOf(id)));
    const to = await this.#free(name, '.gz');
    try {
      await mergeRecordings([...new Set(files)], to, appVersion);
    } catch (cause) {
      throw asRpcError(cause instanceof RecordingError ? cause : RecordingError.of(cause, 'create', to));
    }
    return `saved/${basename(to)}`;
  }

  /** Where a saved one of this name goes. Throws an RpcError for what is no name, or one that is taken. */
  async #free(name: string, ending: '' | '.gz'): Promise<string> {
    if (!GIVEN_NAME.test(name)) {
      const next =
        'Use letters from a to z, digits, blanks, dots, dashes and underscores, at most 120, and begin with a letter or digit.';
      throw new RpcError('bad-name', `${JSON.stringify(name)} cannot be the name of a file.`, next);
    }
    const plain = join(await this.#made('saved'), `${name.replace(RECORDING_FILE, '')}.residuum.jsonl`);
    if ((await isThere(plain)) || (await isThere(`${plain}.gz`))) {
      throw new RpcError('name-taken', `There is a recording called ${name} already.`, 'Choose another name.');
    }
    return `${plain}${ending}`;
  }

  /** Takes the oldest kept ones away until the others have at most so many bytes, and those from before `oldestMs`. */
  async prune(mostBytes: number, oldestMs: number): Promise<void> {
    const folder = this.#place('kept');
    const all = await readdir(folder).catch(() => []);
    const names = all.filter((name) => RECORDING_FILE.test(name));
    // Of a compression that was killed after the original was gone, or together with it.
    for (const name of all.filter((each) => each.endsWith(COMPRESSING))) {
      if (!names.includes(name.slice(0, -COMPRESSING.length))) await rm(join(folder, name), { force: true });
    }
    const files = await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(folder, name)).catch(() => GONE);
        return { file: join(folder, name), size, mtimeMs };
      }),
    );
    let bytes = 0;
    for (const { file, size, mtimeMs } of files.toSorted((one, other) => other.mtimeMs - one.mtimeMs)) {
      bytes += size;
      if (bytes > mostBytes || mtimeMs < oldestMs) await rm(file, { force: true });
    }
  }

  async #entries(kind: Kind, folder: string): Promise<(RecordingEntry | undefined)[]> {
    const names = (await readdir(folder).catch(() => [])).filter(canBeNamed);
    const entries = await Promise.all(names.map((name) => entryOf(kind, `${kind}/${name}`, join(folder, name))));
    return entries.toSorted((one, other) => (other?.startedMs ?? 0) - (one?.startedMs ?? 0));
  }

  #place(kind: 'kept' | 'saved'): string {
    return join(this.#options.folder, kind);
  }

  async #made(kind: 'kept' | 'saved'): Promise<string> {
    const folder = this.#place(kind);
    try {
      await mkdir(folder, { recursive: true, mode: MODE });
    } catch (cause) {
      throw RecordingError.of(cause, 'create', folder);
    }
    return folder;
  }
}

const GONE = { size: 0, mtimeMs: Number.POSITIVE_INFINITY };

function folderOf(kind: string | undefined, { folder, demos = '' }: RecordingsOptions): string {
  return kind === 'demo' ? demos : join(folder, kind === 'saved' ? 'saved' : 'kept');
}

/** A second name for the same bytes; where a file can have only one, a copy. */
async function named(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}

/** undefined when it is gone by now. */
async function entryOf(kind: Kind, id: string, file: string): Promise<RecordingEntry | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  const name = basename(file).replace(RECORDING_FILE, '');
  const entry = { id, kind, name, bytes: found.size, changedMs: found.mtimeMs, isWritten: false };
  try {
    const opened = await openRecording(file);
    await opened.close();
    const { header } = opened;
    const { startedMs, isDemo, story } = header;
    return {
      ...entry,
      startedMs,
      isDemo,
      story: [...story],
      targets: header.nodes.map(({ target }) => target),
      problem: '',
    };
  } catch (error) {
    const problem = error instanceof RecordingError ? error.message : 'It cannot be read.';
    return { ...entry, startedMs: null, isDemo: false, story: [], targets: [], problem };
  }
}

async function isThere(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}

export function asRpcError({ code, message }: RecordingError): RpcError {
  return new RpcError(code, message);
}
