// Cuts the probe's output into hello, frames and noise. Tolerant of cuts, login noise, CRLF and hostile bytes.

export type FrameKind = 'sample' | 'devices';

/** One answer of the probe, complete: the line count of its end marker matched. */
export interface Frame {
  readonly id: string;
  readonly kind: FrameKind;
  /** The node's monotonic clock, milliseconds; undefined when it could not be read. */
  readonly beginMs: number | undefined;
  readonly endMs: number | undefined;
  /** ISO 8601 UTC, as the node said it. */
  readonly wallTime: string | undefined;
  /** The lines between the markers. */
  readonly lines: readonly string[];
  /** Everything from the begin marker to the end marker: the evidence behind every number. */
  readonly text: string;
}

export type WireEvent =
  | { readonly kind: 'hello'; readonly version: number; readonly pid: number }
  | { readonly kind: 'fatal'; readonly reason: string }
  | { readonly kind: 'busy'; readonly id: string }
  /** Inside a frame that is not finished: a driver call began or ended, so that the host can bound each call. */
  | { readonly kind: 'call-begins'; readonly name: string }
  | { readonly kind: 'call-ended' }
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** A frame began and did not end, or its line count is wrong: nothing of it may be used. */
  | { readonly kind: 'cut'; readonly id: string; readonly why: string }
  /** Text outside frames: a login banner, a shell's complaint. */
  | { readonly kind: 'noise'; readonly text: string };

/** Longer lines are cut: the probe's own are below 5 KB, so a longer one is not the probe's. */
const LONGEST_LINE = 65_536;
/** A frame of 2,000 processes has some 5,000 lines. */
const MOST_LINES = 100_000;
/** 0.01 s, the step of /proc/uptime. */
const CLOCK_STEP_MS = 10;

interface Unfinished {
  readonly id: string;
  readonly kind: FrameKind;
  readonly beginMs: number | undefined;
  readonly wallTime: string | undefined;
  readonly marker: string;
  readonly lines: string[];
}

/** Reads one connection. `token` is the one that was given to `exec sh -s TOKEN`. */
export class WireReader {
  readonly #mark: string;
  #rest = '';
  #open: Unfinished | undefined;

  constructor(token: string) {
    this.#mark = `@${token}\t`;
  }

  /** Takes the next bytes, in any cut, and gives what became complete. */
  push(chunk: Uint8Array): WireEvent[] {
    return this.pushText(asciiText(chunk));
  }

  /** The same for text that was read before: one character a byte, as frames keep it. */
  pushText(text: string): WireEvent[] {
    const events: WireEvent[] = [];
    const pieces = (this.#rest + text).split('\n');
    this.#rest = pieces.pop() ?? '';
    for (const piece of pieces) this.#line(piece.endsWith('\r') ? piece.slice(0, -1) : piece, events);
    // What is kept is still too long when its last character is a CR that is dropped, however the bytes were cut.
    this.#rest = this.#rest.slice(0, LONGEST_LINE + 2);
    return events;
  }

  /** The connection ended: whatever is unfinished is cut. */
  end(): WireEvent[] {
    const events: WireEvent[] = [];
    if (this.#open !== undefined) {
      events.push({
        kind: 'cut',
        id: this.#open.id,
        why: 'the connection ended in the middle of the frame',
      });
    } else if (this.#rest !== '') {
      events.push({ kind: 'noise', text: this.#rest.slice(0, LONGEST_LINE) });
    }
    this.#open = undefined;
    this.#rest = '';
    return events;
  }

  #line(line: string, events: WireEvent[]): void {
    // Its tail must not be taken for a line of its own, nor its head for a whole one.
    if (line.length > LONGEST_LINE) line = `${line.slice(0, LONGEST_LINE)}…`;
    if (line.startsWith(this.#mark)) {
      this.#marker(line.slice(this.#mark.length).split('\t'), line, events);
    } else if (this.#open === undefined) {
      events.push({ kind: 'noise', text: line });
    } else if (this.#open.lines.length < MOST_LINES) {
      this.#open.lines.push(line);
      if (line.startsWith('call\t')) events.push({ kind: 'call-begins', name: line.split('\t')[1] ?? '' });
      else if (/^(?:done|stop)\t/.test(line)) events.push({ kind: 'call-ended' });
    }
  }

  #marker(fields: readonly string[], line: string, events: WireEvent[]): void {
    const [verb, first = '', second = '', third = '', fourth = ''] = fields;
    switch (verb) {
      case 'hello':
        events.push({
          kind: 'hello',
          version: Number(first),
          pid: Number(second),
        });
        return;
      case 'fatal':
        events.push({ kind: 'fatal', reason: first });
        return;
      case 'busy':
        events.push({ kind: 'busy', id: first });
        return;
      case 'begin':
        this.#cut('another frame began before it ended', events);
        this.#open = {
          id: first,
          kind: second === 'devices' ? 'devices' : 'sample',
          beginMs: clock(third),
          wallTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(fourth) ? fourth : undefined,
          marker: line,
          lines: [],
        };
        return;
      case 'end':
        this.#end(first, second, third, line, events);
        return;
      default:
        events.push({ kind: 'noise', text: line });
    }
  }

  #end(id: string, lineCount: string, mono: string, line: string, events: WireEvent[]): void {
    const open = this.#open;
    if (open === undefined) {
      events.push({ kind: 'cut', id, why: 'its beginning is missing' });
      return;
    }
    if (open.id !== id || String(open.lines.length) !== lineCount) {
      this.#cut(`it announced ${lineCount} lines and has ${open.lines.length}`, events);
      return;
    }
    this.#open = undefined;
    const { kind, beginMs, wallTime, lines, marker } = open;
    const text = `${[marker, ...lines, line].join('\n')}\n`;
    events.push({
      kind: 'frame',
      frame: { id, kind, beginMs, endMs: clock(mono), wallTime, lines, text },
    });
  }

  #cut(why: string, events: WireEvent[]): void {
    if (this.#open !== undefined) events.push({ kind: 'cut', id: this.#open.id, why });
    this.#open = undefined;
  }
}

/** Hundredths of a second, as a whole number, to milliseconds. */
export function clock(field: string): number | undefined {
  return /^\d{1,15}$/.test(field) ? Number(field) * CLOCK_STEP_MS : undefined;
}

/** The probe writes ASCII only. Other bytes keep their value as one character each, so nothing is lost or joined. */
function asciiText(chunk: Uint8Array): string {
  const STEP = 8_192;
  let text = '';
  for (let at = 0; at < chunk.length; at += STEP) text += String.fromCharCode(...chunk.subarray(at, at + STEP));
  return text;
}
