// What stands behind and over the lines of the timeline: hatched gaps with their cause, the limit, marks.
import type uPlot from 'uplot';
import type { TimelineGap } from '../../../../shared/session/timeline/line-gaps.ts';
import type { Timeline } from '../../../../shared/session/timeline/timeline-series.ts';
import { markLabels, type MarkPlace } from '../../../view/timeline/mark-labels.ts';
import { writeHaloText } from './halo-text.ts';
import type { TimelineColours } from './timeline-colours.ts';

export const CAUSES: Readonly<Record<TimelineGap['cause'], string>> = {
  link: 'link lost',
  skipped: 'passed over',
  driver: 'driver silent',
  'no-look': 'no look',
};

/** Below this many pixels a label would cover its neighbours. */
const ROOM_FOR_TEXT = 64;

export function paintGaps(plot: uPlot, { gaps }: Timeline, colours: TimelineColours): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { fromMs, toMs, cause } of gaps) {
    const left = plot.valToPos(fromMs / 1000, 'x', true);
    const width = Math.max(2 * devicePixelRatio, plot.valToPos(toMs / 1000, 'x', true) - left);
    ctx.fillStyle = colours.hatching;
    ctx.fillRect(left, bbox.top, width, bbox.height);
    if (width < ROOM_FOR_TEXT * devicePixelRatio) continue;
    const at = { left: Math.max(left, bbox.left) + 4 * devicePixelRatio, top: bbox.top + 14 * devicePixelRatio };
    writeAt(plot, CAUSES[cause], at, { ink: colours.text, panel: colours.panel });
  }
  ctx.restore();
}

export function paintLimit(plot: uPlot, { limitMib }: Timeline, colours: TimelineColours): void {
  if (limitMib === undefined) return;
  const { ctx, bbox } = plot;
  const at = Math.round(plot.valToPos(limitMib, 'y', true));
  ctx.save();
  ctx.strokeStyle = colours.limit;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, at);
  ctx.lineTo(bbox.left + bbox.width, at);
  ctx.stroke();
  const text = `limit ${limitMib.toLocaleString('en-US', { maximumFractionDigits: 0 })} MiB`;
  const place = { left: bbox.left + 4 * devicePixelRatio, top: at - 5 * devicePixelRatio };
  writeAt(plot, text, place, { ink: colours.limit, panel: colours.panel });
  ctx.restore();
}

/** To the right of it stands half of a time at the very edge of the plot, CSS pixels. */
export const ZONE_GAP = 30;

/** Before the times below the plot, in the place that the other axis leaves free. */
export function paintZone({ ctx, bbox }: uPlot, colours: TimelineColours): void {
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.fillStyle = colours.text;
  ctx.textAlign = 'right';
  ctx.fillText('UTC', bbox.left - ZONE_GAP * devicePixelRatio, bbox.top + bbox.height + 14 * devicePixelRatio);
  ctx.restore();
}

/** The range of which the numbers are shown. */
export function paintBrush(
  plot: uPlot,
  brush: { readonly fromMs: number; readonly toMs: number } | undefined,
  colours: TimelineColours,
): void {
  if (brush === undefined) return;
  const { ctx, bbox } = plot;
  const left = Math.max(bbox.left, plot.valToPos(brush.fromMs / 1000, 'x', true));
  const right = Math.min(bbox.left + bbox.width, plot.valToPos(brush.toMs / 1000, 'x', true));
  if (right <= left) return;
  ctx.save();
  ctx.globalAlpha = 0.15;
  ctx.fillStyle = colours.mark;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.restore();
}

/** Where marks are nearer to each other than this, pixels in the mean, they are short and say nothing: they would hide the rest. */
const DENSE = 12;
/** Of such a mark, pixels. */
export const SHORT_MARK = 6;

/** So many marks in so many pixels stand as short lines at the top. */
export function isDense(marks: number, width: number): boolean {
  return marks * DENSE > width;
}

/** Solid where it was seen or said, dashed where it is inferred from sizes. */
export function paintMarks(plot: uPlot, { marks }: Timeline, colours: TimelineColours): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colours.mark;
  ctx.lineWidth = devicePixelRatio;
  const dense = isDense(marks.length, bbox.width / devicePixelRatio);
  const tall = dense ? SHORT_MARK * devicePixelRatio : bbox.height;
  const places: MarkPlace[] = [];
  let drawn = Number.NEGATIVE_INFINITY;
  for (const { atMs, short: text, isInferred } of marks) {
    const at = Math.round(plot.valToPos(atMs / 1000, 'x', true));
    if (at < bbox.left || at > bbox.left + bbox.width) continue;
    // Of a day there are tens of thousands, and those of one pixel are one short line.
    if (dense && at === drawn) continue;
    drawn = at;
    ctx.setLineDash(isInferred && !dense ? [3 * devicePixelRatio, 3 * devicePixelRatio] : []);
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + tall);
    ctx.stroke();
    if (!dense) places.push({ text, at });
  }
  // Over the lines of all marks, so that none crosses a word.
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  const widthOf = (text: string): number => ctx.measureText(text).width;
  const space = { widthOf, gap: 4 * devicePixelRatio, right: bbox.left + bbox.width };
  for (const { text, left } of markLabels(places, space)) {
    const place = { left, top: bbox.top + 32 * devicePixelRatio };
    writeAt(plot, text, place, { ink: colours.mark, panel: colours.panel });
  }
  ctx.restore();
}

function writeAt(
  { ctx }: uPlot,
  text: string,
  { left, top }: { readonly left: number; readonly top: number },
  { ink, panel }: { readonly ink: string; readonly panel: string },
): void {
  writeHaloText(ctx, { text, left, baseline: top, ink, rim: panel, scale: devicePixelRatio });
}
