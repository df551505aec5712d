// Two moments beside each other: what was freed, what stayed, what grew, what is new and what is gone.
import { known, sum, total, type Known } from '../base/known.ts';
import { bytes, minus, ZERO_BYTES, type Bytes } from '../base/units.ts';
import type { Rank } from '../engines/engine-definition.ts';
import { listingGaps } from '../gates/sighting.ts';
import { deviceLedgers, type LedgerClass } from '../ledger/device-ledger.ts';
import type { Holding } from '../ledger/holding.ts';
import type { BusId, Pid } from '../model/ids.ts';
import { matchEngines, type EngineMatch, type EnginesOfBoot } from './compare-match.ts';
import type { Moment } from './moment.ts';

export type Change = 'freed' | 'grown' | 'same' | 'new' | 'gone' | 'unknown';

export interface ComparedSide {
  readonly pids: readonly Pid[];
  /** undefined where nothing of this row was listed; then it held nothing, unless the list is not whole. */
  readonly resident: Known<Bytes> | undefined;
}

export interface ComparedRow {
  readonly class: LedgerClass;
  /** The engine's place in `engines`; undefined for everybody else. */
  readonly engine: number | undefined;
  /** Such as `scheduler`, or the title of a process that is no engine's. */
  readonly role: string;
  readonly rank: Rank | null;
  readonly bus: BusId;
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  /** B minus A, signed. Unknown as soon as one of them is. */
  readonly delta: Known<Bytes>;
  readonly change: Change;
  /** Smaller than the noise floor: shown, and not to be read as a difference. */
  readonly isNoise: boolean;
}

export interface Comparison {
  readonly engines: readonly EngineMatch[];
  /** The largest difference first; unknown ones before all others, because they may be the largest. */
  readonly rows: readonly ComparedRow[];
  readonly noise: Bytes;
}

/**
 * Rows are aligned by engine, role, rank and bus, never by pid. `noise` is the floor below which a difference is none:
 * measured from idle looks (`noiseFloor`), at least the resolution of nvidia-smi.
 */
export function compareMoments(before: Moment, after: Moment, noise: Bytes): Comparison {
  const engines = matchEngines(enginesOf(before), enginesOf(after));
  const left = partsOf(before, engines, 'a');
  const right = partsOf(after, engines, 'b');
  const isWhole = { a: isListWhole(before), b: isListWhole(after) };
  const rows = [...new Set([...left.keys(), ...right.keys()])].flatMap((key): ComparedRow[] => {
    const [a, b] = [left.get(key), right.get(key)];
    const part = a ?? b;
    if (part === undefined) return [];
    const { class: kind, engine, role, rank, bus } = part;
    const sides = { a: sideOf(a), b: sideOf(b) };
    const delta = differenceOf(sides.a, sides.b, isWhole);
    const isNoise = delta.known && Math.abs(delta.value) <= noise;
    return [
      { class: kind, engine, role, rank, bus, ...sides, delta, change: changeOf(sides, delta, isNoise), isNoise },
    ];
  });
  return { engines, rows: rows.toSorted(largestFirst), noise };
}

function enginesOf({ session, sighting }: Moment): EnginesOfBoot {
  return { bootId: sighting.snapshot.node.bootId, engines: session.latest?.detection.engines ?? [] };
}

interface Part {
  readonly class: LedgerClass;
  readonly engine: number | undefined;
  readonly role: string;
  readonly rank: Rank | null;
  readonly bus: BusId;
  readonly pids: Pid[];
  readonly sizes: Known<Bytes>[];
}

