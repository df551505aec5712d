// A process of rank n that holds memory on the bus of rank m: usually a CUDA context made on the wrong device.
import type { Problem } from '../base/problem.ts';
import { toMiB, type Bytes } from '../base/units.ts';
import type { Engine } from '../engines/detect.ts';
import type { BusId, Pid } from '../model/ids.ts';
import type { Holding } from './holding.ts';

export interface ForeignContext {
  readonly pid: Pid;
  readonly bus: BusId;
  readonly bytes: Bytes;
  /** The process whose own bus that is. */
  readonly homeOf: Pid;
}

/** A process is at home on the bus where it holds most. Only sizes that are known are compared. */
export function foreignContexts(engine: Engine, held: readonly Holding[]): ForeignContext[] {
  const members = new Set(engine.members.map((member) => member.pid));
  const rows = held.filter((each) => members.has(each.pid));
  const homes = new Map<Pid, { bus: BusId; bytes: Bytes }>();
  for (const { pid, bus, used } of rows) {
    if (bus === undefined || !used.known) continue;
    const home = homes.get(pid);
    if (home === undefined || used.value > home.bytes) homes.set(pid, { bus, bytes: used.value });
  }
  const found: ForeignContext[] = [];
  for (const { pid, bus, used } of rows) {
    if (bus === undefined || !used.known || homes.get(pid)?.bus === bus) continue;
    const owner = [...homes].find(([other, home]) => other !== pid && home.bus === bus);
    if (owner !== undefined) found.push({ pid, bus, bytes: used.value, homeOf: owner[0] });
  }
  return found;
}

export function foreignContextProblems(engine: Engine, held: readonly Holding[]): Problem[] {
  return foreignContexts(engine, held).map(({ pid, bus, bytes, homeOf }) => ({
    code: 'foreign-context',
    where: bus,
    text: `pid ${pid} holds ${toMiB(bytes)} MiB on the GPU of pid ${homeOf}, another rank of the same engine`,
  }));
}
