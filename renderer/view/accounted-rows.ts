// The accounted row of one engine on one GPU: weights, KV cache and graphs of the rank that reports there, and the gap.
import type { Bytes } from '../../shared/base/units.ts';
import { bytes, plus } from '../../shared/base/units.ts';
import type { AccountingEntry } from '../../shared/engines/accounting.ts';
import { accountingSentence, type Stated } from '../../shared/model/accounting.ts';
import type { BusId, ProcessKey } from '../../shared/model/ids.ts';
import type { Pair } from '../../shared/session/pair.ts';
import type { EngineLook } from './engine-looks.ts';
import { exactSize, signedMib } from './screen-text.ts';

export type AccountedClass = 'weight' | 'kvcache' | 'graph';

export const ACCOUNTED_NAMES: Readonly<Record<AccountedClass, string>> = {
  weight: 'weights',
  kvcache: 'KV cache',
  graph: 'graphs',
};

export interface AccountedPart {
  readonly class: AccountedClass;
  readonly bytes: Stated<Bytes>;
  readonly from: Bytes;
  readonly to: Bytes;
  readonly drawn: 'measured' | 'unknown' | 'negative';
}

export interface Gap {
  /** resident - accounted. */
  readonly bytes: Bytes;
  readonly from: Bytes;
  readonly to: Bytes;
  /** `+1,612 MiB`, `−7,804 MiB`, with `within resolution` where the band hides it. */
  readonly label: string;
  readonly band: Bytes | undefined;
  readonly within: boolean;
}

export interface AccountedRow {
  readonly engine: ProcessKey;
  readonly name: string;
  /** Where the engine begins in the resident row; both rows are aligned there. */
  readonly from: Bytes;
  readonly to: Bytes;
  /** Empty where nothing is accounted on this GPU; then `why` says why. */
  readonly parts: readonly AccountedPart[];
  readonly why: string;
  /** The whole pair in words. */
  readonly sentence: string;
  readonly gap: Gap | undefined;
  /** Where and when the engine said it; undefined without an answer. */
  readonly answer: AccountedAnswer | undefined;
}

export interface AccountedAnswer {
  readonly path: string;
  readonly receivedMs: number;
  /** The step to which the engine rounds. */
  readonly resolution: Bytes;
}

const PARTS: readonly AccountedClass[] = ['weight', 'kvcache', 'graph'];

/** `from`: where the engine begins in the resident row. `stub`: the place of a number that it did not give. */
export function accountedRow(look: EngineLook, bus: BusId, from: Bytes, stub: Bytes): AccountedRow | undefined {
  const pair = look.pair.buses.find((each) => each.bus === bus);
  if (pair === undefined || look.engine === undefined) return undefined;
  const parts = pair.entry === undefined ? [] : partsOf(pair.entry, from, stub);
  return {
    engine: look.key,
    name: look.name,
    from,
    to: bytes(Math.max(from, ...parts.map(({ to }) => to))),
    parts,
    why: parts.length === 0 ? whyNone(pair) : '',
    sentence: pair.sentence,
    gap: gapOf(pair, from),
    answer: answerOf(look),
  };
}

function answerOf({ statement }: EngineLook): AccountedAnswer | undefined {
  if (statement?.accounting.known !== true) return undefined;
  const { path, receivedMs, resolution } = statement.accounting.value;
  return { path, receivedMs, resolution };
}

function partsOf(entry: AccountingEntry, from: Bytes, stub: Bytes): AccountedPart[] {
  let at = from;
  return PARTS.map((kind): AccountedPart => {
    const size = entry[kind];
    const begin = at;
    if (!size.known) {
      at = plus(at, stub);
      return { class: kind, bytes: size, from: begin, to: at, drawn: 'unknown' };
    }
    at = plus(at, size.value);
    if (size.value < 0) return { class: kind, bytes: size, from: at, to: begin, drawn: 'negative' };
    return { class: kind, bytes: size, from: begin, to: at, drawn: 'measured' };
  });
}

/** Never spread over GPUs: a rank that does not report has no number, and the reader is told so. */
function whyNone({ accounting, sentence }: Pair): string {
  if (accounting !== undefined && !accounting.known) return accountingSentence(accounting.why);
  return /this GPU is (shared by \d+ ranks)/.exec(sentence)?.[1] ?? 'only rank 0 reports';
}

function gapOf({ gap, band, within, resident, accounting }: Pair, from: Bytes): Gap | undefined {
  if (gap === undefined || !resident.known || accounting?.known !== true) return undefined;
  const ends = [plus(from, resident.value), plus(from, accounting.value)];
  const hidden = within === true && band !== undefined;
  return {
    bytes: gap,
    from: bytes(Math.min(...ends)),
    to: bytes(Math.max(...ends)),
    label: hidden ? `${signedMib(gap)}, within resolution (±${exactSize(band)})` : signedMib(gap),
    band,
    within: within === true,
  };
}

/** Where a limit stands on the line of bytes. */
export interface LimitTick {
  readonly at: Bytes;
  readonly text: string;
}

export function limitTick(at: Bytes, limit: Bytes, whose: string): LimitTick {
  return { at: plus(at, limit), text: `limit ${exactSize(limit)} for ${whose}` };
}
