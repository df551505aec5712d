// All that a timeline keeps in one strip: what all GPUs use together, with every spike and every gap.
import { chunksOf, newestMs, oldestMs } from '../../../shared/session/history/history-looks.ts';
import { gapsBetween, type TimelineGap } from '../../../shared/session/timeline/line-gaps.ts';
import { allUsedTrack } from '../../../shared/session/timeline/line-tracks.ts';
import { extremesOf, planColumns, type Extremes } from '../../../shared/session/history/look-columns.ts';
import type { NodeSession } from '../../../shared/session/node-session.ts';
import { timeWithin } from '../time-text.ts';

export interface Overview {
  readonly fromMs: number;
  readonly toMs: number;
  /** In MiB, of each pixel column; no number where one GPU could not say what is used. */
  readonly used: Extremes;
  readonly mostMib: number;
  readonly gaps: readonly TimelineGap[];
  /** Looks before the first one here that are not kept any more. */
  readonly gone: number;
}

/** undefined before the second look. */
export function overviewOf(node: NodeSession, columns: number): Overview | undefined {
  const { history } = node;
  const [fromMs, toMs] = [oldestMs(history), newestMs(history)];
  if (fromMs === undefined || toMs === undefined || fromMs === toMs) return undefined;
  const gaps = gapsBetween(node, fromMs, toMs);
  const chunks = chunksOf(history);
  const breaks = gaps.filter(({ isBetween }) => isBetween);
  const used = extremesOf(planColumns(chunks, { fromMs, toMs, columns }, breaks), chunks.map(allUsedTrack));
  let mostMib = 1;
  for (const most of used.most) if (most > mostMib) mostMib = most;
  return { fromMs, toMs, used, mostMib, gaps, gone: history.gone };
}

/** Where a live view begins, once looks were let go; a recording is shown whole. */
export function beginningText({ fromMs, toMs, gone }: Pick<Overview, 'fromMs' | 'toMs' | 'gone'>): string {
  const hours = ((toMs - fromMs) / 3_600_000).toFixed(1);
  const looks = `${gone.toLocaleString('en-US')} earlier ${gone === 1 ? 'look is' : 'looks are'}`;
  return `Begins at ${timeWithin(fromMs, { fromMs, toMs })} UTC, ${hours} h ago: ${looks} not kept in this window. Open the recording of this node to see them.`;
}
