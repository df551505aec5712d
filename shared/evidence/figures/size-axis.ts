// A horizontal axis of sizes: grid lines behind what is drawn, and its numbers with their unit below.
import { SMALL, type Canvas, type Drawn } from './figure.ts';
import type { SizeScale } from './size-scale.ts';
import { line, words } from './svg.ts';

export interface AxisPlace {
  readonly canvas: Canvas;
  readonly top: number;
  readonly bottom: number;
}

/** `height` is what it takes below `bottom`. Numbers that would touch each other are left out. */
export function axis({ ticks, place }: SizeScale, { canvas: { colours, style }, top, bottom }: AxisPlace): Drawn {
  const look = { size: SMALL, fill: colours.muted, anchor: 'middle' } as const;
  const svg = ticks.flatMap(({ at, text }, index) => {
    const x = place(at);
    const isLast = index === ticks.length - 1;
    return [
      line(x, top, x, bottom, { stroke: at === 0 ? colours.axis : colours.grid }),
      words(x, bottom + 14, isLast ? `${text} ${style.unit}` : text, look),
    ];
  });
  const [first] = ticks;
  const last = ticks.at(-1);
  const base =
    first === undefined || last === undefined
      ? []
      : [line(place(first.at), bottom, place(last.at), bottom, { stroke: colours.axis })];
  return { svg: [...svg, ...base], height: 24 };
}
