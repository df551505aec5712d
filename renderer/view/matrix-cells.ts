// Processes and GPUs as a matrix: what each holds where, and which of it is on the GPU of another rank.
import { add, addMissing, EMPTY_TALLY, total, unknown, type Known, type Tally } from '../../shared/base/known.ts';
import type { Reason } from '../../shared/base/reason.ts';
import type { Bytes } from '../../shared/base/units.ts';
import type { Policy } from '../../shared/gates/policy.ts';
import { listingGaps } from '../../shared/gates/sighting.ts';
import type { ForeignContext } from '../../shared/ledger/foreign-context.ts';
import type { Holding } from '../../shared/ledger/holding.ts';
import { withUnlisted } from '../../shared/ledger/unlisted-rows.ts';
import { NO_BUS, type BusKey } from '../../shared/ledger/per-bus.ts';
import type { BusId, Pid, ProcessKey } from '../../shared/model/ids.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { engineLooks, type EngineLook } from './engine-looks.ts';
import type { Standing } from './is-lit.ts';
import { processTitle, rankName } from './process-name.ts';
import { exactSize, wholeMib, whyText } from './screen-text.ts';
import { shortBus } from '../../shared/ledger/short-bus.ts';

export interface Matrix {
  readonly columns: readonly MatrixColumn[];
  readonly rows: readonly MatrixRow[];
  /** Processes that have no row, because there are too many. */
  readonly more: number;
}

export interface MatrixColumn {
  readonly bus: BusKey;
  /** Of the GPU; unknown where it could not be read, and over all GPUs together. */
  readonly used: Known<Bytes>;
}

export interface MatrixRow {
  readonly pid: Pid;
  readonly containerPid: Pid | undefined;
  /** `scheduler TP1`, or the title; safe to show. */
  readonly name: string;
  /** The engine that it belongs to, or what it is. */
  readonly whose: string;
  readonly engine: ProcessKey | undefined;
  readonly standing: Standing;
  /** One a column, in their order. */
  readonly cells: readonly MatrixCell[];
  readonly sum: Tally;
}

export interface MatrixCell {
  readonly bus: BusKey;
  /**
   * `home`: where it holds most. `foreign`: on the GPU of another rank of its engine. `held`: elsewhere. `none`: the
   * driver lists nothing. `unread`: the process list of this GPU could not be read.
   */
  readonly kind: 'home' | 'foreign' | 'held' | 'none' | 'unread';
  readonly bytes: Known<Bytes> | undefined;
  /** `1,741`, `?`, or empty. */
  readonly text: string;
  readonly sentence: string;
}

/** A screen with more rows helps nobody; the tree has them all. */
const MOST_ROWS = 300;
const OWNERS: readonly Holding['owner']['class'][] = ['engine', 'orphan', 'gone', 'hidden', 'trainer', 'process'];

export function matrixOf(moment: Moment, policy: Policy): Matrix {
  const { snapshot, held } = moment.sighting;
  const looks = engineLooks(moment, policy);
  const columns = columnsOf(moment);
  const unread = new Set<BusKey>(snapshot.usage?.unreadableBuses);
  const [gap] = listingGaps(moment.sighting);
  const byPid = new Map<Pid, Holding[]>();
  for (const row of withUnlisted(snapshot, held)) byPid.set(row.pid, [...(byPid.get(row.pid) ?? []), row]);
  const rows = [...byPid.values()].flatMap((own) => rowOf(own, { looks, columns, unread, moment, gap }));
  const ordered = rows.toSorted(
    (one, other) =>
      rankOf(byPid.get(one.pid)) - rankOf(byPid.get(other.pid)) ||
      one.whose.localeCompare(other.whose) ||
      one.pid - other.pid,
  );
  return { columns, rows: ordered.slice(0, MOST_ROWS), more: Math.max(ordered.length - MOST_ROWS, 0) };
}

function rankOf(rows: readonly Holding[] | undefined): number {
  const [first] = rows ?? [];
  return first === undefined ? OWNERS.length : OWNERS.indexOf(first.owner.class);
}

