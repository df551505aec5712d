// The lines of a frame, sorted by their first word and checked; what they mean is decided in parse.ts.
import type { Problem } from '../base/problem.ts';
import { printable } from '../base/printable.ts';
import type { Aliveness, DriverCall } from '../model/snapshot.ts';
import { unescapeText } from './free-text.ts';
import { clock, type Frame } from './wire.ts';

export interface ProcessLine {
  readonly pid: number;
  readonly startTicks: number;
  readonly state: string;
  readonly ppid: number;
  readonly rssKiB: number | undefined;
  readonly shmemKiB: number | undefined;
}

export interface FactLine {
  readonly pid: number;
  readonly startTicks: number;
  readonly uid: number | undefined;
  readonly namespacePids: readonly number[];
  readonly cgroup: string;
  readonly comm: string;
  readonly title: string;
}

export interface FrameLines {
  readonly node: ReadonlyMap<string, string>;
  readonly buses: readonly string[];
  readonly skips: readonly string[];
  readonly hung: readonly {
    pid: number;
    startTicks: number;
    state: string;
    wchan: string;
  }[];
  readonly calls: readonly DriverCall[];
  readonly processes: readonly ProcessLine[];
  readonly facts: readonly FactLine[];
  readonly absent: ReadonlyMap<number, Aliveness>;
  readonly holders: readonly { pid: number; path: string }[];
  readonly environment: readonly { pid: number; name: string; value: string }[];
  readonly listening: readonly {
    pid: number;
    family: string;
    address: string;
    port: string;
  }[];
  /** undefined when the scan never reached its end. */
  readonly scan: { listed: number; unreadable: number; vanished: number } | undefined;
  /** Which parts of the frame hold a line that could not be read, so that something of them is missing. */
  readonly damaged: ReadonlySet<FramePart>;
  readonly problems: readonly Problem[];
}

export type FramePart = 'driver' | 'table';

/** Lines of other words add to what is known; without one of these less is known than there was. */
const PARTS: Readonly<Record<FramePart, readonly string[]>> = {
  driver: ['bus', 'skip', 'hung', 'call', 'out', 'done', 'stop'],
  table: ['proc', 'fact', 'gone', 'scan'],
};

/** The same while it is being filled. */
interface Collected {
  node: Map<string, string>;
  buses: string[];
  skips: string[];
  hung: { pid: number; startTicks: number; state: string; wchan: string }[];
  calls: OpenCall[];
  processes: ProcessLine[];
  facts: FactLine[];
  absent: Map<number, Aliveness>;
  holders: { pid: number; path: string }[];
  environment: { pid: number; name: string; value: string }[];
  listening: { pid: number; family: string; address: string; port: string }[];
  scan: FrameLines['scan'];
  damaged: Set<FramePart>;
  problems: Problem[];
}

interface OpenCall {
  name: string;
  command: string;
  beginMs: number | undefined;
  endMs: number | undefined;
  exitCode: number | undefined;
  cancelled: boolean;
  lines: string[];
}

type LineReader = (to: Collected, fields: readonly string[]) => boolean;

/** A line that does not fit the grammar becomes a problem, and its part is not whole; the others are used. */
export function readFrameLines(frame: Frame): FrameLines {
  const collected: Collected = {
    node: new Map(),
    buses: [],
    skips: [],
    hung: [],
    calls: [],
    processes: [],
    facts: [],
    absent: new Map(),
    holders: [],
    environment: [],
    listening: [],
    scan: undefined,
    damaged: new Set(),
    problems: [],
  };
  frame.lines.forEach((line, at) => {
    const [word, ...fields] = line.split('\t');
    const read = READERS.get(word ?? '');
    if (read === undefined || !read(collected, fields)) {
      for (const part of ['driver', 'table'] as const) {
        if (PARTS[part].includes(word ?? '')) collected.damaged.add(part);
      }
      collected.problems.push({
        code: 'frame-line',
        where: `line ${at + 1}`,
        text: printable(line).slice(0, 200),
      });
    }
  });
  return collected;
}

