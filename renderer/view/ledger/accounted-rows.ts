// The accounted row of one engine on one GPU: weights, KV cache and graphs of the rank that reports there, and the gap.
import type { Bytes } from '../../../shared/base/units.ts';
import { bytes, plus } from '../../../shared/base/units.ts';
import { accountingSentence } from '../../../shared/model/accounting.ts';
import type { BusId, ProcessKey } from '../../../shared/model/ids.ts';
import { accountedLine, gapSpan, type AccountedPart } from '../../../shared/session/accounted-line.ts';
import type { Pair } from '../../../shared/session/pair.ts';
import type { EngineLook } from '../engine-looks.ts';
import { exactSize, signedMib } from '../screen-text.ts';

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

/** `from`: where the engine begins in the resident row. `stub`: the place of a number that it did not give. */
export function accountedRow(look: EngineLook, bus: BusId, from: Bytes, stub: Bytes): AccountedRow | undefined {
  const pair = look.pair.buses.find((each) => each.bus === bus);
  if (pair === undefined || look.engine === undefined) return undefined;
  const parts = pair.entry === undefined ? [] : accountedLine(pair.entry, from, stub);
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

/** Never spread over GPUs: a rank that does not report has no number, and the reader is told so. */
function whyNone({ accounting, sentence }: Pair): string {
  if (accounting !== undefined && !accounting.known) return accountingSentence(accounting.why);
  return /this GPU is (shared by \d+ ranks)/.exec(sentence)?.[1] ?? 'only rank 0 reports';
}

function gapOf(pair: Pair, from: Bytes): Gap | undefined {
  const span = gapSpan(pair, from);
  if (span === undefined) return undefined;
  const { band, within } = pair;
  const hidden = within === true && band !== undefined;
  return {
    ...span,
    label: hidden ? `${signedMib(span.bytes)}, within resolution (±${exactSize(band)})` : signedMib(span.bytes),
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
