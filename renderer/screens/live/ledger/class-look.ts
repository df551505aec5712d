// How each class looks and what it is called: one colour each, and hatching where a colour alone would say too little.
import type { SegmentClass } from '../../../../shared/ledger/bus-line.ts';
import type { AccountedClass } from '../../../../shared/session/accounted-line.ts';

export const CLASS_NAMES: Readonly<Record<SegmentClass, string>> = {
  reserved: 'reserved',
  engine: 'engines',
  trainer: 'trainers',
  process: 'other processes',
  orphan: 'orphans',
  gone: 'gone',
  unattributed: 'no process',
  free: 'free',
};

/** Of one segment. */
export const CLASS_KINDS: Readonly<Record<SegmentClass, string>> = {
  ...CLASS_NAMES,
  engine: 'engine',
  trainer: 'trainer',
  process: 'other process',
  orphan: 'orphan',
};

/** Background, and a text colour that is readable on it in both themes. */
export const CLASS_FILL: Readonly<Record<SegmentClass, string>> = {
  reserved: 'bg-reserved text-text',
  engine: 'bg-engine text-on-accent',
  trainer: 'bg-trainer text-on-accent',
  process: 'bg-process text-[#0b0f14]',
  orphan: 'bg-orphan text-[#0b0f14]',
  gone: 'bg-gone hatched text-on-accent',
  unattributed: 'bg-unattributed text-[#0b0f14]',
  free: 'bg-free text-muted',
};

export const ACCOUNTED_FILL: Readonly<Record<AccountedClass, string>> = {
  weight: 'bg-weight',
  kvcache: 'bg-kvcache',
  graph: 'bg-graph',
};

/** Striped, with a border of its class: what it is is known, how much is not. */
export const UNKNOWN_FILL = 'bg-sunken hatched text-text border border-dashed border-line-strong';
