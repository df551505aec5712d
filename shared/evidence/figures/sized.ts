// A size as a figure takes it: a number of bytes, or the words of why there is none.
import type { Known } from '../../base/known.ts';
import { REASONS } from '../../base/reason.ts';
import type { Bytes } from '../../base/units.ts';
import { accountingSentence, type Stated } from '../../model/accounting.ts';

export type Sized = { readonly known: true; readonly value: Bytes } | { readonly known: false; readonly why: string };

export function measured(size: Known<Bytes>): Sized {
  if (size.known) return size;
  const { code, where } = size.why;
  return { known: false, why: where === '' ? REASONS[code] : `${REASONS[code]} (${where})` };
}

export function said(size: Stated<Bytes>): Sized {
  return size.known ? size : { known: false, why: accountingSentence(size.why) };
}
