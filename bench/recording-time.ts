// What a recording costs: bytes and time for each look that is kept, time until a long one shows something, time of a seek.
import { RecordingEncoder } from '../shared/recording/encoder.ts';
import { RecordedLines } from '../shared/source/recorded-lines.ts';
import { Replay } from '../shared/source/replay.ts';
import { collectedHeap } from './heap.ts';
import { longRecording, madeLooks } from './long-recording.ts';
import type { Progress } from './progress.ts';
import { pythonTime, type PythonTime } from './python-time.ts';
import { ratiosOf, spreadOf, type Spread } from './spread.ts';

export interface OpenTime {
  readonly megabytes: number;
  readonly bytesALook: number;
  readonly looks: number;
  /** Until the first look of the first node is there to be drawn. */
  readonly firstLookMs: number;
  /** Until the place of every line is known. */
  readonly indexMs: number;
  /** Until every moment of the node that is shown can be sought. */
  readonly foldMs: number;
  readonly seekMs: Spread;
  readonly seek95Ms: number;
  /** What is held for all nodes beside their text. */
  readonly heapMegabytes: number;
  /** Others that read the same lines. */
  readonly python: PythonTime;
}

/** CPU to turn one look into its lines. */
export interface EncodeTime {
  readonly ms: Spread;
  /** Against `JSON.stringify` of the same frames: to write them whole. */
  readonly againstWhole: Spread;
}

export interface RecordingTime {
  readonly idle: OpenTime;
  readonly busy: OpenTime;
  readonly encodeIdle: EncodeTime;
  readonly encodeBusy: EncodeTime;
}

const HOURS = 4;
const PIECE = 64 * 1024;
const SEEKS = 300;

export function measureRecording({ say, signal }: Progress, hours = HOURS): RecordingTime {
  say('write a look into a recording');
  const encodeIdle = measureEncode(false);
  const encodeBusy = measureEncode(true);
  signal.throwIfAborted();
  say(`open ${hours} h of 8 idle nodes`);
  const idle = measureOpen(hours, false);
  signal.throwIfAborted();
  say(`open ${hours} h of 8 busy nodes`);
  return { idle, busy: measureOpen(hours, true), encodeIdle, encodeBusy };
}

function measureEncode(busy: boolean): EncodeTime {
  const looks = madeLooks(busy);
  const encoder = new RecordingEncoder();
  const timeOf = (work: () => void): number => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  };
  const times = looks.map((frames) => ({
    ours: timeOf(() => frames.forEach((seen) => encoder.line(seen))),
    whole: timeOf(() => frames.forEach((seen) => JSON.stringify(seen))),
  }));
  const warm = times.slice(50);
  const ours = warm.map((each) => each.ours);
  return {
    ms: spreadOf(ours),
    againstWhole: ratiosOf(
      ours,
      warm.map(({ whole }) => whole),
    ),
  };
}

function measureOpen(hours: number, busy: boolean): OpenTime {
  const { text, looks, bytesALook } = longRecording(hours * 3_600, busy);
  const before = collectedHeap();
  const begin = performance.now();
  const lines = new RecordedLines();
  let firstLookMs: number | undefined;
  let replay: Replay | undefined;
  for (let at = 0; at < text.length; at += PIECE) {
    lines.push(text.slice(at, at + PIECE));
    if (firstLookMs !== undefined) continue;
    replay ??= new Replay(lines);
    replay.grown();
    const [node] = replay.nodes;
    node?.step(PIECE);
    if ((node?.looks.length ?? 0) > 1) firstLookMs = performance.now() - begin;
  }
  lines.end();
  const indexMs = performance.now() - begin;
  if (replay === undefined) throw new Error('the recording is empty');
  while (replay.node('n1')?.step(PIECE) === true);
  const foldMs = performance.now() - begin;
  const seeks = seekTimes(replay);
  // As a page does: after the node that is shown the others, as far as memory allows.
  replay.step(() => false, 'n1');
  const after = collectedHeap();
  return {
    megabytes: text.length / 1e6,
    bytesALook,
    looks,
    firstLookMs: firstLookMs ?? Number.NaN,
    indexMs,
    foldMs,
    seekMs: spreadOf(seeks),
    seek95Ms: seeks.toSorted((one, other) => one - other)[Math.floor(seeks.length * 0.95)] ?? Number.NaN,
    heapMegabytes: (after - before) / 1e6,
    python: pythonTime(text),
  };
}

/** Here and there, never twice in a row near each other. */
function seekTimes({ lines, nodes }: Replay): number[] {
  const { firstMs = 0, lastMs = 0 } = lines.range ?? {};
  return Array.from({ length: SEEKS }, (_, at) => {
    const share = (at * 0.618_034) % 1;
    const node = nodes[0];
    const begin = performance.now();
    node?.at(firstMs + (lastMs - firstMs) * share);
    return performance.now() - begin;
  });
}
