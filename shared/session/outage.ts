// Times in which nothing was seen, with their cause: a timeline draws them as gaps and never as a line across.
import type { LinkSeen } from '../model/observation.ts';

export interface Outage {
  /** Of the last look before it; of the link's own report where there was none. On the observer's clock. */
  readonly fromMs: number;
  /** Of the first look after it; undefined while it goes on. */
  readonly toMs: number | undefined;
  readonly cause: 'link' | 'skipped';
  /** What happened, for a person. */
  readonly text: string;
}

/** Enough for a bad day; a run with more has another problem. Oldest ones go first. */
const MOST_OUTAGES = 500;

/** A link that is down opens an outage, once; how often it was tried again is no second one. */
export function linkOutage(outages: readonly Outage[], link: LinkSeen, lastMs: number | undefined): readonly Outage[] {
  const isDown = link.state === 'lost' || link.state === 'failed' || link.state === 'closed';
  // Before the first look there is nothing that a gap could be in.
  if (!isDown || lastMs === undefined || isOpen(outages.at(-1))) return outages;
  return [...outages, { fromMs: lastMs, toMs: undefined, cause: 'link', text: link.text } as const].slice(
    -MOST_OUTAGES,
  );
}

/** A look ends what was open; frames that were passed over before it are an outage of their own. */
export function lookAfterOutage(
  outages: readonly Outage[],
  look: { readonly atMs: number; readonly skipped: number; readonly lastMs: number | undefined },
): readonly Outage[] {
  const { atMs, skipped, lastMs } = look;
  const last = outages.at(-1);
  const closed = last !== undefined && isOpen(last) ? [...outages.slice(0, -1), { ...last, toMs: atMs }] : outages;
  if (skipped === 0 || lastMs === undefined) return closed;
  const text = `${skipped} ${skipped === 1 ? 'frame was' : 'frames were'} passed over, because this window was slow or hidden`;
  return [...closed, { fromMs: lastMs, toMs: atMs, cause: 'skipped', text } as const].slice(-MOST_OUTAGES);
}

function isOpen(outage: Outage | undefined): boolean {
  return outage !== undefined && outage.toMs === undefined;
}
