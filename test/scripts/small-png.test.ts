// Pictures made small: the same picture to the pixel where its colours fit a palette, and nearly so where they do not.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readPng, smallPng } from '../../scripts/small-png.mjs';
import { REPOSITORY } from '../architecture/source-file.ts';

const SCREENSHOTS = join(REPOSITORY, 'docs/screenshots');

/** A PNG of one channel order and filter, whose check sums nobody reads. */
function png(width: number, height: number, colourAt: (x: number, y: number) => number, filter: 0 | 1 = 0): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    return Buffer.concat([size, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const rows = Array.from({ length: height }, (_row, y) => {
    const bytes = Array.from({ length: width }, (_cell, x) => colourAt(x, y)).flatMap((each) => [
      each >> 16,
      (each >> 8) & 255,
      each & 255,
    ]);
    const filtered = bytes.map((byte, at) => (filter === 1 ? (byte - (bytes[at - 3] ?? 0)) & 255 : byte));
    return Buffer.from([filter, ...filtered]);
  });
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

it.each([0, 1] as const)('keeps every pixel of few colours (filter %i)', (filter) => {
  const before = png(40, 30, (x, y) => (x < 20 ? 0xff0000 : 0x0072b2 + y), filter);
  expect([...readPng(smallPng(before)).pixels]).toEqual([...readPng(before).pixels]);
});

it('gives a rare colour the nearest of those that stay', () => {
  // 300 greys and blues, of which the last 44 are seen once each.
  const before = png(300, 3, (x, y) => (y < 2 && x < 256 ? x * 0x010101 : x < 256 ? 0 : 0x0000ff - (x - 256)));
  const after = readPng(smallPng(before));
  const colours = new Set(after.pixels);
  expect(colours.size).toBeLessThanOrEqual(256);
  expect([after.width, after.height]).toEqual([300, 3]);
  expect(after.pixels[128]).toBe(0x808080);
});

it('keeps a rare colour that is unlike all others', () => {
  const before = png(300, 4, (x, y) => (x === 299 && y === 3 ? 0xc28e0e : x < 256 ? x * 0x000100 : x));
  expect(readPng(smallPng(before)).pixels.at(-1)).toBe(0xc28e0e);
});

it('refuses what is no such PNG', () => {
  expect(() => smallPng(Buffer.from('GIF89a'))).toThrow('this is no PNG');
});

it('keeps the pictures of the page small, and each 1280 by 800', () => {
  const files = readdirSync(SCREENSHOTS).filter((name) => name.endsWith('.png'));
  expect(files.length).toBeGreaterThan(5);
  const odd = files.filter((name) => {
    const path = join(SCREENSHOTS, name);
    const { width, height } = readPng(readFileSync(path));
    return statSync(path).size > 150_000 || width !== 1280 || height !== 800;
  });
  expect(odd).toEqual([]);
});