/** Each reader answers whether the line was right. */
const READERS = new Map<string, LineReader>([
  ['node', (to, [key, value]) => key !== undefined && value !== undefined && !!to.node.set(key, unescapeText(value))],
  ['bus', (to, [bus]) => bus !== undefined && to.buses.push(unescapeText(bus)) > 0],
  ['skip', (to, [code]) => code !== undefined && to.skips.push(code) > 0],
  ['hung', readHung],
  ['call', readCall],
  ['out', (to, [text]) => text !== undefined && (to.calls.at(-1)?.lines.push(unescapeText(text)) ?? 0) > 0],
  ['done', (to, [name, code, mono]) => endCall(to, name, { exitCode: whole(code), endMs: clock(mono ?? '') })],
  ['stop', (to, [name, , mono]) => endCall(to, name, { cancelled: true, endMs: clock(mono ?? '') })],
  ['proc', readProcess],
  ['fact', readFact],
  ['gone', readAbsent],
  ['holder', readHolder],
  ['env', readEnvironment],
  ['listen', readListen],
  ['scan', readScan],
]);

function readHung(to: Collected, [pidText, startText, state, wchan]: readonly string[]): boolean {
  const pid = whole(pidText);
  const startTicks = whole(startText);
  if (pid === undefined || startTicks === undefined || state === undefined) return false;
  return to.hung.push({ pid, startTicks, state, wchan: wchan ?? '-' }) > 0;
}

function readCall(to: Collected, [name, mono, command]: readonly string[]): boolean {
  if (name === undefined) return false;
  return (
    to.calls.push({
      name,
      command: command ?? '',
      beginMs: clock(mono ?? ''),
      endMs: undefined,
      exitCode: undefined,
      cancelled: false,
      lines: [],
    }) > 0
  );
}

function endCall(
  to: Collected,
  name: string | undefined,
  end: {
    exitCode?: number | undefined;
    cancelled?: true;
    endMs: number | undefined;
  },
): boolean {
  const call = to.calls.at(-1);
  if (call === undefined || call.name !== name) return false;
  Object.assign(call, end);
  return true;
}

function readProcess(to: Collected, [pidText, start, state, parent, rss, shmem]: readonly string[]): boolean {
  const pid = whole(pidText);
  const startTicks = whole(start);
  const ppid = whole(parent);
  if (pid === undefined || startTicks === undefined || ppid === undefined || !/^[A-Za-z]$/.test(state ?? ''))
    return false;
  return (
    to.processes.push({
      pid,
      startTicks,
      state: state ?? '',
      ppid,
      rssKiB: whole(rss),
      shmemKiB: whole(shmem),
    }) > 0
  );
}

function readFact(to: Collected, fields: readonly string[]): boolean {
  const [pidText, start, uid, namespacePids, cgroup, comm, title] = fields;
  const pid = whole(pidText);
  const startTicks = whole(start);
  if (pid === undefined || startTicks === undefined || comm === undefined || title === undefined) return false;
  const inner = (namespacePids ?? '-').split(' ').map((text) => whole(text));
  return (
    to.facts.push({
      pid,
      startTicks,
      uid: whole(uid),
      namespacePids: inner.filter((value) => value !== undefined),
      cgroup: unescapeText(cgroup ?? '-'),
      comm: unescapeText(comm),
      title: unescapeText(title),
    }) > 0
  );
}

function readAbsent(to: Collected, [pidText, how]: readonly string[]): boolean {
  const pid = whole(pidText);
  if (pid === undefined || (how !== 'gone' && how !== 'alive' && how !== 'zombie' && how !== 'unreadable'))
    return false;
  to.absent.set(pid, how);
  return true;
}

function readHolder(to: Collected, [pidText, path]: readonly string[]): boolean {
  const pid = whole(pidText);
  return pid !== undefined && path !== undefined && to.holders.push({ pid, path: unescapeText(path) }) > 0;
}

function readEnvironment(to: Collected, [pidText, name, value]: readonly string[]): boolean {
  const pid = whole(pidText);
  if (pid === undefined || name === undefined || value === undefined) return false;
  return to.environment.push({ pid, name, value: unescapeText(value) }) > 0;
}

function readListen(to: Collected, [pidText, family, address, port]: readonly string[]): boolean {
  const pid = whole(pidText);
  if (pid === undefined || family === undefined || address === undefined || port === undefined) return false;
  return to.listening.push({ pid, family, address, port }) > 0;
}

function readScan(to: Collected, [listed, unreadable, vanished]: readonly string[]): boolean {
  const counts = [whole(listed), whole(unreadable), whole(vanished)];
  const [one, two, three] = counts;
  if (one === undefined || two === undefined || three === undefined) return false;
  to.scan = { listed: one, unreadable: two, vanished: three };
  return true;
}

/** Decimal digits, small enough to be exact; `-` and anything else is undefined. */
function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
