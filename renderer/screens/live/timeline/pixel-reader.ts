// A colour of CSS as a pixel: what is drawn pixel by pixel knows no CSS.
import type { Pixel } from '../../../view/timeline/picture.ts';

/** Says how colours look on another one, on which they stand: they may be seen through. undefined where there is no canvas to ask. */
export function pixelReader(under: string): ((colour: string) => Pixel) | undefined {
  const tile = document.createElement('canvas');
  tile.width = 1;
  tile.height = 1;
  const pen = tile.getContext('2d', { willReadFrequently: true });
  if (pen === null) return undefined;
  return (colour) => {
    for (const each of [under, colour]) {
      pen.fillStyle = each;
      pen.fillRect(0, 0, 1, 1);
    }
    return new Uint32Array(pen.getImageData(0, 0, 1, 1).data.buffer)[0] ?? 0;
  };
}
