// What a card of the ledger tells of: one segment of a bar, in the words that the card and the screen reader share.
import { accountingSentence } from '../../../../shared/model/accounting.ts';
import { ACCOUNTED_NAMES, type AccountedPart } from '../../../../shared/session/accounted-line.ts';
import type { AccountedRow } from '../../../view/ledger/accounted-rows.ts';
import type { BusRow } from '../../../view/ledger/ledger-rows.ts';
import type { Segment } from '../../../view/ledger/ledger-segments.ts';
import type { RawRequest } from '../../../view/raw-request.ts';
import { bytesText, exactSize, knownSize } from '../../../view/screen-text.ts';
import type { Selection } from '../../../view/selection.ts';
import { shortBus } from '../../../../shared/ledger/short-bus.ts';
import { CLASS_KINDS } from './class-look.ts';

export interface CardTarget {
  /** Unique in the panel. */
  readonly cell: string;
  readonly kind: string;
  readonly title: string;
  readonly size: string;
  /** The same in bytes; empty where it is unknown. */
  readonly bytes: string;
  readonly source: string;
  readonly resolution: string;
  readonly pids: string;
  readonly note: string;
  /** When it was seen, on the observer's clock; undefined: with the look. */
  readonly seenMs: number | undefined;
  readonly raw: RawRequest;
  readonly selection: Selection;
}

const MOST_PIDS = 12;

/** The name of a segment's place in the panel, the same from look to look. */
export function segmentCell({ id }: Segment, { bus }: Pick<BusRow, 'bus'>): string {
  return `${bus} ${id}`;
}

export function accountedCell(part: AccountedPart, { engine }: AccountedRow, { bus }: Pick<BusRow, 'bus'>): string {
  return `${bus} ${engine} ${part.class}`;
}

export function segmentTarget(segment: Segment, { bus }: BusRow): CardTarget {
  const { bytes: size, pids, resolution } = segment;
  const more = pids.length > MOST_PIDS ? ` and ${pids.length - MOST_PIDS} more` : '';
  return {
    cell: segmentCell(segment, { bus }),
    kind: CLASS_KINDS[segment.class],
    title: segment.label,
    size: knownSize(size),
    bytes: size.known ? bytesText(size.value) : '',
    source: segment.source,
    resolution:
      resolution === 0 || !size.known
        ? ''
        : segment.class === 'unattributed'
          ? `within ${exactSize(resolution)}`
          : `rounded down; up to ${exactSize(resolution)} more`,
    pids: pids.length === 0 ? '' : `${pids.slice(0, MOST_PIDS).join(', ')}${more}`,
    note: segment.note,
    seenMs: undefined,
    raw: { title: `${CLASS_KINDS[segment.class]} on ${shortBus(bus)}`, match: segment.raw },
    selection: segment.selection,
  };
}

export function accountedTarget(part: AccountedPart, row: AccountedRow, { bus }: BusRow): CardTarget {
  const name = ACCOUNTED_NAMES[part.class];
  const { answer } = row;
  return {
    cell: accountedCell(part, row, { bus }),
    kind: 'accounted',
    title: `${name}, as ${row.name} says`,
    size: part.bytes.known ? exactSize(part.bytes.value) : `unknown: ${accountingSentence(part.bytes.why)}`,
    bytes: part.bytes.known ? bytesText(part.bytes.value) : '',
    source: answer === undefined ? 'the engine' : `GET ${answer.path}, recorded when the engine started`,
    resolution: answer === undefined ? '' : `rounded to ${exactSize(answer.resolution)}`,
    pids: '',
    note: [
      part.drawn === 'negative' ? 'A negative part: the engine measured it while somebody else freed memory.' : '',
      row.sentence,
    ]
      .filter((text) => text !== '')
      .join(' '),
    seenMs: answer?.receivedMs,
    raw: { title: `accounting of ${row.name}`, match: { kind: 'accounting', engine: row.engine } },
    selection: { bus, engine: row.engine },
  };
}

/** For screen readers: all of it that a glance gives. */
export function spoken({ kind, title, size }: CardTarget): string {
  return `${kind === title ? kind : `${kind}: ${title}`}, ${size}`;
}

/** The target of a cell as it is in this look; undefined when it is gone. */
export function findTarget(rows: readonly BusRow[], cell: string): CardTarget | undefined {
  for (const row of rows) {
    if (!cell.startsWith(row.bus)) continue;
    for (const segment of row.segments) {
      const target = segmentTarget(segment, row);
      if (target.cell === cell) return target;
    }
    for (const accounted of row.accounted) {
      for (const part of accounted.parts) {
        const target = accountedTarget(part, accounted, row);
        if (target.cell === cell) return target;
      }
    }
  }
  return undefined;
}
