// The ledger of a look as its figure takes it: parts in their places on the line of bytes of each GPU.
import { sum, total, unknown } from '../../base/known.ts';
import { bytes, fromGiB, plus, ZERO_BYTES, type Bytes } from '../../base/units.ts';
import { fromEngine } from '../../gates/subject.ts';
import type { Policy } from '../../gates/policy.ts';
import { placedOnBus, stubOf, type LinePart, type Placed } from '../../ledger/bus-line.ts';
import { deviceLedgers, type DeviceLedger, type LedgerEntry } from '../../ledger/device-ledger.ts';
import { shortBus } from '../../ledger/short-bus.ts';
import type { Engine } from '../../engines/detect.ts';
import type { BusId } from '../../model/ids.ts';
import { accountingSentence } from '../../model/accounting.ts';
import { ACCOUNTED_NAMES, accountedLine, gapSpan } from '../../session/accounted-line.ts';
import { foundName } from '../../session/engine-name.ts';
import { recordOf, statementOf } from '../../session/engine-states.ts';
import type { Moment } from '../../session/moment.ts';
import { pairOf, type Pair } from '../../session/pair.ts';
import { unreadBuses } from '../../session/unread-buses.ts';
import type { FigureAccounted, FigureLimit, LedgerGpu } from './ledger-figure.ts';
import { measured, said, type Sized } from './sized.ts';

/** In the order of bus ids; a GPU that could not be read is striped over the width of the largest other one. */
export function ledgerGpus(moment: Moment, policy: Policy): LedgerGpu[] {
  const { snapshot, held, closing } = moment.sighting;
  const ledgers = deviceLedgers(snapshot, held, closing);
  const sizes = ledgers.flatMap(({ device }) => (device.total.known ? [device.total.value] : []));
  const widest = sizes.length === 0 ? fromGiB(80) : bytes(Math.max(...sizes));
  const rows = [
    ...ledgers.map((ledger) => [ledger.device.bus, ledgerGpu(ledger, moment, policy)] as const),
    ...unreadBuses(moment).map((bus) => [bus, unreadGpu(bus, widest)] as const),
  ];
  return rows.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, gpu]) => gpu);
}

function unreadGpu(bus: BusId, width: Bytes): LedgerGpu {
  const size = measured(unknown('device-unreadable'));
  const place = { from: ZERO_BYTES, to: width, drawn: 'unknown' } as const;
  const part = { class: 'unattributed', label: '', size, ...place } as const;
  const none = { accounted: [], limits: [] };
  return { gpu: shortBus(bus), device: 'could not be read', used: size, total: size, parts: [part], ...none };
}

interface Part extends LinePart {
  readonly label: string;
  readonly pid: number | undefined;
}

function ledgerGpu(ledger: DeviceLedger, moment: Moment, policy: Policy): LedgerGpu {
  const { device, entries } = ledger;
  const plain = { label: '', pid: undefined };
  const { placed, usedFrom } = placedOnBus(device, {
    reserved: device.usedIncludesReserved
      ? undefined
      : { ...plain, class: 'reserved' as const, bytes: device.reserved },
    parts: folded(entries).map((entry) => partOf(entry, moment)),
    free: { ...plain, class: 'free' as const, bytes: device.free },
  });
  const limits: FigureLimit[] = [];
  const accounted: FigureAccounted[] = [];
  for (const part of placed) {
    if (policy.kind === 'engine-tree' && (part.class === 'engine' || part.class === 'orphan')) {
      limits.push({ at: plus(part.from, policy.limit), limit: policy.limit });
    }
  }
  if (policy.kind === 'whole-gpu') limits.push({ at: plus(usedFrom, policy.limit), limit: policy.limit });
  const engines = moment.session.latest?.detection.engines ?? [];
  for (const engine of engines) {
    const pair = pairsOf(engine, moment).find(({ bus }) => bus === device.bus);
    const own = placed.find(({ class: kind, pid }) => kind === 'engine' && pid === engine.root.pid);
    if (pair !== undefined)
      accounted.push({
        name: foundName(engine, engines),
        ...accountedOf(pair, own?.from ?? usedFrom, stubOf(device)),
      });
  }
  return {
    gpu: shortBus(device.bus),
    device: device.name ?? '',
    used: measured(device.used),
    total: measured(device.total),
    parts: placed.map(({ class: kind, label, bytes: size, ...place }) => ({
      class: kind,
      label,
      size: measured(size),
      ...placeOf(place),
    })),
    accounted,
    limits,
  };
}

function placeOf({ from, to, drawn }: Placed): Placed {
  return { from, to, drawn };
}

/** `pid` of an engine is its root's, by which its accounting finds it again. */
function partOf({ class: kind, label, bytes: size, pids }: LedgerEntry, { session }: Moment): Part {
  const engines = session.latest?.detection.engines ?? [];
  const engine = engines.find(({ members }) => kind === 'engine' && members.some(({ pid }) => pids.includes(pid)));
  if (engine !== undefined)
    return { class: kind, bytes: size, label: foundName(engine, engines), pid: engine.root.pid };
  return { class: kind, bytes: size, label: kind === 'unattributed' ? '' : label, pid: undefined };
}

/** More processes that are nobody's are added up: a bar of slivers tells nothing. */
const MOST_PROCESSES = 8;

function folded(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const processes = entries.filter((each) => each.class === 'process');
  if (processes.length <= MOST_PROCESSES) return [...entries];
  const sizeOf = (entry: LedgerEntry): number => (entry.bytes.known ? entry.bytes.value : Number.POSITIVE_INFINITY);
  const kept = processes.toSorted((one, other) => sizeOf(other) - sizeOf(one)).slice(0, MOST_PROCESSES - 1);
  const rest = processes.filter((each) => !kept.includes(each));
  const together: LedgerEntry = {
    class: 'process',
    label: `(${rest.length} more together)`,
    pids: rest.flatMap(({ pids }) => pids),
    bytes: total(sum(rest.map((each) => each.bytes))),
  };
  return entries.filter((each) => !rest.includes(each)).concat(together);
}

function pairsOf(engine: Engine, moment: Moment): readonly Pair[] {
  const { session, sighting, atMs } = moment;
  const { latest } = session;
  if (latest === undefined) return [];
  const record = recordOf(engine, session);
  return pairOf({
    subject: fromEngine(engine, latest.tree),
    sighting,
    roles: latest.detection.roles,
    statement: statementOf(engine, record),
    awake: record.awake,
    nowMs: atMs,
    nodeNowMs: sighting.snapshot.time.endMs,
  }).buses;
}

function accountedOf(pair: Pair, from: Bytes, stub: Bytes): Omit<FigureAccounted, 'name'> {
  const parts = pair.entry === undefined ? [] : accountedLine(pair.entry, from, stub);
  const { accounting } = pair;
  const whyNot = accounting !== undefined && !accounting.known ? accountingSentence(accounting.why) : ONLY_ONE;
  return {
    parts: parts.map(({ class: kind, bytes: stated, ...place }) => {
      const size: Sized = said(stated);
      return { class: kind, label: ACCOUNTED_NAMES[kind], size, ...placeOf(place) };
    }),
    why: parts.length === 0 ? whyNot : '',
    gap: gapSpan(pair, from),
    within: pair.within === true,
  };
}

const ONLY_ONE = 'no rank that reports is alone at home on this GPU';
