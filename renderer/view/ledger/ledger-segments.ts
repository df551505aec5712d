// The resident row of one GPU as segments on a line of bytes: who holds what, in the order in which it is drawn.
import { total, sum, type Known } from '../../../shared/base/known.ts';
import { printable } from '../../../shared/base/printable.ts';
import { bytes, SMI_RESOLUTION, type Bytes } from '../../../shared/base/units.ts';
import { placedOnBus, type Placed, type SegmentClass } from '../../../shared/ledger/bus-line.ts';
import type { DeviceLedger, LedgerClass, LedgerEntry } from '../../../shared/ledger/device-ledger.ts';
import type { Holding } from '../../../shared/ledger/holding.ts';
import { processKey, processOf, type Pid, type ProcessKey } from '../../../shared/model/ids.ts';
import { engineKey } from '../../../shared/session/session.ts';
import type { RawMatch } from '../raw-request.ts';
import { exactSize, knownSize } from '../screen-text.ts';
import { restNote } from './rest-note.ts';
import type { Selection } from '../selection.ts';

export interface Segment extends Placed {
  /** Unique within its GPU, and the same from look to look. */
  readonly id: string;
  readonly class: SegmentClass;
  /** Safe to show; may be long. */
  readonly label: string;
  readonly bytes: Known<Bytes>;
  readonly pids: readonly Pid[];
  /** Of the engine or orphan that it belongs to. */
  readonly engine: ProcessKey | undefined;
  readonly selection: Selection;
  readonly source: string;
  /** A size may be off by this much. */
  readonly resolution: Bytes;
  /** What to know about it, in sentences; may be empty. */
  readonly note: string;
  readonly raw: RawMatch;
}

export interface ResidentRow {
  readonly segments: readonly Segment[];
  /** Where what is used begins: after the driver's reserve, when that is apart. */
  readonly usedFrom: Bytes;
  /** The right end of the last segment. */
  readonly end: Bytes;
}

/** More processes that are nobody's are added up: a bar of slivers tells nothing. */
const MOST_PROCESSES = 8;

/** `isPart`: of what is used. */
interface Draft extends Omit<Segment, keyof Placed> {
  readonly isPart: boolean;
}

/** `held` and `formerOwners` are of the same look as the ledger. */
export function residentRow(
  ledger: DeviceLedger,
  held: readonly Holding[],
  formerOwners: ReadonlyMap<Pid, ProcessKey>,
): ResidentRow {
  const { device } = ledger;
  const here = held.filter((row) => row.bus === device.bus);
  const parts = folded(
    ledger.entries.map((entry) => draftOf(entry, ledger, here, formerOwners)),
    device.bus,
  );
  const { placed, usedFrom, end, left, unknowns } = placedOnBus(device, {
    reserved: device.usedIncludesReserved ? undefined : reservedDraft(ledger),
    parts,
    free: freeDraft(ledger),
  });
  const segments = placed.map((draft) => (draft.isPart ? withBound(draft, unknowns, left) : draft));
  return { segments: segments.map(({ isPart: _isPart, ...segment }) => segment), usedFrom, end };
}

function draftOf(
  entry: LedgerEntry,
  ledger: DeviceLedger,
  here: readonly Holding[],
  formerOwners: ReadonlyMap<Pid, ProcessKey>,
): Draft {
  const { bus } = ledger.device;
  if (entry.class === 'unattributed') return restDraft(entry, ledger, here.length);
  const rows = here.filter((row) => entry.pids.includes(row.pid));
  const [first] = rows;
  const engine = keyOf(first);
  const [pid] = entry.pids;
  const one = entry.pids.length === 1 && pid !== undefined ? { pid } : {};
  const former = pid === undefined || entry.class !== 'gone' ? undefined : formerOwners.get(pid);
  return {
    id: `${entry.class} ${engine ?? entry.pids.join(' ')}`,
    class: entry.class,
    label: printable(entry.label),
    bytes: entry.bytes,
    pids: entry.pids,
    engine,
    selection: { bus, class: entry.class, ...(engine === undefined ? one : { engine }) },
    source: 'nvidia-smi --query-compute-apps: used_memory',
    resolution: bytes(SMI_RESOLUTION * rows.length),
    note: noteOf(entry.class, first, former),
    raw: { kind: 'usage', bus, ...one },
    isPart: true,
  };
}

