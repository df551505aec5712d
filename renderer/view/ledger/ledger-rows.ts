// The ledger of a look as rows to draw: per GPU what is resident over what is accounted, and what could not be read.
import { sum, total, type Known } from '../../../shared/base/known.ts';
import { printable } from '../../../shared/base/printable.ts';
import { REASONS, reason } from '../../../shared/base/reason.ts';
import { bytes, fromGiB, fromMiB, ZERO_BYTES, type Bytes } from '../../../shared/base/units.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import { stubOf } from '../../../shared/ledger/bus-line.ts';
import { deviceLedgers, type DeviceLedger } from '../../../shared/ledger/device-ledger.ts';
import type { Holding } from '../../../shared/ledger/holding.ts';
import type { BusId, ProcessKey } from '../../../shared/model/ids.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { unreadBuses } from '../../../shared/session/unread-buses.ts';
import { accountedRow, limitTick, type AccountedRow, type LimitTick } from './accounted-rows.ts';
import { engineLooks, type EngineLook } from '../engine-looks.ts';
import { capital, ledgerNotes, togetherOf, type Together } from './ledger-notes.ts';
import { residentRow, type Segment } from './ledger-segments.ts';
import { movingText } from './rest-note.ts';
import { engineSizeText, unlistedNote } from './unlisted-note.ts';
import { exactSize, wholeMib } from '../screen-text.ts';

export interface BusRow {
  readonly bus: BusId;
  /** Empty where the driver gave none. */
  readonly device: string;
  /** `used 40,662 of 81,559 MiB`, always in words, whatever is drawn. */
  readonly anchor: string;
  /** What each engine and orphan holds here, in words. */
  readonly engines: readonly EngineSize[];
  /** The rest with its sign, for the anchor line; empty where there is none to tell. */
  readonly rest: string;
  readonly total: Known<Bytes>;
  readonly segments: readonly Segment[];
  /** One an engine that holds something here. */
  readonly accounted: readonly AccountedRow[];
  readonly limits: readonly LimitTick[];
  /** Empty when the two readings agree, or there is only one. */
  readonly moving: string;
  /** Sentences about this GPU that stand below its bar. */
  readonly notes: readonly string[];
  /** The right end of everything that is drawn. */
  readonly end: Bytes;
}

export interface EngineSize {
  readonly key: ProcessKey;
  readonly name: string;
  readonly kind: 'engine' | 'orphan';
  /** `1,741 MiB`, or `unknown`; `at least 1,741 MiB` where a rank is not listed that may hold more. */
  readonly size: string;
}

export interface LedgerView {
  readonly rows: readonly BusRow[];
  /** What the two-column query adds up over all GPUs; empty where rows have a bus. */
  readonly together: readonly Together[];
  /** Sentences about the whole node. */
  readonly notes: readonly string[];
  /** On the node's wall clock, as it said it; undefined when it would not. */
  readonly wallTime: string | undefined;
  /** On the observer's clock, milliseconds since 1970. */
  readonly atMs: number;
}

export function ledgerView(moment: Moment, policy: Policy): LedgerView {
  const { sighting, atMs } = moment;
  const { snapshot, held, closing } = sighting;
  const looks = engineLooks(moment, policy);
  const ledgers = deviceLedgers(snapshot, held, closing);
  const rows = [
    ...ledgers.map((ledger) => busRow(ledger, looks, moment, policy)),
    ...unreadBuses(moment).map((bus) => unreadRow(bus, held, largestOf(ledgers))),
  ].toSorted((one, other) => (one.bus < other.bus ? -1 : 1));
  const together = snapshot.usage?.hasBus === false ? togetherOf(moment) : [];
  return { rows, together, notes: ledgerNotes(moment, rows.length), wallTime: snapshot.time.wallTime, atMs };
}

