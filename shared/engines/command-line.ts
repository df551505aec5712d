// Reads a command line as far as an engine needs it: which program, which Python module or script, which flags.

export interface CommandLine {
  /** Base name of the first word. */
  readonly program: string;
  readonly words: readonly string[];
  readonly isPython: boolean;
  /** `python -m MODULE`. */
  readonly module: string | undefined;
  /** Base name of the script that Python runs. */
  readonly script: string | undefined;
  /** The same as it was given, with its folders. */
  readonly scriptPath: string | undefined;
  /** The words after module or script, or after the program. */
  readonly rest: readonly string[];
  /** `python -c CODE`: the code, as far as the title holds it. */
  readonly code: string | undefined;
}

/** `python3.13`, `python3.13t` (free-threaded), `python3-dbg`, `pypy3`. */
const PYTHON = /^(?:python|pypy)[0-9.]*(?:t|d|td|-dbg)?$/;

/** Flags without a value, then the option that ends Python's own options. */
const JOINED = /^-[bBdEhiIOPqRsSuvVx]*([cm])(.*)$/;

/** Python options that take the next word. */
const TAKES_WORD = new Set(['-X', '-W', '--check-hash-based-pycs']);

export function readCommandLine(title: string): CommandLine {
  const words = title.split(/\s+/).filter((word) => word !== '');
  const program = baseName(words[0] ?? '');
  const isPython = PYTHON.test(program);
  const none = { module: undefined, script: undefined, scriptPath: undefined, code: undefined };
  const plain = { program, words, isPython, ...none };
  if (!isPython) return { ...plain, rest: words.slice(1) };
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? '';
    // Short options can be joined: `-um MODULE` is `-u -m MODULE`, and `-mMODULE` is `-m MODULE`.
    const [, option, attached = ''] = JOINED.exec(word) ?? [];
    if (option !== undefined) {
      const after = attached === '' ? words.slice(at + 1) : [attached, ...words.slice(at + 1)];
      if (option === 'c') return { ...plain, code: after.join(' '), rest: [] };
      return { ...plain, module: after[0], rest: after.slice(1) };
    }
    if (TAKES_WORD.has(word)) at += 1;
    else if (!word.startsWith('-')) {
      return { ...plain, script: baseName(word), scriptPath: word, rest: words.slice(at + 1) };
    }
  }
  return { ...plain, rest: [] };
}

/** The values of `--name VALUE` and `--name=VALUE`, in their order. */
export function flagValues(line: CommandLine, ...names: readonly string[]): string[] {
  return line.words.flatMap((word, at) => {
    const next = line.words[at + 1];
    if (names.includes(word)) return next === undefined ? [] : [next];
    const name = names.find((each) => word.startsWith(`${each}=`));
    return name === undefined ? [] : [word.slice(name.length + 1)];
  });
}

/** The last of them, as argparse takes it. */
export function flagValue(line: CommandLine, ...names: readonly string[]): string | undefined {
  return flagValues(line, ...names).at(-1);
}

/** `multiprocessing.spawn`'s child before it has a title of its own. */
export function isSpawnStub(line: CommandLine): boolean {
  return line.code !== undefined && line.code.includes('multiprocessing.spawn');
}

export function isResourceTracker(line: CommandLine): boolean {
  return line.code !== undefined && /multiprocessing\.(?:resource_tracker|semaphore_tracker)/.test(line.code);
}

/** `ray::SGLangEngine.method` → SGLangEngine. */
export function rayActorClass(title: string): string | undefined {
  return /^ray::([A-Za-z_]\w*)/.exec(title)?.[1];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
