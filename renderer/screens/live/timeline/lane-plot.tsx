// The lanes as a canvas: says where the pointer is, and which range was dragged.
import { useEffect, useMemo, useRef, type MouseEvent, type ReactElement } from 'react';
import { laneRaster } from '../../../view/timeline/lane-raster.ts';
import type { Lanes } from '../../../view/timeline/lanes.ts';
import { paintOverLanes, RIGHT, timeAt } from './lane-paint.ts';
import { lanePalette } from './lane-palette.ts';
import { timelineColours } from './timeline-colours.ts';
import type { TimeRange } from '../../../view/timeline/timeline-view.ts';
import { useScheme } from './use-scheme.ts';
import { useWidth } from './use-width.ts';

export interface LanePlotProps {
  readonly lanes: Lanes;
  readonly range: TimeRange;
  /** The time of the look nearest to a time; undefined where there is none. */
  readonly lookNear: (ms: number) => number | undefined;
  /** For all lanes together; each has some room at least. */
  readonly height: number;
  readonly cursorMs: number | undefined;
  readonly onCursor: (ms: number | undefined) => void;
  readonly brush: TimeRange | undefined;
  readonly onBrush: (range: TimeRange) => void;
  /** In pixels of the screen, of the plotting area. */
  readonly onColumns: (columns: number) => void;
}

const GUTTER = 64;
const AXIS = 22;
const LEAST_LANE = 14;
/** Above and below each lane. */
const MARGIN = 3;
/** A shorter way of the pointer is a click. */
const LEAST_DRAG = 4;

export function LanePlot(props: LanePlotProps): ReactElement {
  const { lanes, range, lookNear, height, cursorMs, onCursor, brush, onBrush, onColumns } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const dragged = useRef<number>(undefined);
  const width = useWidth(box);
  const scheme = useScheme();
  const count = Math.max(1, lanes.lanes.length);
  const laneHeight = Math.max(LEAST_LANE, Math.floor((height - AXIS) / count));
  const whole = laneHeight * count + AXIS;

  useEffect(() => {
    if (width > 0) onColumns(Math.max(1, Math.round((width - GUTTER - RIGHT) * devicePixelRatio)));
  }, [width, onColumns]);

  // `scheme` stands for the colours, which are read anew.
  const colours = useMemo(() => timelineColours(document.documentElement), [scheme]);
  const palette = useMemo(
    () => (width === 0 ? undefined : lanePalette(document.documentElement, colours)),
    [width, colours],
  );
  // A cursor that moves draws no lane anew.
  const picture = useMemo(() => {
    if (palette === undefined) return undefined;
    const size = {
      laneHeight: Math.round(laneHeight * devicePixelRatio),
      margin: Math.round(MARGIN * devicePixelRatio),
    };
    return laneRaster(lanes.lanes, lanes.columns, palette, size);
  }, [lanes, palette, laneHeight]);

  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (element === null || pen === null || pen === undefined || width === 0) return;
    sized(element, Math.round(width * devicePixelRatio), Math.round(whole * devicePixelRatio));
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, width, whole);
    if (picture !== undefined && picture.height > 0) {
      const bytes = new Uint8ClampedArray(picture.pixels.buffer);
      pen.putImageData(new ImageData(bytes, picture.width, picture.height), Math.round(GUTTER * devicePixelRatio), 0);
    }
    paintOverLanes(pen, lanes, { width, laneHeight, gutter: GUTTER, axis: AXIS, range, brush, cursorMs, colours });
  }, [lanes, picture, width, whole, laneHeight, range, brush, cursorMs, colours]);

  const at = ({ clientX, currentTarget }: MouseEvent): number =>
    timeAt(clientX - currentTarget.getBoundingClientRect().left, { width, gutter: GUTTER, range });
  const over = (event: MouseEvent): void => {
    const ms = at(event);
    onCursor(lookNear(ms));
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

/** A canvas whose size is set is made anew, and that takes longer than drawing on it. */
function sized(element: HTMLCanvasElement, width: number, height: number): void {
  if (element.width !== width) element.width = width;
  if (element.height !== height) element.height = height;
}
