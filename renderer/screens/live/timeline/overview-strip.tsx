// All that is kept in one thin strip, with the window that the timeline shows; a click or a drag moves the window.
import { useEffect, useRef, type PointerEvent, type ReactElement } from 'react';
import type { Overview } from '../../../view/timeline/overview.ts';
import { timelineColours } from './timeline-colours.ts';
import type { TimeRange } from '../../../view/timeline/timeline-view.ts';
import { useScheme } from './use-scheme.ts';
import { useWidth } from './use-width.ts';

export interface OverviewStripProps {
  readonly overview: Overview;
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
}

const HEIGHT = 16;

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
    element.width = Math.round(width * devicePixelRatio);
    element.height = Math.round(HEIGHT * devicePixelRatio);
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const colours = timelineColours(element);
    const { used, fromMs, toMs, mostMib, gaps } = overview;
    const xOf = (ms: number): number => ((ms - fromMs) / Math.max(1, toMs - fromMs)) * width;
    pen.clearRect(0, 0, width, HEIGHT);
    const columns = used.most.length;
    for (let column = 0; column < columns; column += 1) {
      const [left, right] = [Math.floor((column / columns) * width), Math.ceil(((column + 1) / columns) * width)];
      const tallOf = (mib: number): number => Math.max(1, (mib / mostMib) * (HEIGHT - 2));
      const [least, most] = [used.least[column] ?? Number.NaN, used.most[column] ?? Number.NaN];
      if (most >= least) {
        pen.fillStyle = colours.line(0);
        // What some look of this pixel did not reach is lighter.
        pen.globalAlpha = 0.3;
        pen.clearRect(left, 0, right - left, HEIGHT);
        pen.fillRect(left, HEIGHT - tallOf(most), right - left, tallOf(most));
        pen.globalAlpha = 0.6;
        pen.clearRect(left, HEIGHT - tallOf(least), right - left, HEIGHT);
        pen.fillRect(left, HEIGHT - tallOf(least), right - left, tallOf(least));
        pen.globalAlpha = 1;
      }
      if (used.unknown[column] !== 1) continue;
      pen.fillStyle = colours.hatching;
      pen.fillRect(left, 0, Math.max(1, right - left), HEIGHT);
    }
    pen.fillStyle = colours.hatching;
    for (const gap of gaps) pen.fillRect(xOf(gap.fromMs), 0, Math.max(1, xOf(gap.toMs) - xOf(gap.fromMs)), HEIGHT);
    // `scheme` stands for the colours, which are read anew.
  }, [overview, width, scheme]);
  const move = ({ clientX, currentTarget }: PointerEvent): void => {
    const share = (clientX - currentTarget.getBoundingClientRect().left) / Math.max(1, width);
    const middle = overview.fromMs + share * (overview.toMs - overview.fromMs);
    const half = (range.toMs - range.fromMs) / 2;
    onRange({ fromMs: middle - half, toMs: middle + half });
  };
  return (
    <div
      ref={box}
      aria-hidden
      className="relative mx-4 my-1 overflow-hidden border border-line"
      title="All that is kept; drag the window"
    >
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
      <div
        className="pointer-events-none absolute inset-y-0 border-2 border-accent"
        style={windowOf(overview, range)}
      />
    </div>
  );
}

/** Moves with each picture, so it is no part of what is painted. */
function windowOf({ fromMs, toMs }: Overview, range: TimeRange): { readonly left: string; readonly width: string } {
  const percent = (ms: number): number =>
    Math.min(100, Math.max(0, ((ms - fromMs) / Math.max(1, toMs - fromMs)) * 100));
  const [left, right] = [percent(range.fromMs), percent(range.toMs)];
  return { left: `${left}%`, width: `max(3px, ${right - left}%)` };
}
