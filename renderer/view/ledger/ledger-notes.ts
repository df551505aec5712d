// What to know about a node's ledger as a whole: what could not be read, and what the two-column query adds up.
import { add, EMPTY_TALLY, total, type Known, type Tally } from '../../../shared/base/known.ts';
import { shortReason } from '../../../shared/base/reason.ts';
import { printable } from '../../../shared/base/printable.ts';
import type { Bytes } from '../../../shared/base/units.ts';
import type { Engine } from '../../../shared/engines/detect.ts';
import type { LedgerClass } from '../../../shared/ledger/device-ledger.ts';
import type { Holding } from '../../../shared/ledger/holding.ts';
import { processKey, type Pid, type ProcessKey } from '../../../shared/model/ids.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { engineKey } from '../../../shared/session/session.ts';
import { foundName } from '../../../shared/session/engine-name.ts';

/** Everything of one owner over all GPUs. */
export interface Together {
  readonly class: LedgerClass;
  readonly label: string;
  readonly bytes: Known<Bytes>;
  readonly pids: readonly Pid[];
  readonly engine: ProcessKey | undefined;
}

/** Rows without a bus, by owner, in the order in which they first appear. */
export function togetherOf({ sighting: { held }, session }: Moment): Together[] {
  const groups = new Map<string, Omit<Together, 'bytes'> & { readonly tally: Tally }>();
  const engines = session.latest?.detection.engines ?? [];
  for (const row of held) {
    const { label, engine } = whose(row, engines);
    const kind: LedgerClass = row.owner.class === 'hidden' ? 'process' : row.owner.class;
    const id = `${kind} ${engine ?? row.pid}`;
    const before = groups.get(id);
    const pids = [...new Set([...(before?.pids ?? []), row.pid])];
    groups.set(id, { class: kind, label, engine, pids, tally: add(before?.tally ?? EMPTY_TALLY, row.used) });
  }
  return [...groups.values()].map(({ tally, ...group }) => ({ ...group, bytes: total(tally) }));
}

function whose(
  { owner, pid, process }: Holding,
  engines: readonly Engine[],
): { label: string; engine: ProcessKey | undefined } {
  if (owner.class === 'engine') {
    const { engine } = owner;
    return { label: foundName(engine, engines), engine: engineKey(engine) };
  }
  if (owner.class === 'orphan') {
    const [first] = owner.orphan.members;
    const engine = first === undefined ? undefined : processKey(first.pid, first.startTicks);
    return { label: printable(owner.orphan.title), engine };
  }
  if (owner.class === 'gone') return { label: `pid ${pid}, which no longer exists`, engine: undefined };
  if (owner.class === 'hidden') return { label: `pid ${pid}, which this user may not see`, engine: undefined };
  const name = process === undefined || process.title === '' ? (process?.comm ?? '') : process.title;
  return { label: name === '' ? `pid ${pid}` : printable(name), engine: undefined };
}

/** `shown`: how many GPUs have a row. */
export function ledgerNotes({ sighting, session }: Moment, shown: number): string[] {
  const { snapshot } = sighting;
  // Above the panels stands what concerns the node; here only what explains this picture.
  const notes = shown > 0 ? [] : snapshot.driverReasons.map(({ code }) => `No memory was read: ${shortReason(code)}.`);
  if (shown === 0 && notes.length === 0) notes.push('nvidia-smi lists no GPU on this node.');
  const lostRows = Math.max(...[snapshot.devices, snapshot.usage, sighting.closing].map((each) => each?.lostRows ?? 0));
  if (lostRows > 0) {
    const many = lostRows === 1 ? '1 GPU is lost' : `${lostRows} GPUs are lost`;
    notes.push(
      `${many}: not even the bus could be read. Look at dmesg for Xid, and reset the GPU or restart the node.`,
    );
  }
  if (snapshot.usage?.hasBus === false) {
    notes.push(
      'This nvidia-smi cannot name the bus of a process, so what each holds is known over all GPUs together only.',
    );
  }
  const pids = new Set(sighting.held.map(({ pid }) => pid)).size;
  if (pids > 0 && session.latest?.detection.engines.length === 0 && session.latest.detection.orphans.length === 0) {
    const who = pids === 1 ? '1 GPU process, which is not seen to be' : `${pids} GPU processes, none seen to be`;
    notes.push(`${who} a known engine. Resident memory is shown; accounting and gap need an engine.`);
  }
  return notes;
}

/** The first letter of a sentence; a program keeps its name. */
export function capital(text: string): string {
  return text.startsWith('nvidia-smi') ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
