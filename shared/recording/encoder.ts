// Writes observations as the lines of a recording: the first frame of its kind whole, later ones as a difference.
import type { FrameSeen, Observation } from '../model/observation.ts';
import { frameDelta } from './frame-delta.ts';
import { formOf, type FrameForm } from './frame-form.ts';
import { askedFrom, tookFrom, wallFrom } from './frame-times.ts';
import type { ChangedFrame, RecordingFooter, RecordingHeader } from './format.ts';
import { SaidAnswers } from './said-answers.ts';

/**
 * After so many differences a frame is written whole again, so that a damaged line costs minutes and not the rest.
 */
export const WHOLE_EVERY = 240;

interface Before {
  readonly text: string;
  readonly form: FrameForm;
  readonly differences: number;
}

/** One for each recording. Every line ends with a line feed and is to be written with one append. */
export class RecordingEncoder {
  readonly #before = new Map<string, Before>();
  readonly #answers = new SaidAnswers();

  header(header: RecordingHeader): string {
    return `${JSON.stringify(header)}\n`;
  }

  line(seen: Observation): string {
    const line =
      seen.kind === 'frame' ? this.#frame(seen) : seen.kind === 'accounting' ? this.#answers.written(seen) : seen;
    return `${JSON.stringify(line)}\n`;
  }

  footer(atMs: number, observations: number, why: string): string {
    const footer: RecordingFooter = { kind: 'end', atMs, observations, why };
    return `${JSON.stringify(footer)}\n`;
  }

  #frame(seen: FrameSeen): FrameSeen | ChangedFrame {
    const of = isDevices(seen.text) ? 'd' : 's';
    const key = `${seen.node} ${of}`;
    const before = this.#before.get(key);
    const form = formOf(seen.text);
    const changed = before === undefined ? undefined : changedFrom(before, seen, form);
    const differences = before === undefined || changed === undefined ? 0 : before.differences + 1;
    this.#before.set(key, { text: seen.text, form, differences });
    if (changed === undefined) return seen;
    return { kind: 'frame+', node: seen.node, of, n: differences, atMs: seen.atMs, ...changed };
  }
}

type Changes = Omit<ChangedFrame, 'kind' | 'node' | 'of' | 'n' | 'atMs'>;

/** undefined where the whole frame is to be written. */
function changedFrom(before: Before, seen: FrameSeen, form: FrameForm): Changes | undefined {
  const isPlain = !seen.fresh && seen.carried.length === 0 && seen.skipped === 0;
  const tookMs = tookFrom(seen);
  if (!isPlain || before.differences >= WHOLE_EVERY || askedFrom(seen.atMs, tookMs) !== seen.askedMs) return undefined;
  const { moves } = form;
  if (moves === undefined || before.form.moves === undefined) {
    const delta = deltaFrom(before.text, seen.text);
    return delta && { tookMs, ...delta };
  }
  const { id, clocks, wallSeconds } = moves;
  const delta = deltaFrom(before.form.template, form.template);
  return delta && { tookMs, id, clocks: [...clocks], wall: wallSeconds - wallFrom(seen.atMs), ...delta };
}

/** undefined where most of it is new: then the whole frame reads better and is hardly longer. */
function deltaFrom(before: string, next: string): Pick<ChangedFrame, 'delta'> | undefined {
  if (before === next) return {};
  const delta = frameDelta(before, next);
  return JSON.stringify(delta).length < next.length / 2 ? { delta } : undefined;
}

/** The begin marker names the kind of the frame. */
export function isDevices(text: string): boolean {
  return text.slice(0, text.indexOf('\n')).split('\t')[3] === 'devices';
}
