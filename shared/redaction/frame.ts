// The text of a frame without names. Line by line, with as many lines and fields as before, so that it reads the same.
import { REASONS } from '../base/reason.ts';
import { unescapeText } from '../probe/free-text.ts';
import { hexAddress } from './address.ts';
import { redactSmiLine } from './smi-line.ts';
import type { StandIns } from './stand-ins.ts';
import { redactComm, redactTitle } from './title.ts';
import { isPlainNumber, VALUES } from './vocabulary.ts';
import { isBusText } from './words.ts';

/** Lines repeat from frame to frame; so many different ones are kept, then all are forgotten. */
const MOST_KNOWN_LINES = 50_000;

export class FrameRedaction {
  readonly #names: StandIns;
  readonly #lines = new Map<string, string>();

  constructor(names: StandIns) {
    this.#names = names;
  }

  frame(text: string): string {
    return text
      .split('\n')
      .map((line) => this.line(line))
      .join('\n');
  }

  line(line: string): string {
    const known = this.#lines.get(line);
    if (known !== undefined) return known;
    if (this.#lines.size >= MOST_KNOWN_LINES) this.#lines.clear();
    const redacted = redactLine(line, this.#names);
    this.#lines.set(line, redacted);
    return redacted;
  }
}

function redactLine(line: string, names: StandIns): string {
  if (line === '') return '';
  const [word = '', ...fields] = line.split('\t');
  const redact = LINES[word];
  // A marker is made of what the host chose at random, of numbers and of times.
  if (/^@[0-9a-f]{1,64}$/.test(word)) return [word, ...fields.map((field) => marker(field, names))].join('\t');
  if (redact === undefined) return ['unreadable', ...fields.map((field) => plain(field, names))].join('\t');
  // Never more fields than there were: a line that lacks one must not become whole.
  return [word, ...redact(fields, names).slice(0, fields.length)].join('\t');
}

type FieldRedaction = (fields: readonly string[], names: StandIns) => readonly string[];

const LINES: Readonly<Record<string, FieldRedaction>> = {
  node: ([key = '', ...values], names) => [
    NODE_FACTS.has(key) ? key : plain(key, names),
    ...values.map((value) => nodeFact(key, value, names)),
  ],
  bus: (fields, names) => fields.map((field) => (isBusText(field) ? field : plain(field, names))),
  skip: (fields, names) => fields.map((field) => (Object.hasOwn(REASONS, field) ? field : plain(field, names))),
  hung: ([pid = '', start = '', state = '', ...rest], names) => [
    ...numbers([pid, start], names),
    state.slice(0, 1),
    ...rest.map((field) => plain(field, names)),
  ],
  call: ([name = '', mono = '', ...command], names) => [
    callName(name, names),
    ...numbers([mono], names),
    ...command.map((text) => (COMMAND.test(text) ? text : 'nvidia-smi')),
  ],
  out: ([text = '', ...rest], names) => [
    redactSmiLine(unescapeText(text), names),
    ...rest.map((field) => plain(field, names)),
  ],
  done: callEnd,
  stop: callEnd,
  proc: ([pid = '', start = '', state = '', ...rest], names) => [
    ...numbers([pid, start], names),
    /^[A-Za-z]$/.test(state) ? state : plain(state, names),
    ...numbers(rest, names),
  ],
  fact: redactFact,
  gone: ([pid = '', ...how], names) => [
    ...numbers([pid], names),
    ...how.map((each) => (['gone', 'alive', 'zombie', 'unreadable'].includes(each) ? each : plain(each, names))),
  ],
  holder: ([pid = '', ...paths], names) => [
    ...numbers([pid], names),
    ...paths.map((path) => (/^\/dev\/nvidia[a-z0-9-]*$/.test(path) ? path : names.of('path', path))),
  ],
  env: ([pid = '', name = '', ...values], names) => [
    ...numbers([pid], names),
    /^[A-Z_]{1,64}$|^-$/.test(name) ? knownVariable(name, names) : plain(name, names),
    ...values.map((value) => (name === '-' ? readingOf(value, names) : setting(unescapeText(value), names))),
  ],
  listen: ([pid = '', family = '', address = '', ...rest], names) => [
    ...numbers([pid], names),
    ['tcp', 'tcp6', '-'].includes(family) ? family : plain(family, names),
    hexAddress(address, names),
    ...numbers(rest, names),
  ],
  scan: (fields, names) => numbers(fields, names),
};

const NODE_FACTS = new Set([
  'hostname',
  'bootId',
  'bootTime',
  'driverVersion',
  'pidNamespace',
  'hidepid',
  'ticksPerSecond',
  'uid',
  'memTotalKiB',
  'memAvailableKiB',
  'procRoot',
]);

const COMMAND =
  /^nvidia-smi(?: (?:-i \d{1,3}|--query-(?:gpu|compute-apps)=[a-z_.,]+|--format=[a-z,]+|-i=\d{1,3}|--id=\d{1,3}))*$/;

const CALLS = /^(?:devices|devices-no-reserved|usage|usage-no-bus)(?:@\d{1,3})?$/;

function callName(name: string, names: StandIns): string {
  return CALLS.test(name) ? name : plain(name, names);
}

function callEnd([name = '', ...rest]: readonly string[], names: StandIns): readonly string[] {
  return [callName(name, names), ...numbers(rest, names)];
}

function redactFact(fields: readonly string[], names: StandIns): readonly string[] {
  const [pid = '', start = '', uid = '', inner = '', cgroup, comm, ...titles] = fields;
  const head = [
    ...numbers([pid, start], names),
    userId(uid, names),
    inner
      .split(' ')
      .map((each) => number(each, names))
      .join(' '),
  ];
  return [
    ...head.slice(0, fields.length),
    ...(cgroup === undefined ? [] : [cgroup === '-' ? '-' : names.of('group', cgroup)]),
    ...(comm === undefined ? [] : [redactComm(unescapeText(comm), names)]),
    ...titles.map((title) => redactTitle(unescapeText(title), names)),
  ];
}

/** Root stays root; who is the same user stays the same. */
function userId(uid: string, names: StandIns): string {
  if (uid === '0' || uid === '-') return uid;
  return /^\d{1,15}$/.test(uid) ? String(1_000 + names.numberOf('user', uid)) : plain(uid, names);
}

function nodeFact(key: string, escaped: string, names: StandIns): string {
  const value = unescapeText(escaped);
  if (key === 'hostname') return names.of('node', value);
  if (key === 'bootId') return names.of('boot', value);
  if (key === 'procRoot') return names.of('path', value);
  if (key === 'uid') return userId(value, names);
  if (/^\d{1,15}$|^\d{1,4}(?:\.\d{1,4}){1,3}$/.test(value)) return value;
  return ['host', 'inner', 'unknown', 'off', 'noaccess', 'invisible', 'ptraceable', '-'].includes(value)
    ? value
    : plain(value, names);
}

const VARIABLES = new Set([
  '-',
  'PYTORCH_CUDA_ALLOC_CONF',
  'PYTORCH_ALLOC_CONF',
  'SGLANG_MEMORY_SAVER_CUDA_GRAPH',
  'MILES_MAX_RESIDUAL_GPU_MEM_GB',
  'CUDA_VISIBLE_DEVICES',
  'RANK',
  'LOCAL_RANK',
]);

function knownVariable(name: string, names: StandIns): string {
  return VARIABLES.has(name) ? name : plain(name, names);
}

function readingOf(value: string, names: StandIns): string {
  return value === 'read' || value === 'unreadable' ? value : plain(value, names);
}

/** `expandable_segments:True,max_split_size_mb:128`, `0,1`, `3.5`. */
function setting(value: string, names: StandIns): string {
  return value
    .split(/([,:;=\s]+)/)
    .map((part, at) => {
      if (at % 2 === 1) return part.replace(/\s/g, ' ');
      if (part === '' || isPlainNumber(part) || VALUES.has(part) || /^[\d.]{1,12}e[+-]?\d{1,3}$/i.test(part))
        return part;
      return names.of(/^(?:GPU|MIG)-/.test(part) ? 'gpu' : 'arg', part);
    })
    .join('');
}

function numbers(fields: readonly string[], names: StandIns): string[] {
  return fields.map((field) => number(field, names));
}

function number(field: string, names: StandIns): string {
  return field === '-' || field === '' || /^\d{1,20}$/.test(field) ? field : plain(field, names);
}

function marker(field: string, names: StandIns): string {
  const isPlain = /^(?:begin|end|sample|devices|-)$|^\d{1,20}$|^[0-9A-Za-z]{1,32}$/.test(field);
  return isPlain || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(field) ? field : plain(field, names);
}

function plain(field: string, names: StandIns): string {
  return field === '' || field === '-' || /^\d{1,9}$/.test(field) ? field : names.of('arg', field);
}
