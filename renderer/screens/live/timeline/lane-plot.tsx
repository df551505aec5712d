// The lanes as a canvas: says where the pointer is, and which range was dragged.
import { useEffect, useRef, type MouseEvent, type ReactElement } from 'react';
import { nearest } from '../../../../shared/session/timeline-series.ts';
import type { Lanes } from '../../../view/lanes.ts';
import { paintLanes, timeAt } from './lane-paint.ts';
import { timelineColours } from './timeline-colours.ts';
import type { TimeRange } from './timeline-plot.tsx';
import { useScheme } from './use-scheme.ts';
import { useWidth } from './use-width.ts';

export interface LanePlotProps {
  readonly lanes: Lanes;
  readonly range: TimeRange;
  /** For all lanes together; each has some room at least. */
  readonly height: number;
  readonly cursorMs: number | undefined;
  readonly onCursor: (ms: number | undefined) => void;
  readonly brush: TimeRange | undefined;
  readonly onBrush: (range: TimeRange) => void;
  /** In CSS pixels, of the plotting area. */
  readonly onColumns: (columns: number) => void;
}

const GUTTER = 64;
const AXIS = 22;
const LEAST_LANE = 14;
/** A shorter way of the pointer is a click. */
const LEAST_DRAG = 4;

export function LanePlot(props: LanePlotProps): ReactElement {
  const { lanes, range, height, cursorMs, onCursor, brush, onBrush, onColumns } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const dragged = useRef<number>(undefined);
  const width = useWidth(box);
  const scheme = useScheme();
  const count = Math.max(1, lanes.lanes.length);
  const laneHeight = Math.max(LEAST_LANE, Math.floor((height - AXIS) / count));
  const whole = laneHeight * count + AXIS;

  useEffect(() => {
    if (width > 0) onColumns(Math.max(1, width - GUTTER));
  }, [width, onColumns]);

  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (element === null || pen === null || pen === undefined || width === 0) return;
    element.width = width * devicePixelRatio;
    element.height = whole * devicePixelRatio;
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const style = getComputedStyle(element);
    const fill = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    const colours = timelineColours(element);
    paintLanes(pen, lanes, { width, laneHeight, gutter: GUTTER, axis: AXIS, range, brush, cursorMs, colours, fill });
    // `scheme` stands for the colours, which are read anew.
  }, [lanes, width, whole, laneHeight, range, brush, cursorMs, scheme]);

  const at = ({ clientX, currentTarget }: MouseEvent): number =>
    timeAt(clientX - currentTarget.getBoundingClientRect().left, { width, gutter: GUTTER, range });
  const over = (event: MouseEvent): void => {
    const ms = at(event);
    const times = lanes.timesMs.map((atMs) => ({ atMs }));
    onCursor(lanes.timesMs[nearest(times, ms)]);
    const from = dragged.current;
    if (from === undefined || event.buttons === 0) return;
    const pixel = (range.toMs - range.fromMs) / Math.max(1, width - GUTTER);
    if (Math.abs(ms - from) >= LEAST_DRAG * pixel) onBrush({ fromMs: Math.min(from, ms), toMs: Math.max(from, ms) });
  };
  return (
    <div ref={box} aria-hidden className="w-full" style={{ height: whole }}>
      <canvas
        ref={canvas}
        data-plot
        className="block cursor-crosshair"
        style={{ width, height: whole }}
        onMouseMove={over}
        onMouseDown={(event) => {
          dragged.current = at(event);
        }}
        onMouseUp={() => {
          dragged.current = undefined;
        }}
        onMouseLeave={() => {
          dragged.current = undefined;
          onCursor(undefined);
        }}
      />
    </div>
  );
}
