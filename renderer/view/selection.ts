// What is selected on the live screen: one value, linked through every panel.
import type { LedgerClass } from '../../shared/ledger/device-ledger.ts';
import type { BusId, Pid, ProcessKey } from '../../shared/model/ids.ts';

/** Each part narrows; a part that is not there does not. */
export interface Selection {
  readonly bus?: BusId;
  /** The root of an engine. */
  readonly engine?: ProcessKey;
  readonly pid?: Pid;
  readonly class?: LedgerClass | 'reserved' | 'free';
}

export const NOTHING_SELECTED: Selection = {};
