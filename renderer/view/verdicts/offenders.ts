// Who holds the judged GPU: every part of it with its class, what counts against the limit and what only stands beside.
import type { Known } from '../../../shared/base/known.ts';
import { printable } from '../../../shared/base/printable.ts';
import type { Bytes } from '../../../shared/base/units.ts';
import type { ProcessRole } from '../../../shared/engines/process-role.ts';
import type { PolicyKind } from '../../../shared/gates/policy.ts';
import { ownRows, type Sighting } from '../../../shared/gates/sighting.ts';
import type { Subject } from '../../../shared/gates/subject.ts';
import { deviceLedgers } from '../../../shared/ledger/device-ledger.ts';
import { foreignContexts } from '../../../shared/ledger/foreign-context.ts';
import type { Holding } from '../../../shared/ledger/holding.ts';
import { NO_BUS, type BusKey } from '../../../shared/ledger/per-bus.ts';
import type { Pid } from '../../../shared/model/ids.ts';
import type { Session } from '../../../shared/session/session.ts';

/** In the order in which they are listed, with the words that a reader sees. */
export const OFFENDER_CLASSES = {
  own: 'this engine',
  'own-foreign': 'this engine, on the GPU of another rank',
  'own-gone': 'ended process of this engine',
  engine: 'other engine',
  orphan: 'orphan',
  trainer: 'trainer',
  process: 'other process',
  hidden: 'process that may not be seen',
  gone: 'pid that no longer exists',
  unattributed: 'no process',
  reserved: 'driver reserve',
} as const;

export type OffenderClass = keyof typeof OFFENDER_CLASSES;

export interface Offender {
  readonly class: OffenderClass;
  /** `scheduler TP0, pid 4002`; empty where no process is meant. */
  readonly who: string;
  readonly title: string;
  readonly pid: Pid | undefined;
  readonly size: Known<Bytes>;
  /** Part of the judged number. */
  readonly counted: boolean;
}

export interface OffenderInput {
  readonly subject: Subject;
  readonly sighting: Sighting;
  readonly session: Session;
  readonly policy: PolicyKind;
  /** The judged GPU; null where nothing was seen. */
  readonly bus: BusKey | null;
}

/** By class in the order above, then by size; a size that is unknown comes first in its class, as it may be the largest. */
export function offendersOf(input: OffenderInput): Offender[] {
  const { bus, sighting, policy } = input;
  if (bus === null) return [];
  const own = new Set(ownRows(input.subject, sighting));
  const foreign = new Set(foreignPids(input));
  const rows = sighting.held
    .filter((row) => (row.bus ?? NO_BUS) === bus)
    .map((row): Offender => {
      const kind = classOf(row, own, foreign);
      return {
        class: kind,
        who: whoOf(row, input.session.latest?.detection.roles),
        title: printable(titleOf(row)),
        pid: row.pid,
        size: row.used,
        counted: policy === 'whole-gpu' || kind.startsWith('own'),
      };
    });
  return [...rows, ...restOf(input)].toSorted(
    (one, other) => rank(one.class) - rank(other.class) || sizeOrder(other.size) - sizeOrder(one.size),
  );
}

function foreignPids({ subject, sighting, session, bus }: OffenderInput): Pid[] {
  const engine = session.latest?.detection.engines.find(({ root }) => root.pid === subject.rootPid);
  if (engine === undefined) return [];
  return foreignContexts(engine, sighting.held).flatMap((each) => (each.bus === bus ? [each.pid] : []));
}

function classOf(row: Holding, own: ReadonlySet<Holding>, foreign: ReadonlySet<Pid>): OffenderClass {
  if (!own.has(row)) return row.owner.class;
  if (row.process === undefined) return 'own-gone';
  return foreign.has(row.pid) ? 'own-foreign' : 'own';
}

function whoOf({ pid, process, alive, owner }: Holding, roles: ReadonlyMap<Pid, ProcessRole> | undefined): string {
  // A trainer's role says what its class says already.
  const role = process === undefined || owner.class === 'trainer' ? undefined : roles?.get(pid);
  const state = alive === 'alive' ? '' : ` (${alive})`;
  return [role === undefined ? '' : roleText(role), `pid ${pid}${state}`].filter((each) => each !== '').join(', ');
}

/** `scheduler TP0`; empty for a role that says nothing. */
function roleText({ role, rank }: ProcessRole): string {
  if (role === 'other') return '';
  const parts = Object.entries(rank ?? {}).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`${name.toUpperCase()}${value}`],
  );
  return [role, ...parts].join(' ');
}

function titleOf({ process }: Holding): string {
  return process === undefined ? '' : process.title === '' ? process.comm : process.title;
}

/** What no process holds, and what the driver keeps. */
function restOf({ sighting: { snapshot, held, closing }, bus, policy }: OffenderInput): Offender[] {
  const ledger = deviceLedgers(snapshot, held, closing).find(({ device }) => device.bus === bus);
  if (ledger === undefined) return [];
  const part = (kind: OffenderClass, size: Known<Bytes>, title: string, counted: boolean): Offender => ({
    class: kind,
    who: '',
    title,
    pid: undefined,
    size,
    counted,
  });
  const { device, entries, moving } = ledger;
  const rest = entries.filter((entry) => entry.class === 'unattributed');
  const about = moving === true ? 'was moving between the two readings, so it judges nothing' : '';
  const shown = rest.map(({ bytes }) => part('unattributed', bytes, about, policy === 'whole-gpu'));
  // Before driver 510 the reserve is inside `used`, and so in the rest above.
  if (device.usedIncludesReserved) return shown;
  return [...shown, part('reserved', device.reserved, 'not part of memory.used', false)];
}

function rank(kind: OffenderClass): number {
  return Object.keys(OFFENDER_CLASSES).indexOf(kind);
}

function sizeOrder(size: Known<Bytes>): number {
  return size.known ? size.value : Number.MAX_SAFE_INTEGER;
}
