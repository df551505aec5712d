// Reads the lines of a recording: each becomes an observation, or a sentence that says which line was not used and why.
import type { Observation } from '../model/observation.ts';
import { isDevices } from './encoder.ts';
import { applyDelta } from './frame-delta.ts';
import { formOf, textOfForm, type FrameForm } from './frame-form.ts';
import { askedFrom, wallFrom } from './frame-times.ts';
import { headerSchema, lineSchema, RECORDING_FORMAT, type ChangedFrame } from './format.ts';
import type { RecordingFooter, RecordingHeader } from './format.ts';
import { SaidAnswers } from './said-answers.ts';
import { upgraded } from './upgrades.ts';

/** A frame of 2,000 processes has some 500 KB; JSON may double it. Longer lines are not read at all. */
export const LONGEST_LINE = 16 * 1024 * 1024;

export type HeaderResult =
  | { readonly ok: true; readonly header: RecordingHeader; readonly format: number }
  | { readonly ok: false; readonly text: string };

/** The first line, or a sentence that says why this is no recording that can be read. */
export function readHeader(line: string): HeaderResult {
  const value = jsonOf(line.slice(0, LONGEST_LINE));
  const kind = fieldOf(value, 'kind');
  if (kind !== 'residuum.recording') {
    return { ok: false, text: 'This is no Residuum recording: its first line is not the header of one.' };
  }
  const format = fieldOf(value, 'format');
  if (typeof format === 'number' && format > RECORDING_FORMAT) {
    const text = `This recording has format ${format}, and this version reads up to format ${RECORDING_FORMAT}: use a newer Residuum.`;
    return { ok: false, text };
  }
  const older = typeof format === 'number' ? format : 0;
  const parsed = headerSchema.safeParse(upgraded(value, older));
  if (!parsed.success) return { ok: false, text: 'The header of this recording is damaged: it cannot be read.' };
  return { ok: true, header: parsed.data, format: older };
}

export interface LineProblem {
  /** From 1, the header. */
  readonly line: number;
  /** Ends a sentence that begins with "Line 7 was not used:". */
  readonly text: string;
}

export interface DecodedLine {
  readonly observation?: Observation;
  readonly footer?: RecordingFooter;
  readonly problem?: LineProblem;
}

interface Before {
  readonly form: FrameForm;
  readonly n: number;
}

/** One for each recording, after its header. Lines are to be given in order; `number` counts from 1, the header. */
export class RecordingDecoder {
  readonly #before: Map<string, Before>;
  readonly #answers: SaidAnswers;
  readonly #format: number;

  /** `format` is the file's own, as its header said. `like`: goes on where that one stands now, and leaves it there. */
  constructor(format: number, like?: RecordingDecoder) {
    this.#format = format;
    this.#before = new Map(like === undefined ? [] : like.#before);
    this.#answers = new SaidAnswers(like === undefined ? undefined : like.#answers);
  }

  line(line: string, number: number, isLast: boolean): DecodedLine {
    if (line.length > LONGEST_LINE) return problem(number, `it is longer than ${LONGEST_LINE} characters`);
    const value = jsonOf(line);
    if (value === undefined) {
      return problem(number, isLast ? 'it is torn: the writer was stopped in the middle of it' : 'it is not JSON');
    }
    const parsed = lineSchema.safeParse(upgraded(value, this.#format));
    if (!parsed.success) return problem(number, 'it is not what this format has');
    const read = parsed.data;
    switch (read.kind) {
      case 'end':
        return { footer: read };
      case 'frame+':
        return this.#changed(read, number);
      case 'accounting+': {
        const observation = this.#answers.again(read);
        if (observation !== undefined) return { observation };
        return problem(number, 'the answer that it repeats is missing or damaged; the next whole one will be read');
      }
      case 'accounting':
        this.#answers.heard(read);
        return { observation: read };
      case 'frame':
        this.#before.set(`${read.node} ${isDevices(read.text) ? 'd' : 's'}`, { form: formOf(read.text), n: 0 });
        return { observation: read };
      default:
        return { observation: read };
    }
  }

  #changed(line: ChangedFrame, number: number): DecodedLine {
    const { node, of, n, atMs, tookMs } = line;
    const key = `${node} ${of}`;
    const before = this.#before.get(key);
    const form = before?.n === n - 1 ? changedForm(before.form, line) : undefined;
    const text = form && textOfForm(form);
    if (form === undefined || text === undefined) {
      // What follows builds on it: nothing of it may be read until the next whole frame.
      this.#before.delete(key);
      return problem(number, 'the frame that it changes is missing or damaged; the next whole frame will be read');
    }
    this.#before.set(key, { form, n });
    const askedMs = askedFrom(atMs, tookMs);
    return { observation: { kind: 'frame', node, atMs, askedMs, text, fresh: false, carried: [], skipped: 0 } };
  }
}

/** undefined when it does not fit. */
function changedForm(before: FrameForm, { atMs, id, clocks, wall, delta }: ChangedFrame): FrameForm | undefined {
  if (id === undefined || clocks === undefined || wall === undefined) {
    const text = textOfForm(before);
    const next = delta === undefined || text === undefined ? text : applyDelta(text, delta);
    return next === undefined ? undefined : formOf(next);
  }
  if (before.moves === undefined) return undefined;
  const template = delta === undefined ? before.template : applyDelta(before.template, delta);
  if (template === undefined) return undefined;
  return { template, moves: { id, clocks, wallSeconds: wallFrom(atMs) + wall } };
}

function problem(number: number, text: string): DecodedLine {
  return { problem: { line: number, text } };
}

/** undefined for what is no JSON; JSON has no undefined of its own. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
