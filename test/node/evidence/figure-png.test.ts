// A figure as PNG: its size, its words, the same bytes each time, and one sentence where it cannot be drawn.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { figurePng, fontsOf, PngError } from '../../../node/evidence/figure-png.ts';
import { recordedFigure } from '../../../node/evidence/recorded-figure.ts';
import { readPng } from '../../../scripts/small-png.mjs';
import { DEFAULT_FIGURE_STYLE } from '../../../shared/evidence/figures/figure.ts';
import { RECORDED_FIGURES } from '../../../shared/recorded/recorded-figure.ts';
import { DEMO_INCIDENTS } from '../../../shared/source/demo-incidents.ts';
import { REPOSITORY } from '../../architecture/source-file.ts';

const demo = (name: string): string => join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`);
const style = DEFAULT_FIGURE_STYLE;
const PAPER = 0xffffff;

function svgOf(name: string, figure: (typeof RECORDED_FIGURES)[number]): Promise<string> {
  return recordedFigure(demo(name), { figure, at: '', against: undefined, node: undefined, redaction: 'names', style });
}

/** How many pixels are of each colour. */
function colours(png: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const colour of readPng(Buffer.from(png)).pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  return counts;
}

describe.each(RECORDED_FIGURES)('the figure %s', (figure) => {
  it('is as large as its SVG times the scale, has paper and ink, and is the same bytes each time', async () => {
    const svg = await svgOf('graphs-and-nccl', figure);
    const height = Number(/^<svg [^>]*height="(\d+)"/.exec(svg)?.[1]);
    const png = await figurePng(svg, 2);
    const { width: wide, height: high, pixels } = readPng(Buffer.from(png));
    expect([wide, high]).toEqual([1920, height * 2]);
    const found = colours(png);
    expect(found.get(PAPER)).toBeGreaterThan(pixels.length / 4);
    expect(found.get(PAPER)).toBeLessThan(pixels.length * 0.98);
    expect(await figurePng(svg, 2)).toEqual(png);
    const small = readPng(Buffer.from(await figurePng(svg, 1)));
    expect([small.width, small.height]).toEqual([960, height]);
  });

  it('has its words in it', async () => {
    const svg = await svgOf('graphs-and-nccl', figure);
    const mute = svg.replace(/<text [^>]*>[^<]*<\/text>/g, '');
    const [withWords, without] = [colours(await figurePng(svg)), colours(await figurePng(mute))];
    // The title alone is more than this.
    expect(Number(without.get(PAPER)) - Number(withWords.get(PAPER))).toBeGreaterThan(3_000);
  });

  // Where nothing slept there is no comparison to draw.
  const names = DEMO_INCIDENTS.map(({ name }) => name);
  it.each(figure === 'compare' ? names.filter((name) => name !== 'dead-pid') : names)(
    'has no word of %s over its edge in the font of PNG',
    async (name) => {
      const svg = await svgOf(name, figure);
      const font = {
        loadSystemFonts: false,
        fontFiles: fontsOf(join(REPOSITORY, 'node', 'evidence')),
        defaultFontFamily: 'DejaVu Sans',
      };
      const box = new Resvg(svg, { font }).getBBox();
      expect(box).toMatchObject({ x: 0, y: 0, width: 960 });
    },
  );
});

it('notices a word over the edge', () => {
  const text = '<text x="300" y="20" font-size="14" font-family="DejaVu Sans">longer than the paper</text>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40">${text}</svg>`;
  const fontFiles = fontsOf(join(REPOSITORY, 'node', 'evidence'));
  const box = new Resvg(svg, { font: { loadSystemFonts: false, fontFiles } }).getBBox();
  expect(Number(box?.x) + Number(box?.width)).toBeGreaterThan(400);
});

it('draws signs, letters of other languages and bold words, each of them different', async () => {
  const wordsOf = (text: string): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40" font-family="system-ui, 'DejaVu Sans'"><rect width="400" height="40" fill="#ffffff"/><text x="4" y="20" font-size="14">${text}</text></svg>`;
  const drawn = new Set<string>();
  for (const mark of ['−', '–', '×', '…', '·', '±', 'µ', 'é', 'ж', 'ع', 'Δ', '≤', '→']) {
    drawn.add(Buffer.from(await figurePng(wordsOf(mark), 1)).toString('base64'));
  }
  expect(drawn.size).toBe(13);
});

it('draws a process that is called like a reference', async () => {
  const words = (text: string): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20" aria-label="${text}"><text x="0" y="14">${text}</text></svg>`;
  const png = readPng(Buffer.from(await figurePng(words('--url href=&quot;x&quot; &lt;image'), 1)));
  expect([png.width, png.height]).toEqual([90, 20]);
});

it.each([
  ['what says no size', '<svg/>', 'too large for a PNG'],
  [
    'what would take gigabytes',
    '<svg xmlns="http://www.w3.org/2000/svg" width="4096" height="90000"></svg>',
    'smaller scale',
  ],
  [
    'what refers to a file',
    '<svg xmlns="x" width="10" height="10"><image href="/etc/x.png"/></svg>',
    'refers to a file',
  ],
  [
    'what hides it between quotes',
    `<svg xmlns="x" width="10" height="10"><text>"</text><image href='/etc/x.png'/><text>"</text></svg>`,
    'refers to a file',
  ],
  [
    'what hides it behind a comment',
    '<svg xmlns="x" width="10" height="10"><!-- " --><image href="/etc/x.png"/><!-- " --></svg>',
    'refers to a file',
  ],
  [
    'what refers to one in the old way',
    '<svg xmlns="x" width="10" height="10"><use title="a" xlink:href="/etc/x.svg#a"/></svg>',
    'refers to a file',
  ],
])('refuses %s', async (_what, svg, text) => {
  await expect(figurePng(svg)).rejects.toThrow(text);
});

it('takes its font from beside the program, from outside an archive, or says that there is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-fonts-'));
  try {
    expect(() => fontsOf(join(folder, 'cli'))).toThrow(PngError);
    expect(() => fontsOf(join(folder, 'cli'))).toThrow('install it again, or write SVG');
    const unpacked = join(folder, 'app.asar.unpacked', 'dist', 'fonts');
    await mkdir(unpacked, { recursive: true });
    const files = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(unpacked, name));
    for (const file of files) await writeFile(file, '');
    expect(fontsOf(join(folder, 'app.asar', 'dist', 'electron'))).toEqual(files);
    expect(fontsOf(join(folder, 'app.asar.unpacked', 'dist', 'cli'))).toEqual(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
