// What stays resident after a sleep grows from cycle to cycle: something is not given back each time.
import { bytes, fromMiB, minus, SMI_RESOLUTION, ZERO_BYTES, type Bytes } from '../base/units.ts';
import { changeText, mibNumber, mibText } from '../session/size-text.ts';
import type { Hint, HintInput } from './hint.ts';
import { residentSource } from './provenance.ts';

/** Two points are a difference; a trend begins with three. */
const FEWEST_SLEEPS = 3;
/** From here on chance is no good explanation of a series that never falls. */
const MANY_SLEEPS = 5;
/** Less over the whole series is the noise of allocators and rounding. */
const LEAST_GROWTH: Bytes = fromMiB(32);

/** Only sleeps since the last one that could not be measured are compared: nobody knows what happened before. */
export function growingOverCycles({ earlier, state, pair }: HintInput): Hint[] {
  const isAsleep = state.value === 'asleep' || state.value === 'partial';
  const series = sinceUnknown(isAsleep ? [...earlier, pair.engine.resident] : earlier);
  const [first] = series;
  const last = series.at(-1);
  if (first === undefined || last === undefined || series.length < FEWEST_SLEEPS) return [];
  const steps = series.slice(1).map((value, index) => minus(value, series[index] ?? value));
  const growth = minus(last, first);
  if (growth < LEAST_GROWTH || steps.some((step) => step < minus(ZERO_BYTES, SMI_RESOLUTION))) return [];
  const perCycle = bytes(Math.round(growth / steps.length));
  return [
    {
      code: 'growing-over-cycles',
      text: `resident memory grew over ${series.length} sleeps, ${series.map(mibNumber).join(', ')} MiB: ${changeText(growth)}, about ${mibText(perCycle)} a cycle`,
      confidence: series.length >= MANY_SLEEPS ? 'high' : 'medium',
      evidence: [residentSource(pair.engine), 'earlier sleeps: the same reading after each of them'],
    },
  ];
}

function sinceUnknown(series: HintInput['earlier']): Bytes[] {
  const known: Bytes[] = [];
  for (const value of series) {
    if (value.known) known.push(value.value);
    else known.length = 0;
  }
  return known;
}
