// Whether something on the screen belongs to what is selected; what does not is dimmed, never hidden.
import type { BusKey } from '../../shared/ledger/per-bus.ts';
import type { Pid, ProcessKey } from '../../shared/model/ids.ts';
import type { Selection } from './selection.ts';

/** What a part of a panel stands for. A part that is undefined is not compared. */
export interface Standing {
  readonly bus?: BusKey | undefined;
  readonly engine?: ProcessKey | undefined;
  readonly pids: readonly Pid[];
  readonly class?: Selection['class'] | undefined;
}

export function isNothing({ bus, engine, pid, class: kind }: Selection): boolean {
  return bus === undefined && engine === undefined && pid === undefined && kind === undefined;
}

/** Also true when nothing is selected. */
export function isLit(selection: Selection, thing: Standing): boolean {
  if (selection.bus !== undefined && thing.bus !== undefined && thing.bus !== selection.bus) return false;
  if (selection.class !== undefined && thing.class !== undefined && thing.class !== selection.class) return false;
  if (selection.pid !== undefined) return thing.pids.includes(selection.pid);
  if (selection.engine !== undefined) return thing.engine === selection.engine;
  return true;
}

export function isSame(one: Selection, other: Selection): boolean {
  return one.bus === other.bus && one.engine === other.engine && one.pid === other.pid && one.class === other.class;
}
