// Where a number comes from: the probe's own lines that say it, with the call that printed them, and an engine's answers.
import { printable } from '../../shared/base/printable.ts';
import { accountingSentence } from '../../shared/model/accounting.ts';
import { parseBusId } from '../../shared/model/ids.ts';
import type { FrameSeen } from '../../shared/model/observation.ts';
import { recordOf } from '../../shared/session/engine-states.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { engineKey } from '../../shared/session/session.ts';
import type { RawMatch, RawRequest } from './raw-request.ts';

export interface RawLine {
  /** Of the frame, from 1, where its begin marker is 1; of an answer from 1. */
  readonly number: number;
  /** As it came; only what could harm a screen is escaped. Fields are separated by tabs. */
  readonly text: string;
}

export interface RawSource {
  /** What was asked, such as a command line or a GET. */
  readonly asked: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly lines: readonly RawLine[];
}

export interface RawFrame {
  readonly name: string;
  /** On the observer's clock. */
  readonly atMs: number;
  /** The whole text as it came, for the hash and for copying. */
  readonly text: string;
  readonly lineCount: number;
}

export interface RawView {
  readonly title: string;
  readonly sources: readonly RawSource[];
  /** What is missing here and why; empty when nothing is. */
  readonly notes: readonly string[];
  readonly frames: readonly RawFrame[];
}

export function rawView({ title, match }: RawRequest, moment: Moment): RawView {
  const { sample, closing } = moment;
  if (match.kind === 'accounting') return accountingView(title, match.engine, moment);
  const sources = [
    ...frameSources('sample', sample, match),
    ...(closing === undefined ? [] : frameSources('closing reading', closing, match)),
  ];
  const frames = [
    frameOf('sample', sample),
    ...(closing === undefined || match.kind === 'process' ? [] : [frameOf('closing reading', closing)]),
  ];
  return { title: printable(title), sources, notes: notesOf(match, sources), frames };
}

function frameOf(name: string, { atMs, text }: FrameSeen): RawFrame {
  return { name, atMs, text, lineCount: text.replace(/\n$/, '').split('\n').length };
}

interface Section {
  /** The line of the call; undefined for what was read from /proc. */
  readonly call: string | undefined;
  readonly lines: RawLine[];
  done: string | undefined;
}

/** The lines that match, by the call that printed them; what comes from /proc is one source of its own. */
function frameSources(name: string, frame: FrameSeen, match: RawMatch): RawSource[] {
  const proc: Section = { call: undefined, lines: [], done: undefined };
  const sections: Section[] = [proc];
  let open: Section | undefined;
  frame.text
    .replace(/\n$/, '')
    .split('\n')
    .forEach((text, at) => {
      const [word = ''] = text.split('\t');
      if (word === 'call') {
        open = { call: text, lines: [], done: undefined };
        sections.push(open);
      } else if (word === 'done' || word === 'stop') {
        if (open !== undefined) open.done = text;
        open = undefined;
      } else {
        const section = open ?? proc;
        if (matches(text, section.call, match)) section.lines.push({ number: at + 1, text: safe(text) });
      }
    });
  return sections.filter(({ lines }) => lines.length > 0).map((section) => sourceOf(name, frame, section));
}

function sourceOf(name: string, frame: FrameSeen, { call, done, lines }: Section): RawSource {
  const received = { label: 'Received', value: `${new Date(frame.atMs).toISOString()}, as part of the ${name}` };
  if (call === undefined) {
    return {
      asked: '/proc of the node',
      facts: [received, { label: 'Resolution', value: 'kB, as the kernel counts' }],
      lines,
    };
  }
  const [, , begin = '', command = ''] = call.split('\t');
  const [how = '', , exit = '', end = ''] = (done ?? '').split('\t');
  // Hundredths of a second on the node's monotonic clock; a call that was stopped names its pid where an exit code is.
  const took = (Number(end) - Number(begin)) * 10;
  const ended =
    done === undefined
      ? 'the frame ended before it'
      : how === 'stop'
        ? `cancelled after ${took} ms, so what it printed is not used`
        : `exit ${exit} after ${took} ms`;
  return {
    asked: safe(command),
    facts: [
      received,
      { label: 'Asked', value: `${(Number(begin) / 100).toFixed(2)} s after the node's boot` },
      { label: 'Ended', value: ended },
      { label: 'Resolution', value: 'whole MiB, rounded down by nvidia-smi' },
    ],
    lines,
  };
}

