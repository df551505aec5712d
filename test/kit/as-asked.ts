// A frame made from a scenario as a real node says it: asked for under a name of its own, with clocks that go on within it.
import type { FrameSeen } from '../../shared/model/observation.ts';

/** Clocks of such frames begin at 100,000,000. The name in them that are made from scenarios. */
const MADE_NAME = '\tr1\t';

/** `step`: another one gives another name, other clocks and other times; the same one the same. */
export function asAsked(seen: FrameSeen, step: number): FrameSeen {
  const id = ((step + 1) * 0x9e_37_79_b1).toString(16).padStart(16, 'c').slice(-16);
  let ticks = 0;
  const text = seen.text
    .replaceAll(MADE_NAME, `\t${id}\t`)
    .replaceAll(/\t(100\d{6})(?=\t|$)/gm, (_all, clock: string) => `\t${Number(clock) + (ticks += 1 + (step % 3))}`);
  const askedMs = tenth(seen.askedMs + step / 7);
  return { ...seen, text, askedMs, atMs: tenth(askedMs + 84 + (step % 37) / 10) };
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}
