// The aliases that an ssh configuration names, read without asking ssh and without running anything.
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

export interface SshAliases {
  /** In the order in which the configuration names them, each once; patterns with wildcards are none. */
  readonly names: readonly string[];
  /**
   * Asking ssh about a host would run a program of the configuration (`Match exec`), or nobody can say because a part of
   * the configuration could not be read.
   */
  readonly mayRunPrograms: boolean;
  /** What could not be read, as sentences. */
  readonly notes: readonly string[];
}

export interface ConfigPlace {
  readonly file: string;
  /** Where paths of Include without a folder are looked up: ~/.ssh, or /etc/ssh for the system's own file. */
  readonly folder: string;
  readonly home: string;
}

/** As deep as ssh itself follows Include. */
const DEEPEST = 16;
const MOST_FILES = 200;
const LARGEST_FILE_BYTES = 1024 * 1024;

/** Never rejects; a file that is not there is an empty one. */
export async function readSshAliases(places: readonly ConfigPlace[]): Promise<SshAliases> {
  const reading: Reading = { names: new Set(), files: 0, mayRunPrograms: false, notes: [] };
  for (const place of places) await readConfig(place, 0, reading);
  const { mayRunPrograms, notes } = reading;
  return { names: [...reading.names], mayRunPrograms, notes };
}

interface Reading {
  readonly names: Set<string>;
  files: number;
  mayRunPrograms: boolean;
  readonly notes: string[];
}

async function readConfig(place: ConfigPlace, depth: number, reading: Reading): Promise<void> {
  const text = await readText(place.file, reading);
  for (const line of text.split('\n')) {
    const [keyword = '', ...values] = wordsOf(line);
    switch (keyword.toLowerCase()) {
      case 'host':
        for (const name of values) if (!/[*?!]/.test(name)) reading.names.add(name);
        break;
      case 'match':
        // Also `!exec`; a criterion and its value may be joined by "=".
        if (values.some((word) => /^!?exec(?:=|$)/i.test(word))) reading.mayRunPrograms = true;
        break;
      case 'include':
        await include(values, place, depth, reading);
        break;
    }
  }
}

async function include(
  patterns: readonly string[],
  place: ConfigPlace,
  depth: number,
  reading: Reading,
): Promise<void> {
  if (depth >= DEEPEST) {
    giveUp(reading, `Include of your ssh configuration goes deeper than ${DEEPEST} files`, place.file);
    return;
  }
  for (const pattern of patterns) {
    // ssh would expand these; what they name is not known here.
    if (/[$%]/.test(pattern)) {
      giveUp(reading, 'An Include of your ssh configuration has a variable in it and was not followed', place.file);
      continue;
    }
    const home = pattern === '~' || pattern.startsWith('~/') ? join(place.home, pattern.slice(1)) : pattern;
    const path = isAbsolute(home) ? home : join(place.folder, home);
    for (const file of await filesOf(path)) await readConfig({ ...place, file }, depth + 1, reading);
  }
}

async function readText(file: string, reading: Reading): Promise<string> {
  reading.files += 1;
  if (reading.files > MOST_FILES) {
    giveUp(reading, `Your ssh configuration has more than ${MOST_FILES} files; the others were not read`, file);
    return '';
  }
  try {
    const { size } = await stat(file);
    if (size <= LARGEST_FILE_BYTES) return await readFile(file, 'utf8');
    giveUp(reading, 'A file of your ssh configuration is larger than 1 MiB and was not read', file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code !== 'ENOENT') giveUp(reading, `A file of your ssh configuration could not be read (${code})`, file);
  }
  return '';
}

function giveUp(reading: Reading, what: string, file: string): void {
  reading.mayRunPrograms = true;
  const note = `${what}: ${file}`;
  if (!reading.notes.includes(note)) reading.notes.push(note);
}

/** Separated by blanks or, after the keyword, by "="; quotes keep blanks; "#" begins a comment. */
function wordsOf(line: string): string[] {
  const trimmed = line.trim().replace(/^([A-Za-z]+)\s*=\s*/, '$1 ');
  if (trimmed.startsWith('#')) return [];
  const words: string[] = [];
  for (const [, quoted, plain] of trimmed.matchAll(/"([^"]*)"|(\S+)/g)) {
    if (plain?.startsWith('#') === true) break;
    words.push(quoted ?? plain ?? '');
  }
  return words;
}

/** Of a path with `*`, `?` and `[…]` the files that are there, sorted as glob(3) does it. */
async function filesOf(path: string): Promise<string[]> {
  if (!/[*?[]/.test(path)) return [path];
  const [, ...parts] = path.split('/');
  let found = ['/'];
  for (const part of parts) {
    if (/[*?[]/.test(part)) {
      const names = wildcard(part);
      const entries = await Promise.all(
        found.map(async (folder) => {
          const inside = await readdir(folder).catch(() => []);
          // A leading dot must be written out.
          const matching = inside.filter((name) => names.test(name) && (part.startsWith('.') || !name.startsWith('.')));
          return matching.toSorted().map((name) => join(folder, name));
        }),
      );
      found = entries.flat();
    } else found = found.map((folder) => join(folder, part));
  }
  return found;
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\[!/g, '[^');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    // A bracket without its end: it matches only itself, and such a file is not worth more.
    return /^$/;
  }
}

/** The files that ssh itself reads: the user's own and the system's, or the one that was named. */
export function configPlaces(home: string, named: string | undefined): ConfigPlace[] {
  const folder = join(home, '.ssh');
  if (named !== undefined) return [{ file: named, folder, home }];
  const system = '/etc/ssh/ssh_config';
  return [
    { file: join(folder, 'config'), folder, home },
    { file: system, folder: dirname(system), home },
  ];
}