function keyOf(row: Holding | undefined): ProcessKey | undefined {
  if (row?.owner.class === 'engine') return engineKey(row.owner.engine);
  const [member] = row?.owner.class === 'orphan' ? row.owner.orphan.members : [];
  return member === undefined ? undefined : processKey(member.pid, member.startTicks);
}

function noteOf(kind: LedgerClass, row: Holding | undefined, former: ProcessKey | undefined): string {
  if (kind === 'orphan') return 'Its server is gone, so nothing can ask it to release: ending its processes frees it.';
  if (row?.owner.class === 'hidden') {
    return 'It exists, and this user may not see it, so it may be part of any engine. Connect as root or as its user.';
  }
  if (kind !== 'gone') return '';
  const was = former === undefined ? '' : ` It was seen in the tree of pid ${processOf(former).pid}, and counts there.`;
  return `The driver lists it and no process has this pid: it ended, and its memory is not given back yet.${was}`;
}

function restDraft(entry: LedgerEntry, ledger: DeviceLedger, rows: number): Draft {
  const { bus } = ledger.device;
  return {
    id: 'unattributed',
    class: 'unattributed',
    label: entry.label,
    bytes: entry.bytes,
    pids: [],
    engine: undefined,
    selection: { bus, class: 'unattributed' },
    source: 'memory.used less the rows of this GPU',
    resolution: bytes(SMI_RESOLUTION * (rows + 1)),
    note: restNote(ledger),
    raw: { kind: 'usage', bus },
    isPart: true,
  };
}

function reservedDraft({ device: { bus, reserved } }: DeviceLedger): Draft {
  return {
    ...plainDraft('reserved', 'driver reserve', reserved, bus),
    source: 'nvidia-smi --query-gpu: memory.reserved',
    note: 'Kept by driver and firmware; used does not count it.',
  };
}

function freeDraft({ device: { bus, free } }: DeviceLedger): Draft {
  return { ...plainDraft('free', 'free', free, bus), source: 'nvidia-smi --query-gpu: memory.free', note: '' };
}

function plainDraft(
  kind: 'reserved' | 'free',
  label: string,
  size: Known<Bytes>,
  bus: Segment['selection']['bus'] & string,
) {
  const selection: Selection = { bus, class: kind };
  const raw: RawMatch = { kind: 'device', bus };
  const none = { pids: [], engine: undefined, isPart: false };
  return { id: kind, class: kind, label, bytes: size, selection, raw, resolution: SMI_RESOLUTION, ...none };
}

/** Several unknown parts share the room that is left for them, and each says so. */
function withBound<T extends Draft>(draft: T, count: number, left: Bytes | undefined): T {
  if (draft.bytes.known) return draft;
  const many = count === 1 ? 'It is' : `The ${count} unknown parts of this GPU are together`;
  const room = left === undefined ? '' : `${many} ${exactSize(left)}, by what is used less what is known.`;
  return { ...draft, note: [draft.note, room].filter((text) => text !== '').join(' ') };
}

/** The largest processes stay; the others become one segment with all of their pids. */
function folded(drafts: readonly Draft[], bus: NonNullable<Selection['bus']>): Draft[] {
  const processes = drafts.filter((each) => each.class === 'process');
  if (processes.length <= MOST_PROCESSES) return [...drafts];
  const sizeOf = ({ bytes: size }: Draft): number => (size.known ? size.value : Number.POSITIVE_INFINITY);
  const kept = processes.toSorted((one, other) => sizeOf(other) - sizeOf(one)).slice(0, MOST_PROCESSES - 1);
  const rest = processes.filter((each) => !kept.includes(each));
  const tally = sum(rest.map((each) => each.bytes));
  const together: Draft = {
    id: 'more processes',
    class: 'process',
    label: `${rest.length} more processes, ${knownSize(total(tally))} together`,
    bytes: total(tally),
    pids: rest.flatMap(({ pids }) => pids),
    engine: undefined,
    selection: { bus, class: 'process' },
    source: 'nvidia-smi --query-compute-apps: used_memory',
    resolution: bytes(SMI_RESOLUTION * rest.length),
    note: 'The tree and the matrix name each of them.',
    raw: { kind: 'usage', bus },
    isPart: true,
  };
  return drafts.filter((each) => !rest.includes(each)).concat(together);
}
