// A frame as what stays and what moves: its text with gaps, and the clocks, the request's name and the wall time in them.

/**
 * Where a clock or the request's name stood: `¤`, which the probe never writes. One byte long in memory, as all of a frame
 * is: with a longer one each text that is made from such a template would take twice the room.
 */
const GAP = '\u00A4';

/** What the markers and the driver calls of a frame say anew in each look. */
export interface FrameMoves {
  /** The name of the request, as both markers have it. */
  readonly id: string;
  /** The node's monotonic clock, hundredths of a second: as the frame begins, then each as the difference from the one before. */
  readonly clocks: readonly number[];
  /** The node's wall clock, seconds since 1970. */
  readonly wallSeconds: number;
}

export interface FrameForm {
  /** The text with a gap for each move, in order; the text itself where `moves` is undefined. */
  readonly template: string;
  /** undefined where the frame is not written as a probe writes: then it is kept as it is. */
  readonly moves: FrameMoves | undefined;
}

const NUMBER = '0|[1-9]\\d{0,14}';
const BEGIN = new RegExp(
  `^(@[0-9a-f]+)\\tbegin\\t([0-9A-Za-z]{1,32})\\t(sample|devices)\\t(${NUMBER})\\t(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ)\\n`,
);
const END = new RegExp(`\\n(@[0-9a-f]+\\tend)\\t([0-9A-Za-z]{1,32})\\t(\\d+)\\t(${NUMBER})\\n$`);
const CLOCK = new RegExp(
  `\\n(call\\t[^\\t\\n]*|done\\t[^\\t\\n]*\\t[^\\t\\n]*|stop\\t[^\\t\\n]*\\t[^\\t\\n]*|scan\\t[^\\t\\n]*\\t[^\\t\\n]*\\t[^\\t\\n]*)\\t(${NUMBER})(?=[\\t\\n]|$)`,
  'g',
);

/** `textOfForm` gives the text back, to the byte. */
export function formOf(text: string): FrameForm {
  const asItIs: FrameForm = { template: text, moves: undefined };
  if (text.includes(GAP)) return asItIs;
  const begin = BEGIN.exec(text);
  const end = END.exec(text);
  if (begin === null || end === null) return asItIs;
  const [first = '', token = '', id = '', kind = '', beginClock = '', wall = ''] = begin;
  const [last, endMarker = '', endId, lineCount = '', endClock = ''] = end;
  const wallSeconds = Date.parse(wall) / 1_000;
  if (endId !== id || wallText(wallSeconds) !== wall || end.index < first.length - 1) return asItIs;
  const clocks = [Number(beginClock)];
  let now = Number(beginClock);
  const take = (clock: string): void => {
    clocks.push(Number(clock) - now);
    now = Number(clock);
  };
  // The line feed before a line belongs to it.
  const middle = text.slice(first.length - 1, text.length - last.length).replace(CLOCK, (_all, line, clock: string) => {
    take(clock);
    return `\n${line}\t${GAP}`;
  });
  take(endClock);
  const template = `${token}\tbegin\t${GAP}\t${kind}\t${GAP}\t${GAP}${middle}\n${endMarker}\t${GAP}\t${lineCount}\t${GAP}\n`;
  return { template, moves: { id, clocks, wallSeconds } };
}

/** undefined when the gaps are not as many as what should fill them, or are filled with what no frame says. */
export function textOfForm({ template, moves }: FrameForm): string | undefined {
  if (moves === undefined) return template;
  const pieces = template.split(GAP);
  const { id, clocks, wallSeconds } = moves;
  const wall = wallText(wallSeconds);
  // Three of them are no clock: the request's name twice, and the wall time.
  if (pieces.length !== clocks.length + 4 || wall === undefined) return undefined;
  const fills = [id];
  let now = 0;
  for (const [at, clock] of clocks.entries()) {
    now += clock;
    if (now < 0 || !Number.isSafeInteger(now)) return undefined;
    fills.push(String(now));
    if (at === 0) fills.push(wall);
    if (at === clocks.length - 2) fills.push(id);
  }
  return pieces.reduce((text, piece, at) => `${text}${at === 0 ? '' : (fills[at - 1] ?? '')}${piece}`, '');
}

/** As `date` prints it; undefined for what is no such time. */
function wallText(seconds: number): string | undefined {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 19)}Z`;
}
