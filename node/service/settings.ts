// What the user chose and where they connected last: one small JSON file, written whole or not at all.
import { mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export interface RecentTarget {
  readonly target: string;
  /** Milliseconds since 1970. */
  readonly lastMs: number;
}

export interface Settings {
  /** Newest first, each target once. */
  readonly recent: readonly RecentTarget[];
  readonly values: Readonly<Record<string, string>>;
}

const NO_SETTINGS: Settings = { recent: [], values: {} };
const VERSION = 1;
const MOST_RECENT = 20;
const MOST_VALUES = 200;

/** `residuum/settings.json` in XDG_CONFIG_HOME, or in ~/.config. */
export function defaultSettingsFile(env: Readonly<Record<string, string | undefined>>): string {
  const folder = env['XDG_CONFIG_HOME'];
  // The specification: a relative path is to be ignored.
  return join(folder?.startsWith('/') === true ? folder : join(homedir(), '.config'), 'residuum', 'settings.json');
}

export class SettingsUnwritable extends Error {
  override readonly name = 'SettingsUnwritable';
  readonly next: string;

  constructor(what: string, next: string, cause: unknown) {
    super(what, { cause });
    this.next = next;
  }
}

export class SettingsFile {
  readonly #file: string;
  readonly #notes: string[] = [];
  /** What could not be written: it counts all the same until the program ends. */
  #unsaved: Settings | undefined;
  /** Reads and writes one after the other, so that no change is lost. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** Sentences about what is wrong with the file; for the user, with the path last. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  async read(): Promise<Settings> {
    return await this.#inTurn(() => this.#load());
  }

  /** Rejects with SettingsUnwritable when the file cannot be written. */
  async setValue(name: string, value: string | null): Promise<void> {
    await this.#change(({ recent, values }) => {
      const others = Object.entries(values).filter(([each]) => each !== name);
      const entries = value === null ? others : [...others, [name, value] as const];
      return { recent, values: Object.fromEntries(entries.slice(-MOST_VALUES)) };
    });
  }

  async addRecent(target: string, lastMs: number): Promise<void> {
    await this.#change(({ recent, values }) => {
      const others = recent.filter((each) => each.target !== target);
      return { recent: [{ target, lastMs }, ...others].slice(0, MOST_RECENT), values };
    });
  }

  async #change(change: (settings: Settings) => Settings): Promise<void> {
    await this.#inTurn(async () => {
      this.#unsaved = change(await this.#load());
      try {
        await writeWhole(this.#file, `${JSON.stringify({ version: VERSION, ...this.#unsaved }, null, 2)}\n`);
      } catch (cause) {
        const what = `Your settings could not be written (${codeOf(cause)}), so they are kept until the program ends.`;
        const next = `Make it writable: ${this.#file}`;
        this.#note(`${what} ${next}`);
        throw new SettingsUnwritable(what, next, cause);
      }
      this.#unsaved = undefined;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Read each time: a window and a page may be open at once, and neither should undo what the other one chose. */
  async #load(): Promise<Settings> {
    return this.#unsaved ?? (await this.#fromFile());
  }

  async #fromFile(): Promise<Settings> {
    let what = 'is broken';
    try {
      const settings = settingsFrom(await readFile(this.#file, 'utf8'));
      if (settings !== undefined) return settings;
    } catch (cause) {
      const code = codeOf(cause);
      if (code === 'ENOENT' || code === 'ENOTDIR') return NO_SETTINGS;
      what = `could not be read (${code})`;
    }
    // Kept: somebody may have written it by hand.
    const aside = `${this.#file}.broken`;
    const isAside = await rename(this.#file, aside).then(
      () => true,
      () => false,
    );
    const where = isAside ? `It was kept as ${aside}` : `It is ${this.#file}`;
    this.#note(`The file of your settings ${what}, so none of it is used; the next change writes a new one. ${where}`);
    return NO_SETTINGS;
  }

  #note(note: string): void {
    if (!this.#notes.includes(note)) this.#notes.push(note);
  }
}

/** undefined for what is no settings file; single entries that do not fit are left out. */
function settingsFrom(text: string): Settings | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value['version'] !== VERSION) return undefined;
  const { recent, values } = value;
  return {
    recent: (Array.isArray(recent) ? recent : []).filter(isRecent).slice(0, MOST_RECENT),
    values: Object.fromEntries(
      Object.entries(isRecord(values) ? values : {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
  };
}

function isRecent(value: unknown): value is RecentTarget {
  return isRecord(value) && typeof value['target'] === 'string' && Number.isFinite(value['lastMs']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Through a file beside it and a rename: whoever reads sees the old one or the new one, also after a crash. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // A link stays one, and what it leads to is written.
  const real = await realpath(file).catch(() => file);
  const draft = `${real}.${process.pid}.new`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, real);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
