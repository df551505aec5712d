// A process's title without names: programs, engines, ranks, flags and numbers stay, everything else gets a stand-in.
import { TRAINING_ACTOR } from '../engines/trainers.ts';
import { isOwnAddress, looksLikeAddress } from './address.ts';
import type { StandIns } from './stand-ins.ts';
import { ACTORS, isKnownFlag, isPlainNumber, METHODS, MODULES, PROGRAMS, VALUES } from './vocabulary.ts';

/** The port of a command line that may have been cut is read without its last word (`shared/engines/server-port.ts`). */
const TITLE_BYTES = 512;
const PYTHON = /^(?:python|pypy)[0-9.]*(?:t|d|td|-dbg)?$/;
const MODEL_FLAGS = /^--?(?:model|model-path|model_path|served-model-name|served_model_name|tokenizer|tokenizer-path)$/;
/** In the code of `python -c`: a helper process of multiprocessing. */
const HELPER = /multiprocessing\.(?:spawn|resource_tracker|semaphore_tracker)/;
const SPAWN_CALL = /^(?:spawn_main\(tracker_fd=\d{1,5},|pipe_handle=\d{1,5}\)|main\(\d{1,5}\)|main;main\(\d{1,5}\))$/;

/** Of a whole title. What engines, ranks, ports and trainers are told from is the same afterwards. */
export function redactTitle(title: string, names: StandIns): string {
  const [, lead = '', body = '', trail = ''] = /^(\s*)([^]*?)(\s*)$/.exec(title) ?? [];
  if (body === '') return title === '' ? '' : ' ';
  const words = body.split(/\s+/);
  const redacted = words.map((word, at) =>
    at === 0 ? firstWord(word, names) : laterWord(word, words[at - 1] ?? '', words, at, names),
  );
  const text = `${lead === '' ? '' : ' '}${redacted.join(' ')}${trail === '' ? '' : ' '}`;
  return sameCut(title, text, redacted);
}

/** A title that may be cut stays one, and a whole one stays whole, because the last word counts in one of them alone. */
function sameCut(title: string, text: string, words: readonly string[]): string {
  const isCut = utf8Length(title) >= TITLE_BYTES;
  if (isCut && text.length < TITLE_BYTES) {
    const last = words.at(-1) ?? '';
    const head = words.slice(0, -1).join(' ');
    return head === '' ? text.padEnd(TITLE_BYTES) : `${head}${' '.repeat(TITLE_BYTES - head.length)}${last}`;
  }
  return !isCut && text.length >= TITLE_BYTES ? `${text} ...` : text;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x8_00 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return length;
}

function firstWord(word: string, names: StandIns): string {
  const ray = /^ray::(.*)$/s.exec(word)?.[1];
  if (ray !== undefined) return `ray::${actor(ray, names)}`;
  const sglang =
    /^sglang::(scheduler|detokenizer|data_parallel_controller|tokenizer_worker|server)(?=[_:]|$)(.*)$/s.exec(word);
  if (sglang !== null) return `sglang::${sglang[1] ?? ''}${ranks(sglang[2] ?? '', names)}`;
  const vllm = /^([\w.-]+)::(EngineCore|Worker|DPCoordinator|APIServer)(?=[_:]|$)(.*)$/s.exec(word);
  if (vllm !== null) {
    const prefix = vllm[1] === 'VLLM' ? 'VLLM' : names.of('arg', vllm[1] ?? '');
    return `${prefix}::${vllm[2] ?? ''}${ranks(vllm[3] ?? '', names)}`;
  }
  if (word.startsWith('sglang::')) return `sglang::${names.of('arg', word)}`;
  if (word === 'pt_main_thread') return word;
  return program(word, names) ?? plainWord(word, '', names);
}

function laterWord(word: string, before: string, words: readonly string[], at: number, names: StandIns): string {
  const worker = at === 1 && words[0] === 'pt_main_thread' ? /^Worker(.*)$/s.exec(word)?.[1] : undefined;
  if (worker !== undefined) {
    return worker === '' || worker.startsWith('_')
      ? `Worker${ranks(worker, names)}`
      : `Worker-${names.of('arg', worker)}`;
  }
  if (MODULES.has(word)) return word;
  const entry = /^vllm\.entrypoints\.(?:\w+\.)*(api|grpc)_server$/.exec(word)?.[1];
  if (entry !== undefined) return `vllm.entrypoints.arg_${names.numberOf('arg', word)}.${entry}_server`;
  const launcher = /^deepspeed\.launcher\.\w+$/.test(word);
  if (launcher) return `deepspeed.launcher.arg_${names.numberOf('arg', word)}`;
  if (word.startsWith('jupyter') && !word.includes('/')) return `jupyter_${names.numberOf('arg', word)}`;
  if (SPAWN_CALL.test(word)) return word;
  const helper = HELPER.exec(word)?.[0];
  if (helper !== undefined) return helper;
  const path = program(word, names);
  if (path !== undefined) return path;
  // `vllm serve MODEL`: the model stands without a flag.
  const isServed = before === 'serve' && /(?:^|\/)vllm$/.test(words[at - 2] ?? '') && !word.startsWith('-');
  return isServed ? names.of('model', word) : plainWord(word, before, names);
}