function matches(text: string, call: string | undefined, match: RawMatch): boolean {
  const [word = '', first = '', ...rest] = text.split('\t');
  const name = call?.split('\t')[1] ?? '';
  switch (match.kind) {
    case 'device':
      if (word === 'bus') return parseBusId(first) === match.bus;
      return word === 'out' && name.startsWith('devices') && parseBusId(cells(first)[0] ?? '') === match.bus;
    case 'usage':
      return word === 'out' && isUsageRow(first, name, match);
    case 'process':
      if (PROCESS_WORDS.has(word)) return first === String(match.pid) || rest[0] === String(match.pid);
      return word === 'out' && isUsageRow(first, name, { pid: match.pid });
    case 'accounting':
      return false;
  }
}

const PROCESS_WORDS: ReadonlySet<string> = new Set(['proc', 'fact', 'gone', 'holder', 'env', 'listen']);

/** `bus, pid, MiB`, or `pid, MiB` where this nvidia-smi cannot name the bus; that row is of every bus. */
function isUsageRow(text: string, call: string, wanted: { readonly bus?: string; readonly pid?: number }): boolean {
  if (!call.startsWith('usage')) return false;
  const row = cells(text);
  const [bus, pid] = call.startsWith('usage-no-bus') ? [undefined, row[0]] : [parseBusId(row[0] ?? ''), row[1]];
  if (wanted.bus !== undefined && bus !== undefined && bus !== wanted.bus) return false;
  return wanted.pid === undefined || pid === String(wanted.pid);
}

function cells(row: string): string[] {
  return row.split(',').map((cell) => cell.trim());
}

/** Tabs stay: they separate the fields. */
function safe(text: string): string {
  return text.split('\t').map(printable).join('\t');
}

function notesOf(match: RawMatch, sources: readonly RawSource[]): string[] {
  const words = new Set(sources.flatMap(({ lines }) => lines.map(({ text }) => text.split('\t')[0])));
  if (match.kind === 'process' && words.has('proc') && !words.has('fact')) {
    return ['Its command line came in an earlier frame: the probe sends what does not change once.'];
  }
  if (sources.length > 0) {
    const isOfMany = match.kind === 'usage' && match.pid === undefined && sources.some(({ lines }) => lines.length > 1);
    return isOfMany
      ? ['These are the rows of every process on this GPU; a number of one engine is the sum of its own.']
      : [];
  }
  return ['No line of this frame says it. What the driver was asked and what it answered is in the whole frame below.'];
}

function accountingView(title: string, key: string, { session, sample }: Moment): RawView {
  const engine = session.latest?.detection.engines.find((each) => engineKey(each) === key);
  const seen = engine === undefined ? [] : recordOf(engine, session).seen;
  const sources = seen.map((each): RawSource => {
    const received = { label: 'Received', value: new Date(each.receivedMs).toISOString() };
    if (each.kind === 'failure') {
      const asked = each.path === null ? 'Not asked' : `GET ${each.path}`;
      return { asked, facts: [received, { label: 'No answer', value: accountingSentence(each.why) }], lines: [] };
    }
    const text = JSON.stringify(each.fields, undefined, 2).split('\n');
    const refused = each.refused.map(({ field, was }) => `${field} (${was})`);
    return {
      asked: `GET ${each.path}`,
      facts: [
        received,
        { label: 'Status', value: String(each.status) },
        { label: 'Kept', value: 'the fields that the allow-list names; keys and everything else never left the node' },
        { label: 'Kind', value: 'recorded at start-up; does not change on sleep' },
        ...(refused.length === 0 ? [] : [{ label: 'Not kept', value: refused.join(', ') }]),
      ],
      lines: text.map((line, at) => ({ number: at + 1, text: printable(line) })),
    };
  });
  const notes = sources.length === 0 ? ['This engine was not asked, or it has not answered yet.'] : [];
  return { title: printable(title), sources, notes, frames: [frameOf('sample', sample)] };
}

/** For the clipboard: every source with its lines as they are shown. */
export function rawText({ title, sources, notes }: RawView): string {
  const parts = sources.flatMap(({ asked, facts, lines }) => [
    '',
    asked,
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    ...lines.map(({ number, text }) => `${number}\t${text}`),
  ]);
  return `${[title, ...notes, ...parts].join('\n')}\n`;
}
