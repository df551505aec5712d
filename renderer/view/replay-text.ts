// A replay in words: where it stands, how much of it there is, and what could not be read of it.
import type { LineProblem } from '../../shared/recording/decoder.ts';
import { ageText } from './screen-text.ts';
import { timeWithin } from './time-text.ts';

export interface ReplaySpan {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly positionMs: number;
}

/** `3 min 5 s of 30 min 0 s`. */
export function positionText({ firstMs, lastMs, positionMs }: ReplaySpan): string {
  return `${ageText(positionMs - firstMs)} of ${ageText(lastMs - firstMs)}`;
}

/** `12:03:05, 3 min 5 s of 30 min 0 s`: what a slider says. */
export function sliderText(span: ReplaySpan): string {
  return `${timeWithin(span.positionMs, { fromMs: span.firstMs, toMs: span.lastMs })}, ${positionText(span)}`;
}

/** Beside what is told of a recording of which more is still being read; the times are of its looks so far. */
export function readSoFarText(
  name: string,
  { fromMs, toMs }: { readonly fromMs: number | undefined; readonly toMs: number | undefined },
): string {
  if (fromMs === undefined || toMs === undefined) return `${name} is still being read: none of its looks is in yet.`;
  return `${name} is still being read: what came after ${timeWithin(toMs, { fromMs, toMs })} UTC is not in yet.`;
}

export interface ReadProblems {
  readonly lines: readonly LineProblem[];
  readonly count: number;
}

/** `3 lines were not used.` */
export function problemsTitle({ count }: ReadProblems): string {
  return count === 1 ? '1 line was not used.' : `${count} lines were not used.`;
}

const MOST_SAID = 3;

/** `Line 7: it is not JSON. Line 9: … And 4 more.` */
export function problemsText({ lines, count }: ReadProblems): string {
  const said = lines.slice(0, MOST_SAID).map(({ line, text }) => `Line ${line}: ${text}.`);
  const more = count - said.length;
  return [...said, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}