/** A known program, alone or at the end of a path of which the rest is a stand-in. undefined for any other. */
function program(word: string, names: StandIns): string | undefined {
  const slash = word.lastIndexOf('/');
  const name = word.slice(slash + 1);
  const isKnown = PYTHON.test(name) || PROGRAMS.has(name) || name.startsWith('jupyter');
  if (!isKnown) return undefined;
  const known = name.startsWith('jupyter') && name !== 'jupyter' ? `jupyter_${names.numberOf('arg', name)}` : name;
  if (slash === -1) return known;
  const folder = word.slice(0, slash);
  // The launcher is told from a user's own file of that name by its folder.
  if (name === 'launch_server.py' && /(?:^|\/)sglang$/.test(folder)) {
    return folder === 'sglang' ? word : `${names.of('path', folder)}/sglang/launch_server.py`;
  }
  return `${names.of('path', folder)}/${known}`;
}

/** `SGLangEngine.train`: the class as far as it says what the process is. */
function actor(text: string, names: StandIns): string {
  const [, name, rest = ''] = /^([A-Za-z_]\w*)(.*)$/s.exec(text) ?? [];
  if (name === undefined) return `-${names.of('class', text)}`;
  const method = /^\.(\w+)(?:\(\))?$/.exec(rest)?.[1];
  const call =
    rest === '' ? '' : method !== undefined && METHODS.has(method) ? `.${method}` : `.${names.of('arg', rest)}`;
  return `${actorClass(name, names)}${call}`;
}

function actorClass(name: string, names: StandIns): string {
  if (ACTORS.has(name)) return name;
  const number = names.numberOf('class', name);
  const trains = TRAINING_ACTOR.exec(name)?.[0] ?? '';
  if (name.startsWith('RayWorker')) return `RayWorker${trains}_${number}`;
  if (trains !== '') return `${trains}_${number}`;
  return `Class_${number}`;
}

/** `_DP0_TP1` stays; a part that is no rank gets a stand-in, between the same underscores. */
function ranks(suffix: string, names: StandIns): string {
  return suffix
    .split('_')
    .map((part) => {
      if (part === '' || part === 'MOE' || part === 'ATTN' || /^(?:DP|TP|PP|EP|CP|DCP|PCP)\d{1,5}$/.test(part))
        return part;
      return part.startsWith(':') ? `:${names.of('arg', part)}` : names.of('arg', part);
    })
    .join('_');
}

function plainWord(word: string, before: string, names: StandIns): string {
  if (word === '***' || VALUES.has(word) || isPlainNumber(word) || isOwnAddress(word)) return word;
  if (word.startsWith('-')) return dashed(word, names);
  if (MODEL_FLAGS.test(before)) return names.of('model', word);
  const [, key, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
  if (key !== undefined && value !== undefined) return `${names.of('arg', key)}=${plainWord(value, '', names)}`;
  if (looksLikeAddress(word)) return names.of('address', word);
  return names.of(word.includes('/') ? 'path' : 'arg', word);
}

function dashed(word: string, names: StandIns): string {
  const equals = word.indexOf('=');
  if (equals > 0) {
    const flag = word.slice(0, equals);
    const value = word.slice(equals + 1);
    const known = isKnownFlag(flag) ? flag : `--${names.of('arg', flag)}`;
    return `${known}=${value === '' ? '' : plainWord(value, flag, names)}`;
  }
  if (isKnownFlag(word)) return word;
  // Python joins its short options with the module or the code that it is to run.
  const [, option, run, rest = ''] = /^(-[bBdEhiIOPqRsSuvVx]*)([cm])(.*)$/s.exec(word) ?? [];
  if (option !== undefined && run !== undefined) {
    if (rest === '') return word;
    const known = MODULES.has(rest) ? rest : (HELPER.exec(rest)?.[0] ?? names.of('arg', rest));
    return `${option}${run}${known}`;
  }
  return /^-[bBdEhiIOPqRsSuvVx]{1,8}$/.test(word) || word === '-X' || word === '-W'
    ? word
    : `--${names.of('arg', word)}`;
}

/** The kernel's short name of a process: 15 bytes, so that a known word may stand there cut. */
export function redactComm(comm: string, names: StandIns): string {
  if (comm === '' || PROGRAMS.has(comm) || comm === 'pt_main_thread' || PYTHON.test(comm)) return comm;
  const [, prefix = '', name = ''] = /^(sglang::|VLLM::|ray::)(.*)$/s.exec(comm) ?? [];
  const whole = prefix === 'ray::' ? [...ACTORS] : PARTS;
  const isCut = comm.length === 15 && whole.some((part) => part.startsWith(name));
  if (prefix !== '' && (isCut || whole.includes(name))) return comm;
  const part = whole.find((each) => name.startsWith(`${each}_`));
  if (prefix !== '' && part !== undefined) return `${prefix}${part}${ranks(name.slice(part.length), names)}`;
  const stays = /^(?:python|pt_main_thread)/.exec(comm)?.[0];
  if (stays !== undefined) return `${stays}-${names.numberOf('comm', comm)}`;
  return names.of('comm', comm);
}

const PARTS = [
  'scheduler',
  'detokenizer',
  'data_parallel_controller',
  'tokenizer_worker',
  'EngineCore',
  'Worker',
  'DPCoordinator',
  'APIServer',
];
