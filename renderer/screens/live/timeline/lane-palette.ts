// The colours of the lanes as pixels.
import type { LedgerClass } from '../../../../shared/ledger/device-ledger.ts';
import type { LanePalette } from '../../../view/timeline/lane-raster.ts';
import type { Pixel } from '../../../view/timeline/picture.ts';
import { pixelReader } from './pixel-reader.ts';
import type { TimelineColours } from './timeline-colours.ts';

/** undefined where there is no canvas to ask. */
export function lanePalette(element: Element, { panel, text, hatch }: TimelineColours): LanePalette | undefined {
  const style = getComputedStyle(element);
  const pixel = pixelReader(panel);
  if (pixel === undefined) return undefined;
  const layers = new Map<LedgerClass, Pixel>();
  const layer = (name: LedgerClass): Pixel => {
    const known = layers.get(name) ?? pixel(style.getPropertyValue(`--${name}`).trim());
    layers.set(name, known);
    return known;
  };
  return { panel: pixel(panel), line: pixel(text), unknown: pixel(hatch), layer };
}