function columnsOf({ sighting: { snapshot, closing, held } }: Moment): MatrixColumn[] {
  if (snapshot.usage?.hasBus === false) return [{ bus: NO_BUS, used: unknown('no-bus-column') }];
  const buses = new Set<BusId>(snapshot.buses);
  for (const reading of [snapshot.devices, snapshot.usage, closing]) {
    for (const bus of reading?.unreadableBuses ?? []) buses.add(bus);
  }
  for (const { bus } of snapshot.devices?.devices ?? []) buses.add(bus);
  for (const { bus } of held) if (bus !== undefined) buses.add(bus);
  return [...buses].toSorted().map((bus) => ({
    bus,
    used: snapshot.devices?.devices.find((device) => device.bus === bus)?.used ?? unknown('device-unreadable', bus),
  }));
}

interface Scene {
  readonly looks: readonly EngineLook[];
  readonly columns: readonly MatrixColumn[];
  readonly unread: ReadonlySet<BusKey>;
  readonly moment: Moment;
  /** Why more than the listed rows may be anybody's. */
  readonly gap: Reason | undefined;
}

function rowOf(own: readonly Holding[], { looks, columns, unread, moment, gap }: Scene): MatrixRow[] {
  const [first] = own;
  if (first === undefined) return [];
  const { pid, process } = first;
  const look = looks.find(
    ({ subject }) => process !== undefined && subject.members.some((member) => member.pid === pid),
  );
  const role = process === undefined ? undefined : moment.session.latest?.detection.roles.get(pid);
  const name = rankName(role) || (process === undefined ? `pid ${pid}, ${first.owner.class}` : processTitle(process));
  const perBus = new Map<BusKey, Tally>();
  for (const { bus = NO_BUS, used } of own) perBus.set(bus, add(perBus.get(bus) ?? EMPTY_TALLY, used));
  const home = homeOf(perBus);
  const sum = own.reduce((tally, { used }) => add(tally, used), EMPTY_TALLY);
  const cells = columns.map(({ bus }): MatrixCell => {
    const tally = perBus.get(bus);
    if (tally === undefined) return emptyCell(bus, unread.has(bus));
    const foreign = look?.foreign.find((each) => each.pid === pid && each.bus === bus);
    return heldCell({ bus, size: total(tally), home, foreign, who: `${name} (pid ${pid})` });
  });
  return [
    {
      pid,
      containerPid: process?.containerPid,
      name,
      whose: look?.name ?? first.owner.class,
      engine: look?.key,
      standing: {
        engine: look?.key,
        pids: [pid],
        class: first.owner.class === 'hidden' ? 'process' : first.owner.class,
      },
      cells,
      sum: gap === undefined ? sum : addMissing(sum, gap),
    },
  ];
}

/** undefined where a part is unknown, which could be the most. */
function homeOf(perBus: ReadonlyMap<BusKey, Tally>): BusKey | undefined {
  let home: { readonly bus: BusKey; readonly size: Bytes } | undefined;
  for (const [bus, { atLeast, missing }] of perBus) {
    if (missing.length > 0) return undefined;
    if (home === undefined || atLeast > home.size) home = { bus, size: atLeast };
  }
  return home?.bus;
}

function emptyCell(bus: BusKey, isUnread: boolean): MatrixCell {
  return isUnread
    ? {
        bus,
        kind: 'unread',
        bytes: undefined,
        text: '?',
        sentence: `The process list of ${shortBus(bus)} could not be read, so nobody knows.`,
      }
    : { bus, kind: 'none', bytes: undefined, text: '', sentence: `Nothing is listed on ${shortBus(bus)}.` };
}

interface Held {
  readonly bus: BusKey;
  readonly size: Known<Bytes>;
  readonly home: BusKey | undefined;
  readonly foreign: ForeignContext | undefined;
  readonly who: string;
}

function heldCell({ bus, size, home, foreign, who }: Held): MatrixCell {
  const where = shortBus(bus);
  if (!size.known) {
    const sentence = `${who} holds an unknown size on ${where}: ${whyText(size.why)}.`;
    return { bus, kind: 'held', bytes: size, text: '?', sentence };
  }
  const text = wholeMib(size.value);
  const much = exactSize(size.value);
  if (foreign !== undefined && home !== undefined) {
    const sentence = `${who} is at home on ${shortBus(home)}; these ${much} on ${where}, the GPU of pid ${foreign.homeOf}, look like a CUDA context made before the device was chosen.`;
    return { bus, kind: 'foreign', bytes: size, text, sentence };
  }
  const sentence = `${who} holds ${much} on ${where}${bus === home && bus !== NO_BUS ? ', where it is at home' : ''}.`;
  return { bus, kind: bus === home ? 'home' : 'held', bytes: size, text, sentence };
}
