// One cell of an nvidia-smi answer: a number, or one of the bracketed words that stand where a number cannot.
import { known, unknown, type Known } from '../base/known.ts';
import type { ReasonCode } from '../base/reason.ts';
import { fromMiB, type Bytes } from '../base/units.ts';

/** A cell such as `[N/A]`, `[Not Supported]`, `[GPU is lost]`; also without brackets, as some versions print N/A. */
const BRACKETED = /^\[(.*)\]$/;
const NOT_REPORTED = new Set(['N/A', 'Not Supported']);

/**
 * `number`: a value. `not-reported`: the driver does not offer it here (`[N/A]`, `[Not Supported]`). `refused`: the
 * GPU could not be read (`[GPU is lost]`, `[Insufficient Permissions]`, `[Unknown Error]`). `garbage`: no cell of
 * nvidia-smi looks like this.
 */
export type CellKind = 'number' | 'not-reported' | 'refused' | 'garbage';

export function cellKind(cell: string): CellKind {
  if (/^\d{1,12}(?: MiB)?$/.test(cell)) return 'number';
  const word = BRACKETED.exec(cell)?.[1] ?? cell;
  if (NOT_REPORTED.has(word)) return 'not-reported';
  return BRACKETED.test(cell) ? 'refused' : 'garbage';
}

/** A memory cell, printed in whole MiB, to bytes. Anything but a number is unknown, for the reason given. */
export function memoryCell(cell: string, code: ReasonCode, where: string): Known<Bytes> {
  return cellKind(cell) === 'number' ? known(fromMiB(Number.parseInt(cell, 10))) : unknown(code, where);
}

/** Columns are separated by a comma and a blank; nothing is ever quoted. */
export function cells(line: string): string[] {
  return line.split(',').map((cell) => cell.trim());
}
