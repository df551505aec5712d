// Several recordings as one: each node under a name of its own, everything in the order in which it was seen.
import type { NodeId, Observation } from '../model/observation.ts';
import { RECORDING_FORMAT, type RecordingHeader } from '../recording/format.ts';
import type { OpenedRecording } from '../recording/open-text.ts';

/** One that can be read again: it is read twice. */
export type RecordingOpener = () => Promise<OpenedRecording>;

export interface MergedRecordings {
  readonly header: RecordingHeader;
  /** Read once. */
  observations(): AsyncGenerator<Observation, void, undefined>;
}

/** What there is of one node, in one file after the other. */
interface Chain {
  readonly node: NodeId;
  readonly target: string;
  readonly parts: Part[];
  endMs: number;
}

interface Part {
  readonly open: RecordingOpener;
  /** Its name in that file. */
  readonly node: NodeId;
  readonly startedMs: number;
}

/** A mark may be of another program's clock, which drifts from that of the recorder by less than this. */
const MARK_CLOCK_MS = 2_000;

interface Read extends Part {
  readonly target: string;
  readonly endMs: number;
}

/**
 * The clock of all of them is that of the machine that recorded them. Files of the same target of which one ends before the
 * other begins are one node; where they overlap, two hosts watched at the same time, and each is a node of its own. What a
 * later file repeats of the time before it began is left out where it is there already. Throws what reading throws, and an
 * Error when there is none.
 */
export async function mergeOpened(openers: readonly RecordingOpener[], appVersion: string): Promise<MergedRecordings> {
  const headers: RecordingHeader[] = [];
  const read: Read[] = [];
  for (const open of openers) {
    const recording = await open();
    const { header } = recording;
    const ends = new Map(header.nodes.map(({ node }) => [node, header.startedMs]));
    for await (const { node, atMs } of recording.observations()) {
      ends.set(node, Math.max(ends.get(node) ?? header.startedMs, atMs));
    }
    const targets = new Map(header.nodes.map(({ node, target }) => [node, target]));
    headers.push(header);
    for (const [node, endMs] of ends) {
      read.push({ open, node, target: targets.get(node) ?? node, startedMs: header.startedMs, endMs });
    }
  }
  const newest = headers.toSorted((one, other) => one.startedMs - other.startedMs).at(-1);
  if (newest === undefined) throw new Error('there is nothing to be merged');
  const chains = chainsOf(read);
  const header: RecordingHeader = {
    ...newest,
    format: RECORDING_FORMAT,
    appVersion,
    startedMs: Math.min(...headers.map(({ startedMs }) => startedMs)),
    isDemo: headers.some(({ isDemo }) => isDemo),
    nodes: chains.map(({ node, target }) => ({ node, target })),
    story: [],
  };
  return { header, observations: () => inOrder(chains.map((chain) => ofChain(chain))) };
}

function chainsOf(read: readonly Read[]): Chain[] {
  const chains: Chain[] = [];
  for (const { target, endMs, ...part } of read.toSorted((one, other) => one.startedMs - other.startedMs)) {
    const before = chains.find((chain) => chain.target === target && chain.endMs <= part.startedMs + MARK_CLOCK_MS);
    if (before === undefined) {
      chains.push({ node: `n${chains.length + 1}`, target, parts: [part], endMs });
    } else {
      before.parts.push(part);
      before.endMs = endMs;
    }
  }
  return chains;
}

async function* ofChain({ node, parts }: Chain): AsyncGenerator<Observation, void, undefined> {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { open, node: called, startedMs } of parts) {
    const knownMs = Math.min(lastMs, startedMs);
    const recording = await open();
    try {
      for await (const seen of recording.observations()) {
        if (seen.node !== called || seen.atMs <= knownMs) continue;
        lastMs = Math.max(lastMs, seen.atMs);
        yield { ...seen, node };
      }
    } finally {
      await recording.close();
    }
  }
}

interface Stream {
  readonly rest: AsyncGenerator<Observation, void, undefined>;
  readonly next: Observation;
  /** A mark may be told late: it comes where it stands in its file. */
  readonly timeMs: number;
}

async function* inOrder(
  sources: readonly AsyncGenerator<Observation, void, undefined>[],
): AsyncGenerator<Observation, void, undefined> {
  const begun = await Promise.all(sources.map(async (rest) => await advanced(rest, Number.NEGATIVE_INFINITY)));
  const streams = begun.filter((stream) => stream !== undefined);
  try {
    while (streams.length > 0) {
      const at = streams.reduce((best, { timeMs }, place) => (timeMs < (streams[best]?.timeMs ?? 0) ? place : best), 0);
      const first = streams[at];
      if (first === undefined) return;
      yield first.next;
      const after = await advanced(first.rest, first.timeMs);
      if (after === undefined) streams.splice(at, 1);
      else streams[at] = after;
    }
  } finally {
    await Promise.all(streams.map(({ rest }) => rest.return()));
  }
}

async function advanced(
  rest: AsyncGenerator<Observation, void, undefined>,
  timeMs: number,
): Promise<Stream | undefined> {
  const { value, done } = await rest.next();
  return done === true ? undefined : { rest, next: value, timeMs: Math.max(timeMs, value.atMs) };
}
