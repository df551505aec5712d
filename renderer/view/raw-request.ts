// "Show the raw rows": which lines of the probe, or which answer of an engine, a number came from.
import type { BusId, Pid, ProcessKey } from '../../shared/model/ids.ts';

export interface RawRequest {
  /** What the number is, as the heading of the drawer. */
  readonly title: string;
  readonly match: RawMatch;
}

export type RawMatch =
  | { readonly kind: 'device'; readonly bus: BusId }
  | { readonly kind: 'usage'; readonly bus?: BusId; readonly pid?: Pid }
  | { readonly kind: 'process'; readonly pid: Pid }
  | { readonly kind: 'accounting'; readonly engine: ProcessKey };
