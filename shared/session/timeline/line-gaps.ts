// The gaps of a timeline, each with its cause: the link was lost, frames were passed over, the driver was silent.
import { REASONS, type ReasonCode } from '../../base/reason.ts';
import type { LinkSeen } from '../../model/observation.ts';
import { chunksOf, lookCount, lookMs } from '../history/history-looks.ts';
import { CHUNK, type History } from '../history/history.ts';
import type { LookChunk, Run } from '../history/look-chunk.ts';
import type { NodeSession } from '../node-session.ts';
import type { Outage } from '../outage.ts';

export interface TimelineGap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: 'link' | 'skipped' | 'driver' | 'no-look';
  /** A sentence with how long it was. */
  readonly text: string;
  /** Between two looks, so that a line must be broken; the looks inside a silent driver are unknown themselves. */
  readonly isBetween: boolean;
}

/** A look that comes this many times later than those around it has left a hole, whatever the reason. */
const SLOW = 4;
/** A hole shorter than this is the jitter of a busy node. */
const SHORTEST_HOLE_MS = 5_000;

/** Looks in the order of time, with what of them may be a gap: there is little of that, however many looks there are. */
interface GapLooks {
  readonly count: number;
  readonly timeAt: (at: number) => number;
  /** From which look on the driver answered how, ascending. */
  readonly driver: readonly Run<readonly ReasonCode[]>[];
  /** Looks after which the next one took `SHORTEST_HOLE_MS` or longer, ascending. */
  readonly slow: readonly number[];
}

type GapNode = Pick<NodeSession, 'history' | 'outages' | 'link'>;

/** Of a whole history: it is asked for again with each picture. */
const WHOLE = new WeakMap<History, { readonly node: GapNode; readonly gaps: readonly TimelineGap[] }>();

/** Those of all looks of a node, in the order of time; gaps that lie outside of them are left out. */
export function nodeGaps({ history, outages, link }: GapNode): TimelineGap[] {
  return gapsOf(historyLooks(history), outages, link);
}

/** Those of a node that reach into a window. */
export function gapsBetween(node: GapNode, fromMs: number, toMs: number): TimelineGap[] {
  const known = WHOLE.get(node.history);
  const isKnown = known?.node.outages === node.outages && known.node.link === node.link;
  const gaps = isKnown ? known.gaps : nodeGaps(node);
  if (!isKnown) WHOLE.set(node.history, { node, gaps });
  return gaps.filter((gap) => gap.toMs >= fromMs && gap.fromMs <= toMs);
}

/** The looks of a packed chunk are gone through once, and those after them each time. */
const SLOW_STEPS = new WeakMap<LookChunk, readonly number[]>();

function historyLooks(history: History): GapLooks {
  const timeAt = (at: number): number => lookMs(history, at) ?? Number.NaN;
  const driver: Run<readonly ReasonCode[]>[] = [];
  const slow: number[] = [];
  for (const [place, chunk] of chunksOf(history).entries()) {
    const first = place * CHUNK;
    // From a chunk to the next one no chunk knows.
    if (first > 0 && isSlow(first - 1, timeAt)) slow.push(first - 1);
    const own = SLOW_STEPS.get(chunk) ?? slowSteps(chunk.count, (at) => chunk.atMs[at] ?? Number.NaN);
    SLOW_STEPS.set(chunk, own);
    for (const at of own) slow.push(first + at);
    for (const { from, value } of chunk.driver) driver.push({ from: first + from, value });
  }
  return { count: lookCount(history), timeAt, driver, slow };
}

function slowSteps(count: number, timeAt: GapLooks['timeAt']): number[] {
  const slow: number[] = [];
  for (let at = 0; at + 1 < count; at += 1) if (isSlow(at, timeAt)) slow.push(at);
  return slow;
}

function isSlow(at: number, timeAt: GapLooks['timeAt']): boolean {
  return timeAt(at + 1) - timeAt(at) >= SHORTEST_HOLE_MS;
}

function gapsOf(looks: GapLooks, outages: readonly Outage[], link: LinkSeen | undefined): TimelineGap[] {
  if (looks.count === 0) return [];
  const [first, last] = [looks.timeAt(0), looks.timeAt(looks.count - 1)];
  const known = outages.flatMap((outage) => outageGap(outage, { first, last, nowMs: link?.atMs }));
  return [...known, ...silences(looks), ...holes(looks, known)].toSorted((one, other) => one.fromMs - other.fromMs);
}

function outageGap(
  { fromMs, toMs, cause, text }: Outage,
  { first, last, nowMs }: { first: number; last: number; nowMs: number | undefined },
): TimelineGap[] {
  // One that goes on reaches to the newest that was heard of the link.
  const end = toMs ?? Math.max(last, nowMs ?? last);
  if (end < first || fromMs > last) return [];
  const what =
    cause === 'link' ? `No connection for ${seconds(end - fromMs)}` : `Nothing shown for ${seconds(end - fromMs)}`;
  // It becomes the end of a sentence, whose full stop comes later.
  const why = text === '' ? '' : `: ${text.replace(/\.$/, '')}`;
  return [{ fromMs, toMs: end, cause, text: `${what}${toMs === undefined ? ' so far' : ''}${why}`, isBetween: true }];
}

/** Looks in a row at which the driver did not answer whole. */
function silences({ count, timeAt, driver }: GapLooks): TimelineGap[] {
  const gaps: TimelineGap[] = [];
  let from: number | undefined;
  for (const [at, run] of driver.entries()) {
    const [why] = run.value;
    if (why === undefined) continue;
    from ??= run.from;
    const next = driver[at + 1];
    const isOver = next === undefined || next.value.length === 0;
    if (!isOver) continue;
    const end = next?.from ?? count;
    const toMs = timeAt(end < count ? end : count - 1);
    const looks = end - from;
    const text = `The driver did not answer whole at ${looks} ${looks === 1 ? 'look' : 'looks'}: ${REASONS[why]}`;
    gaps.push({ fromMs: timeAt(from), toMs, cause: 'driver', text, isBetween: false });
    from = undefined;
  }
  return gaps;
}

function holes({ count, timeAt, slow }: GapLooks, known: readonly TimelineGap[]): TimelineGap[] {
  const gaps: TimelineGap[] = [];
  const stepAt = (at: number): number | undefined =>
    at < 0 || at + 1 >= count ? undefined : timeAt(at + 1) - timeAt(at);
  for (const at of slow) {
    const [fromMs, toMs] = [timeAt(at), timeAt(at + 1)];
    const step = toMs - fromMs;
    // Beside its neighbours: a rate that the user changed leaves no hole.
    const [before, after] = [stepAt(at - 1), stepAt(at + 1)];
    const around = Math.max(before ?? after ?? step, after ?? before ?? step);
    if (step < around * SLOW) continue;
    // An outage says why already.
    if (known.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs)) continue;
    gaps.push({ fromMs, toMs, cause: 'no-look', text: `No look for ${seconds(step)}`, isBetween: true });
  }
  return gaps;
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}
