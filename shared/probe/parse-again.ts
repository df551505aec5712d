// A frame that says what the one before it said, but for its clocks: what was read of that one is used again.
import { known } from '../base/known.ts';
import { fromKiB } from '../base/units.ts';
import type { DriverCall, NodeFacts, Snapshot } from '../model/snapshot.ts';
import type { FactMemory, Parsed } from './parse.ts';
import { SLOW_CALL_MS } from './parse-driver.ts';
import { clock, type Frame } from './wire.ts';

/** A frame with what was read of it. */
export interface ReadFrame extends Parsed {
  readonly frame: Frame;
}

/** What moves with every look, also on a node that does nothing. */
const AVAILABLE = 'memAvailableKiB';

/**
 * Exactly what `parseFrame(frame, memory)` gives, where the frame differs from `before` in clocks, in the memory that the
 * node has left and in how many processes were listed; undefined where anything else is new, or where a driver call did
 * not simply end well. Parts that did not change are the same objects, so that whoever reads them may see that.
 */
export function parseAgain(frame: Frame, before: ReadFrame, memory: FactMemory): Parsed | undefined {
  const { lines } = frame;
  const old = before.frame.lines;
  if (frame.kind !== before.frame.kind || lines.length !== old.length) return undefined;
  if (memory.processes !== before.memory.processes || !sameNode(memory.node, before.memory.node)) return undefined;
  const moved: Moved = { calls: [], available: memory.node.get(AVAILABLE), scan: before.snapshot.scan };
  for (const [at, line] of lines.entries()) {
    if (!isRepeated(line, old[at] ?? '', moved)) return undefined;
  }
  const calls = callsAgain(before.snapshot.calls, moved.calls, frame.kind);
  return calls === undefined
    ? undefined
    : { snapshot: snapshotOf(frame, before, calls, moved), memory: memoryOf(memory, moved) };
}

/** What the lines that may differ say now. */
interface Moved {
  /** Begin and end of each call, in their order. */
  readonly calls: { beginMs: number | undefined; endMs: number | undefined }[];
  available: string | undefined;
  scan: Snapshot['scan'];
}

function isRepeated(line: string, old: string, moved: Moved): boolean {
  const word = line.slice(0, line.indexOf('\t'));
  switch (word) {
    case 'call': {
      const [, name, mono, command, ...more] = line.split('\t');
      const [, oldName, , oldCommand, ...oldMore] = old.split('\t');
      const beginMs = clock(mono ?? '');
      moved.calls.push({ beginMs, endMs: undefined });
      return (
        old.startsWith('call\t') && name === oldName && command === oldCommand && more.length + oldMore.length === 0
      );
    }
    case 'done': {
      const [, name, code, mono, ...more] = line.split('\t');
      const [, oldName, oldCode, , ...oldMore] = old.split('\t');
      const call = moved.calls.at(-1);
      if (call !== undefined) call.endMs = clock(mono ?? '');
      return old.startsWith('done\t') && name === oldName && code === oldCode && more.length + oldMore.length === 0;
    }
    case 'node':
      return line === old
        ? rememberAvailable(line, moved)
        : old.startsWith(`node\t${AVAILABLE}\t`) && rememberAvailable(line, moved);
    case 'scan':
      return line === old || rememberScan(line, old, moved);
    default:
      return line === old;
  }
}

/** Of a line that is no such one, nothing; false when it cannot be read. */
function rememberAvailable(line: string, moved: Moved): boolean {
  const [, key, value, ...more] = line.split('\t');
  if (key !== AVAILABLE) return true;
  moved.available = value;
  return value !== undefined && /^\d{1,15}$/.test(value) && more.length === 0;
}

const SCAN = /^scan\t([1-9]\d{0,14})\t(\d{1,15})\t(\d{1,15})\t\d{1,15}$/;

/** How many could not be read is told as a problem, so that must be the same. */
function rememberScan(line: string, old: string, moved: Moved): boolean {
  const now = SCAN.exec(line);
  const before = SCAN.exec(old);
  if (now === null || before === null || now[2] !== before[2]) return false;
  moved.scan = { ...moved.scan, listed: Number(now[1]), vanished: Number(now[3]) };
  return true;
}

/** The healthy look alone: each query once, whole, well ended, and fast enough that nothing is said of it. */
function callsAgain(old: readonly DriverCall[], times: Moved['calls'], kind: Frame['kind']): DriverCall[] | undefined {
  const names = old.map(({ name }) => name).join(' ');
  if (names !== (kind === 'sample' ? 'devices usage' : 'devices') || times.length !== old.length) return undefined;
  const calls: DriverCall[] = [];
  for (const [at, call] of old.entries()) {
    const now = { ...call, ...times[at] };
    if (call.exitCode !== 0 || call.cancelled || !isFast(call) || !isFast(now)) return undefined;
    calls.push(now);
  }
  return calls;
}

function isFast({ beginMs, endMs }: DriverCall): boolean {
  return beginMs !== undefined && endMs !== undefined && endMs - beginMs <= SLOW_CALL_MS;
}

function snapshotOf(
  { beginMs, endMs, wallTime }: Frame,
  { snapshot }: ReadFrame,
  calls: DriverCall[],
  moved: Moved,
): Snapshot {
  const [first, second] = calls;
  const { devices, usage } = snapshot;
  return {
    ...snapshot,
    node: nodeOf(snapshot.node, moved.available),
    time: { beginMs, endMs, wallTime },
    devices: devices === undefined ? undefined : { ...devices, beginMs: first?.beginMs, endMs: first?.endMs },
    usage: usage === undefined ? undefined : { ...usage, beginMs: second?.beginMs, endMs: second?.endMs },
    scan: moved.scan,
    calls,
  };
}

function nodeOf(node: NodeFacts, available: string | undefined): NodeFacts {
  return available === undefined ? node : { ...node, memoryAvailable: known(fromKiB(Number(available))) };
}

function memoryOf(memory: FactMemory, { available }: Moved): FactMemory {
  if (available === undefined || memory.node.get(AVAILABLE) === available) return memory;
  return { ...memory, node: new Map(memory.node).set(AVAILABLE, available) };
}

function sameNode(one: FactMemory['node'], other: FactMemory['node']): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [key, value] of one) {
    if (key !== AVAILABLE ? other.get(key) !== value : !other.has(key) || !/^\d{1,15}$/.test(value)) return false;
  }
  return true;
}