function partsOf(moment: Moment, engines: readonly EngineMatch[], side: 'a' | 'b'): Map<string, Part> {
  const parts = new Map<string, Part>();
  const put = (part: Omit<Part, 'pids' | 'sizes'>, pid: Pid | undefined, size: Known<Bytes>): void => {
    const key = JSON.stringify([part.class, part.engine, part.role, part.rank, part.bus]);
    const known = parts.get(key) ?? { ...part, pids: [], sizes: [] };
    if (pid !== undefined && !known.pids.includes(pid)) known.pids.push(pid);
    known.sizes.push(size);
    parts.set(key, known);
  };
  const { snapshot, held, closing } = moment.sighting;
  const roles = moment.session.latest?.detection.roles;
  for (const row of held) {
    // The two-column list names no bus, and a sum over GPUs is no GPU's.
    if (row.bus === undefined) continue;
    const { owner, pid, bus } = row;
    const role = roles?.get(pid);
    const engine = owner.class === 'engine' ? engines.findIndex((each) => each[side] === owner.engine) : undefined;
    const named = owner.class === 'engine' || owner.class === 'orphan';
    put(
      {
        class: owner.class === 'hidden' ? 'process' : owner.class,
        engine: engine === -1 ? undefined : engine,
        role: named ? (role?.role ?? 'other') : titleOf(row),
        rank: named ? (role?.rank ?? null) : null,
        bus,
      },
      pid,
      row.used,
    );
  }
  for (const { device, entries } of deviceLedgers(snapshot, held, closing)) {
    const rest = entries.at(-1);
    if (rest?.class !== 'unattributed') continue;
    put(
      { class: 'unattributed', engine: undefined, role: rest.label, rank: null, bus: device.bus },
      undefined,
      rest.bytes,
    );
  }
  return parts;
}

function titleOf({ owner, process }: Holding): string {
  if (owner.class === 'gone') return 'processes that no longer exist';
  if (owner.class === 'hidden' || process === undefined) return 'processes that this user may not see';
  return process.title === '' ? process.comm : process.title;
}

function sideOf(part: Part | undefined): ComparedSide {
  return part === undefined
    ? { pids: [], resident: undefined }
    : { pids: part.pids.toSorted((one, other) => one - other), resident: total(sum(part.sizes)) };
}

/** Nothing was listed is nothing held only where the list was whole. */
function isListWhole({ sighting }: Moment): Known<Bytes> {
  const { usage, driverReasons } = sighting.snapshot;
  const [why] = [...driverReasons, ...listingGaps(sighting)];
  if (why !== undefined) return { known: false, why };
  if (usage === undefined) return { known: false, why: { code: 'smi-failed', where: 'usage' } };
  return usage.hasBus ? known(ZERO_BYTES) : { known: false, why: { code: 'no-bus-column', where: '' } };
}

function differenceOf(
  a: ComparedSide,
  b: ComparedSide,
  whole: { readonly a: Known<Bytes>; readonly b: Known<Bytes> },
): Known<Bytes> {
  const from = a.resident ?? whole.a;
  const to = b.resident ?? whole.b;
  if (!from.known) return from;
  return to.known ? known(minus(to.value, from.value)) : to;
}

function changeOf(
  { a, b }: { readonly a: ComparedSide; readonly b: ComparedSide },
  delta: Known<Bytes>,
  isNoise: boolean,
): Change {
  if (!delta.known) return 'unknown';
  if (a.resident === undefined) return 'new';
  if (b.resident === undefined) return 'gone';
  if (isNoise) return 'same';
  return delta.value < 0 ? 'freed' : 'grown';
}

function largestFirst(one: ComparedRow, other: ComparedRow): number {
  const size = ({ delta }: ComparedRow): number => (delta.known ? Math.abs(delta.value) : Number.POSITIVE_INFINITY);
  const [left, right] = [size(one), size(other)];
  if (left !== right) return right - left;
  return one.bus === other.bus ? one.role.localeCompare(other.role, 'en') : one.bus < other.bus ? -1 : 1;
}

/**
 * How much the same row differs between looks in which nothing happens: the largest difference between one look and the
 * next over idle looks, at least the step of nvidia-smi. Give it looks of one state, such as the settled part of a sleep.
 */
export function noiseFloor(looks: readonly Moment[], resolution: Bytes): Bytes {
  let floor: number = resolution;
  for (const [at, look] of looks.entries()) {
    const next = looks[at + 1];
    if (next === undefined) break;
    for (const { delta } of compareMoments(look, next, resolution).rows) {
      if (delta.known) floor = Math.max(floor, Math.abs(delta.value));
    }
  }
  return bytes(floor);
}
