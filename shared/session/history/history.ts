// What the timeline draws: of every look at a node the sizes that matter, small enough to keep hours of them.
import type { Engine } from '../../engines/detect.ts';
import type { ProcessKey } from '../../model/ids.ts';
import { pointOf, timesOf, type HistoryPoint, type SaidState } from './history-point.ts';
import { packLooks, type LookChunk } from './look-chunk.ts';
import type { Moment } from '../moment.ts';
import { unlistedReasons, withHolders, type SeenHolders } from './process-sizes.ts';
import { engineKey } from '../session.ts';

/** Which engine a key is, as it was seen last. */
export interface SeenEngine {
  readonly engine: Engine;
  readonly bootId: string | undefined;
}

/** Immutable: adding a look copies the newest ones alone, and never what is packed. */
export interface History {
  /** Oldest first, of `CHUNK` looks each. */
  readonly full: readonly LookChunk[];
  /** The looks after those, at most `CHUNK`; never empty once there was a look. */
  readonly last: readonly HistoryPoint[];
  /**
   * Engines and what dead ones left, in the order in which they were first seen, also those whose points are gone by now: a
   * colour stays with one.
   */
  readonly subjects: readonly ProcessKey[];
  readonly seen: ReadonlyMap<ProcessKey, SeenEngine>;
  /** The processes of the looks that are kept. */
  readonly holders: SeenHolders;
  /** Looks that were let go, because they are too old. */
  readonly gone: number;
  /** How often looks that were there already were changed: whoever follows it begins anew. */
  readonly rewritten: number;
  /** How far back it reaches at least, milliseconds; what a recording tells is kept whole. */
  readonly keptMs: number;
}

/** Of a live view. A look a second makes some 10 MB of it on a busy node with 8 GPUs. */
const KEPT_MS = 12 * 3_600_000;
/** However often a node is looked at. */
const MOST_CHUNKS = 2_048;

export const EMPTY_HISTORY: History = {
  full: [],
  last: [],
  subjects: [],
  seen: new Map(),
  holders: new Map(),
  gone: 0,
  rewritten: 0,
  keptMs: KEPT_MS,
};

/** Of a recording: nothing of it is let go. */
export const WHOLE_HISTORY: History = { ...EMPTY_HISTORY, keptMs: Number.POSITIVE_INFINITY };

/** Looks that are packed together: so many at most are copied when one is added. */
export const CHUNK = 128;

/** `before` is the moment of the newest point, of which what did not change is kept once. */
export function appendMoment(history: History, moment: Moment, before?: Moment): History {
  const { subjects: order } = history;
  const newest = newestPoint(history);
  const isSame = newest !== undefined && before !== undefined && samePoint(before, moment);
  const said = saidOf(moment, newest?.said ?? NOTHING_SAID);
  const unlisted = unlistedReasons(moment.sighting);
  const point = isSame ? { ...newest, ...timesOf(moment), said, unlisted } : { ...pointOf(moment), said };
  const there = [...point.engines.keys(), ...point.orphans.keys()];
  const fresh = isSame ? [] : there.filter((key) => !order.includes(key));
  const next = withPoint(history, point);
  return {
    ...next,
    holders: isSame ? next.holders : withHolders(next.holders, moment),
    subjects: fresh.length === 0 ? order : [...order, ...fresh],
    seen: isSame ? history.seen : withSeen(history.seen, moment),
  };
}

/** The newest look stays a point, as an answer may still change what is said of it. */
function withPoint(history: History, point: HistoryPoint): History {
  const { full, last, gone, keptMs } = history;
  if (last.length < CHUNK) return { ...history, last: [...last, point] };
  const packed = [...full, packLooks(last)];
  const kept = packed.slice(chunksTooOld(packed, point.atMs - keptMs));
  const dropped = packed.length - kept.length;
  const holders = dropped === 0 ? history.holders : holdersIn(kept, point, history.holders);
  return { ...history, full: kept, last: [point], holders, gone: gone + dropped * CHUNK };
}

/** Processes come and go for as long as a node is watched: those of looks that are gone are let go. */
function holdersIn(chunks: readonly LookChunk[], point: HistoryPoint, holders: SeenHolders): SeenHolders {
  const keys = new Set([...chunks.flatMap(({ processes }) => [...processes.keys()]), ...point.processes.keys()]);
  return new Map([...holders].filter(([key]) => keys.has(key)));
}

/** How many from the front: each of them ends before what has to be kept begins. */
function chunksTooOld(chunks: readonly LookChunk[], fromMs: number): number {
  if (fromMs === Number.NEGATIVE_INFINITY) return 0;
  const first = chunks.findIndex(({ atMs, count }) => (atMs[count - 1] ?? fromMs) >= fromMs);
  const old = first === -1 ? chunks.length : first;
  const spare = chunks.length - MOST_CHUNKS;
  return spare > old ? spare : old;
}

/** undefined before the first. */
export function newestPoint({ last }: History): HistoryPoint | undefined {
  return last.at(-1);
}

const NOTHING_SAID: HistoryPoint['said'] = new Map();

/** The same object as before where the same is said. */
function saidOf({ states }: Moment, before: HistoryPoint['said']): HistoryPoint['said'] {
  const said = new Map<ProcessKey, SaidState>();
  for (const [key, { value, source }] of states) {
    const isSaid = (source === 'reported' || source === 'told') && (value === 'awake' || value === 'asleep');
    if (isSaid) said.set(key, { value, by: source });
  }
  const isSame =
    said.size === before.size &&
    [...said].every(([key, { value, by }]) => before.get(key)?.value === value && before.get(key)?.by === by);
  return isSame ? before : said;
}

function withSeen(seen: History['seen'], { session, sighting }: Moment): History['seen'] {
  const { bootId } = sighting.snapshot.node;
  const now = (session.latest?.detection.engines ?? []).map(
    (engine) => [engineKey(engine), { engine, bootId }] as const,
  );
  return now.length === 0 ? seen : new Map([...seen, ...now]);
}

/** An answer came after the look that it belongs to: what it says holds for that look, and not from the next one on. */
export function withAnswer(history: History, moment: Moment): History {
  const newest = newestPoint(history);
  if (newest === undefined) return history;
  const said = saidOf(moment, newest.said);
  if (said === newest.said) return history;
  return { ...history, last: [...history.last.slice(0, -1), { ...newest, said }] };
}

/** Without what the user said of an engine and took back. */
export function withoutTold(history: History, key: ProcessKey): History {
  const forget = (said: HistoryPoint['said']): HistoryPoint['said'] =>
    said.get(key)?.by === 'told' ? new Map([...said].filter(([each]) => each !== key)) : said;
  const full = history.full.map((chunk) =>
    chunk.said.every(({ value }) => forget(value) === value)
      ? chunk
      : { ...chunk, said: chunk.said.map(({ from, value }) => ({ from, value: forget(value) })) },
  );
  const last = history.last.map((point) => {
    const said = forget(point.said);
    return said === point.said ? point : { ...point, said };
  });
  return { ...history, full, last, rewritten: history.rewritten + 1 };
}

/** By identity: the fold keeps the objects of a look that says the same again. */
function samePoint(before: Moment, { sighting, session }: Moment): boolean {
  const { snapshot, held, closing } = before.sighting;
  return (
    held === sighting.held &&
    snapshot.devices?.devices === sighting.snapshot.devices?.devices &&
    snapshot.driverReasons === sighting.snapshot.driverReasons &&
    snapshot.scan.complete === sighting.snapshot.scan.complete &&
    closing?.devices === sighting.closing?.devices &&
    before.session.latest?.detection === session.latest?.detection
  );
}
