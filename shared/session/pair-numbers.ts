// The numbers of one pair: what is resident, what is accounted, and the signed gap between the two.
import type { Known } from '../base/known.ts';
import type { Bytes } from '../base/units.ts';
import type { AccountingEntry } from '../engines/accounting.ts';
import type { BusKey } from '../ledger/per-bus.ts';
import type { Stated } from '../model/accounting.ts';
import type { EntryBasis } from './reporting-rank.ts';

/** One bus of an engine, or the engine's worst bus. */
export interface PairNumbers {
  /** null: no row of the engine was seen. */
  readonly bus: BusKey | null;
  readonly resident: Known<Bytes>;
  /** What was seen of it, also where the whole is unknown; undefined when nothing was. */
  readonly atLeast: Bytes | undefined;
  /** undefined: it was not seen awake, or held nothing here then. */
  readonly residentAwake: ResidentAwake | undefined;
  /** undefined: no process that reports is at home here, or it shares the bus with another rank. */
  readonly accounting: Stated<Bytes> | undefined;
  readonly basis: EntryBasis | 'none';
  readonly entry: AccountingEntry | undefined;
  /** Resident as a share of accounting; undefined when one of them is unknown, or accounting is not above 0. */
  readonly share: number | undefined;
  /** resident - accounting, with its sign; undefined when one of them is unknown. */
  readonly gap: Bytes | undefined;
  /** Accounting's own band, and 1 MiB for each row of nvidia-smi, which rounds down. */
  readonly band: Bytes | undefined;
  /** The gap is within the band; undefined without a gap. */
  readonly within: boolean | undefined;
}

export interface ResidentAwake {
  readonly resident: Known<Bytes>;
  /** On the node's monotonic clock; undefined when the node would not say. */
  readonly atMs: number | undefined;
  readonly ageMs: number | undefined;
}
