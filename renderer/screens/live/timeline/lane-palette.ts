// The colours of the page as pixels: what is drawn pixel by pixel knows no CSS.
import type { LedgerClass } from '../../../../shared/ledger/device-ledger.ts';
import type { LanePalette, Pixel } from '../../../view/lane-raster.ts';
import { timelineColours } from './timeline-colours.ts';

/** undefined where there is no canvas to ask. */
export function lanePalette(element: Element): LanePalette | undefined {
  const tile = document.createElement('canvas');
  tile.width = 1;
  tile.height = 1;
  const pen = tile.getContext('2d', { willReadFrequently: true });
  if (pen === null) return undefined;
  const style = getComputedStyle(element);
  const { panel, text, hatch } = timelineColours(element);
  /** As it looks on the panel: a colour may be seen through. */
  const pixel = (colour: string): Pixel => {
    for (const each of [panel, colour]) {
      pen.fillStyle = each;
      pen.fillRect(0, 0, 1, 1);
    }
    return new Uint32Array(pen.getImageData(0, 0, 1, 1).data.buffer)[0] ?? 0;
  };
  const layers = new Map<LedgerClass, Pixel>();
  const layer = (name: LedgerClass): Pixel => {
    const known = layers.get(name) ?? pixel(style.getPropertyValue(`--${name}`).trim());
    layers.set(name, known);
    return known;
  };
  return { panel: pixel(panel), line: pixel(text), unknown: pixel(hatch), layer };
}
