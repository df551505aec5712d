// A figure as PNG: its SVG drawn with a font of ours, so that every machine draws the same words in the same places.
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { renderAsync } from '@resvg/resvg-js';

/** What stands in the way, and what to do instead. */
export class PngError extends Error {
  override readonly name = 'PngError';
  readonly code: 'no-png' | 'png-too-large';

  constructor(code: PngError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** How many pixels of the picture are one of the figure: twice as many look sharp in print and on a fine screen. */
export const PNG_SCALES = [1, 2, 3, 4] as const;
export type PngScale = (typeof PNG_SCALES)[number];
export const DEFAULT_PNG_SCALE: PngScale = 2;

/** A picture takes four bytes a pixel while it is drawn. */
const MOST_PIXELS = 100_000_000;

const FONT = 'DejaVu Sans';
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/**
 * `svg` is a figure of ours: nothing that it might refer to is loaded. The same SVG gives the same bytes. Throws a PngError
 * where this system has no renderer or no font of ours, or where the picture would be too large.
 */
export async function figurePng(svg: string, scale: PngScale = DEFAULT_PNG_SCALE): Promise<Uint8Array> {
  const pixels = pixelsOf(svg) * scale * scale;
  if (!(pixels <= MOST_PIXELS)) {
    throw new PngError('png-too-large', 'This figure is too large for a PNG: use a smaller scale, or SVG.');
  }
  if (refersToFiles(svg)) throw new PngError('no-png', 'This is no figure of ours: it refers to a file.');
  const fontFiles = fontsOf(import.meta.dirname);
  const { renderAsync: render } = await renderer();
  const image = await render(svg, {
    // Without those of the system: words would be wider on one machine than on another.
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT, sansSerifFamily: FONT },
    fitTo: { mode: 'zoom', value: scale },
  });
  return new Uint8Array(image.asPng());
}

/**
 * In its marks alone: a process may be called "href=x", and then it is a word of the picture. Quotes count inside a mark
 * and nowhere else: those around one would hide it. A figure of ours has no comment, declaration or entity to hide in.
 */
function refersToFiles(svg: string): boolean {
  if (/<[!?]/.test(svg)) return true;
  const marks = svg.match(/<(?:"[^"]*"|'[^']*'|[^'">])*>?/g) ?? [];
  const bare = marks.map((mark) => mark.replace(/"[^"]*"|'[^']*'/g, '""'));
  return bare.some((mark) => /^<\s*(?:[\w.-]+:)?image\b|[\s:"]href\s*=/i.test(mark));
}

/** Of the SVG itself; not a number where it does not say. */
function pixelsOf(svg: string): number {
  const [, width, height] = /^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return Number(width) * Number(height);
}

/** Its part for this system is a package of its own, which may be missing, and everything else still works. */
async function renderer(): Promise<{ readonly renderAsync: typeof renderAsync }> {
  try {
    return await import('@resvg/resvg-js');
  } catch (cause) {
    const system = `${process.platform} ${process.arch}`;
    const text = `PNG cannot be drawn on this system (${system}), as @resvg/resvg-js has no part for it here: run npm install once more with optional packages, or write SVG, which needs nothing.`;
    throw new PngError('no-png', text, { cause });
  }
}

/**
 * Beside a built program, and in the packages where it runs from its sources. `here` is the folder of the program. Throws
 * a PngError.
 */
export function fontsOf(here: string): string[] {
  const places = [join(here, '..', 'fonts'), join(here, '..', '..', 'node_modules', 'dejavu-fonts-ttf', 'ttf')];
  // The renderer reads files itself and knows no archive of Electron's; the packages keep the fonts beside it.
  const outside = places.map((place) => place.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`));
  for (const place of outside) {
    const files = FONT_FILES.map((file) => join(place, file));
    if (files.every((file) => existsSync(file))) return files;
  }
  throw new PngError('no-png', 'The font of PNG is missing from this installation: install it again, or write SVG.');
}