function busRow(ledger: DeviceLedger, looks: readonly EngineLook[], moment: Moment, policy: Policy): BusRow {
  const { device, moving, usedNext } = ledger;
  const { bus } = device;
  const { held, formerOwners, snapshot } = moment.sighting;
  const { segments, usedFrom, end } = residentRow(ledger, held, formerOwners);
  const stub = stubOf(device);
  const accounted: AccountedRow[] = [];
  const limits: LimitTick[] = [];
  const engines: EngineSize[] = [];
  const leftOut: string[] = [];
  for (const look of looks) {
    const segment = segments.find(({ engine }) => engine === look.key);
    const row = accountedRow(look, bus, segment?.from ?? usedFrom, stub);
    if (row !== undefined) accounted.push(row);
    const unlisted = unlistedNote(look, bus, ledger.entries.at(-1)?.bytes, moment.session.latest?.detection.roles);
    if (unlisted !== undefined) leftOut.push(unlisted);
    if (segment !== undefined || unlisted !== undefined) {
      const size = engineSizeText(segment?.bytes, unlisted === undefined);
      engines.push({ key: look.key, name: look.name, kind: look.engine === undefined ? 'orphan' : 'engine', size });
    }
    if (segment !== undefined && policy.kind === 'engine-tree') {
      limits.push(limitTick(segment.from, policy.limit, look.name));
    }
  }
  if (policy.kind === 'whole-gpu') limits.push(limitTick(usedFrom, policy.limit, 'the whole GPU'));
  const refused = snapshot.usage?.unreadableBuses.includes(bus) === true;
  return {
    bus,
    device: printable(device.name ?? ''),
    anchor: anchorOf(ledger),
    engines,
    rest: restText(segments),
    total: device.total,
    segments,
    accounted,
    limits,
    moving:
      moving === true && device.used.known && usedNext?.known === true
        ? movingText(device.used.value, usedNext.value)
        : '',
    notes: [
      ...(refused ? [REFUSED] : []),
      ...leftOut,
      ...restNotes(segments, moving === true),
      ...(device.usedIncludesReserved ? [RESERVE_INSIDE] : []),
    ],
    end: bytes(
      Math.max(end, ...accounted.flatMap(({ to, gap }) => [to, gap?.to ?? to]), ...limits.map(({ at }) => at)),
    ),
  };
}

const REFUSED =
  'The driver hides the processes of this GPU (MIG, a container, or permissions): what is used is known, and not by whom.';
const RESERVE_INSIDE = 'This driver (before 510) counts its own reserve as used.';

function anchorOf({ device: { used, total: size } }: DeviceLedger): string {
  if (used.known && size.known) return `used ${wholeMib(used.value)} of ${wholeMib(size.value)} MiB`;
  const usedText = used.known ? `used ${wholeMib(used.value)} MiB` : 'used unknown';
  return `${usedText} of ${size.known ? `${wholeMib(size.value)} MiB` : 'an unknown total'}`;
}

function restText(segments: readonly Segment[]): string {
  const rest = segments.find((each) => each.class === 'unattributed');
  if (rest === undefined) return '';
  if (!rest.bytes.known) return 'no process: unknown';
  const sign = rest.bytes.value > 0 ? '+' : '';
  return `no process: ${sign}${wholeMib(rest.bytes.value)} MiB`;
}

/** A rest of this size is no driver's bookkeeping, and a reader should not have to point at it to be told. */
const LARGE_REST = fromMiB(512);

function restNotes(segments: readonly Segment[], isMoving: boolean): readonly string[] {
  const rest = segments.find((each) => each.class === 'unattributed');
  // What moves is said to move, and means nothing else.
  if (rest?.bytes.known !== true || isMoving) return [];
  return rest.bytes.value < 0 || rest.bytes.value >= LARGE_REST ? [rest.note] : [];
}

function largestOf(ledgers: readonly DeviceLedger[]): Bytes {
  const totals = ledgers.flatMap(({ device }) => (device.total.known ? [device.total.value] : []));
  return totals.length === 0 ? fromGiB(80) : bytes(Math.max(...totals));
}

/** A GPU of which nothing is known but that it exists: striped over the width of the largest other one. */
function unreadRow(bus: BusId, held: readonly Holding[], width: Bytes): BusRow {
  const why = reason('device-unreadable', bus);
  const rows = held.filter((row) => row.bus === bus);
  const listed = total(sum(rows.map((row) => row.used)));
  const pids = [...new Set(rows.map(({ pid }) => pid))];
  const note =
    rows.length === 0
      ? ''
      : `The process list still names pid ${pids.join(', ')} here, with ${listed.known ? exactSize(listed.value) : 'an unknown size'}.`;
  const segment: Segment = {
    id: 'unattributed',
    class: 'unattributed',
    label: 'this GPU could not be read',
    bytes: { known: false, why },
    from: ZERO_BYTES,
    to: width,
    drawn: 'unknown',
    pids,
    engine: undefined,
    selection: { bus },
    source: 'nvidia-smi --query-gpu',
    resolution: ZERO_BYTES,
    note,
    raw: { kind: 'device', bus },
  };
  return {
    bus,
    device: '',
    anchor: 'could not be read',
    engines: [],
    rest: '',
    total: { known: false, why },
    segments: [segment],
    accounted: [],
    limits: [],
    moving: '',
    notes: [`${REASONS[why.code]}.`, note].filter((text) => text !== '').map(capital),
    end: width,
  };
}
