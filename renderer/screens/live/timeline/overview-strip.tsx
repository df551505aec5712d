// All that is kept in one thin strip, with the window that the timeline shows; a click or a drag moves the window.
import { useEffect, useRef, type PointerEvent, type ReactElement } from 'react';
import type { Overview } from '../../../view/overview.ts';
import { timelineColours } from './timeline-colours.ts';
import { hatching } from './timeline-paint.ts';
import type { TimeRange } from './timeline-plot.tsx';
import { useScheme } from './use-scheme.ts';
import { useWidth } from './use-width.ts';

export interface OverviewStripProps {
  readonly overview: Overview;
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
}

const HEIGHT = 24;

/** The keys of the timeline move the window as well, so that this may be for pointers. */
export function OverviewStrip({ overview, range, onRange }: OverviewStripProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(box);
  const scheme = useScheme();
  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (element === null || pen === null || pen === undefined || width === 0) return;
    element.width = width * devicePixelRatio;
    element.height = HEIGHT * devicePixelRatio;
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const colours = timelineColours(element);
    const { timesMs, values, fromMs, toMs, mostMib, gaps } = overview;
    const xOf = (ms: number): number => ((ms - fromMs) / Math.max(1, toMs - fromMs)) * width;
    pen.clearRect(0, 0, width, HEIGHT);
    pen.fillStyle = colours.line(0);
    pen.globalAlpha = 0.6;
    timesMs.forEach((ms, at) => {
      const value = values[at] ?? null;
      if (value === null) return;
      const tall = Math.max(1, (value / mostMib) * (HEIGHT - 2));
      // Whole pixels, so that there is no seam between two steps.
      const [left, right] = [Math.floor(xOf(ms)), Math.ceil(xOf(timesMs[at + 1] ?? toMs))];
      pen.clearRect(left, 0, Math.max(1, right - left), HEIGHT);
      pen.fillRect(left, HEIGHT - tall, Math.max(1, right - left), tall);
    });
    pen.globalAlpha = 1;
    pen.fillStyle = hatching(pen, colours.hatch) ?? colours.grid;
    for (const gap of gaps) pen.fillRect(xOf(gap.fromMs), 0, Math.max(1, xOf(gap.toMs) - xOf(gap.fromMs)), HEIGHT);
    pen.strokeStyle = colours.mark;
    pen.lineWidth = 2;
    const [left, right] = [Math.max(1, xOf(range.fromMs)), Math.min(width - 1, xOf(range.toMs))];
    pen.strokeRect(left, 1, Math.max(2, right - left), HEIGHT - 2);
    // `scheme` stands for the colours, which are read anew.
  }, [overview, range.fromMs, range.toMs, width, scheme]);
  const move = ({ clientX, currentTarget }: PointerEvent): void => {
    const share = (clientX - currentTarget.getBoundingClientRect().left) / Math.max(1, width);
    const middle = overview.fromMs + share * (overview.toMs - overview.fromMs);
    const half = (range.toMs - range.fromMs) / 2;
    onRange({ fromMs: middle - half, toMs: middle + half });
  };
  return (
    <div ref={box} aria-hidden className="mx-4 my-1 border border-line" title="All that is kept; drag the window">
      <canvas
        ref={canvas}
        data-overview
        className="block cursor-ew-resize"
        style={{ width, height: HEIGHT }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          move(event);
        }}
        onPointerMove={(event) => {
          if (event.buttons !== 0) move(event);
        }}
      />
    </div>
  );
}
