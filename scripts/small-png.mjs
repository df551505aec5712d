// A screenshot as a small PNG: a palette of its colours instead of three bytes a pixel. Exact where they are 256 or fewer.
import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_COLOURS = 256;
/** The rest of the palette: a small square of a legend must not take the colour of another one. */
const MOST_FREQUENT = 176;
/** Of a PNG's header: 8 bits a channel, as red, green, blue and perhaps alpha. */
const CHANNELS = new Map([
  [2, 3],
  [6, 4],
]);

/**
 * The most frequent colours stay as they are, and those that are unlike all of these; each other becomes the nearest.
 * @param {Buffer} png as Chromium writes it: 8 bits, not interlaced
 * @returns {Buffer}
 */
export function smallPng(png) {
  const { width, height, pixels } = readPng(png);
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = paletteOf(counts);
  const places = new Map(palette.map((colour, at) => [colour, at]));
  for (const colour of counts.keys()) if (!places.has(colour)) places.set(colour, nearest(colour, palette));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = places.get(pixels[y * width + x] ?? 0) ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, a palette; the rest are the defaults.
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const packed = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {ReadonlyMap<number, number>} counts @returns {number[]} */
function paletteOf(counts) {
  const all = [...counts].toSorted(([, one], [, other]) => other - one).map(([colour]) => colour);
  if (all.length <= MOST_COLOURS) return all;
  const palette = all.slice(0, MOST_FREQUENT);
  const others = all
    .slice(MOST_FREQUENT)
    .map((colour) => ({ colour, far: Math.min(...palette.map(distanceTo(colour))) }));
  while (palette.length < MOST_COLOURS) {
    const next = others.reduce((most, each) => (each.far > most.far ? each : most));
    palette.push(next.colour);
    for (const each of others) each.far = Math.min(each.far, distanceTo(each.colour)(next.colour));
  }
  return palette;
}

/** @param {Buffer} png */
export function readPng(png) {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('this is no PNG');
  /** @type {Buffer[]} */
  const parts = [];
  /** @type {Buffer} */
  let header = Buffer.alloc(13);
  /** @type {Buffer} */
  let colours = Buffer.alloc(0);
  for (let at = 8; at < png.length;) {
    const size = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + size);
    if (type === 'IHDR') header = data;
    if (type === 'PLTE') colours = data;
    if (type === 'IDAT') parts.push(data);
    at += size + 12;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const kind = header[9] ?? 0;
  const channels = kind === 3 ? 1 : CHANNELS.get(kind);
  if (channels === undefined || header[8] !== 8 || header[12] !== 0) throw new Error('a PNG of 8 bits is expected');
  const bytes = unfiltered(inflateSync(Buffer.concat(parts)), width * channels, channels);
  const pixels = new Uint32Array(width * height);
  for (let at = 0; at < pixels.length; at += 1) {
    const from = kind === 3 ? colours : bytes;
    const first = kind === 3 ? (bytes[at] ?? 0) * 3 : at * channels;
    pixels[at] = ((from[first] ?? 0) << 16) | ((from[first + 1] ?? 0) << 8) | (from[first + 2] ?? 0);
  }
  return { width, height, pixels };
}

/**
 * @param {Buffer} raw rows, each after the number of its filter
 * @param {number} stride bytes of a row
 * @param {number} step bytes of a pixel
 */
function unfiltered(raw, stride, step) {
  const rows = Math.floor(raw.length / (stride + 1));
  const bytes = Buffer.alloc(stride * rows);
  for (let y = 0; y < rows; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < step ? 0 : (bytes[at - step] ?? 0);
      const above = y === 0 ? 0 : (bytes[at - stride] ?? 0);
      const corner = x < step || y === 0 ? 0 : (bytes[at - stride - step] ?? 0);
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0;
      bytes[at] = ((raw[y * (stride + 1) + 1 + x] ?? 0) + guess) & 255;
    }
  }
  return bytes;
}

/** The neighbour that is nearest to what the three foretell. @param {number} left @param {number} above @param {number} corner */
function paeth(left, above, corner) {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** @param {number} colour @returns {(other: number) => number} */
function distanceTo(colour) {
  return (other) => {
    const red = (other >> 16) - (colour >> 16);
    const green = ((other >> 8) & 255) - ((colour >> 8) & 255);
    const blue = (other & 255) - (colour & 255);
    return red * red + green * green + blue * blue;
  };
}

/** @param {number} colour @param {readonly number[]} palette @returns {number} its place */
function nearest(colour, palette) {
  const far = palette.map(distanceTo(colour));
  return far.indexOf(Math.min(...far));
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, check]);
}

/** @param {Buffer} body */
function crc32(body) {
  let value = 0xffffffff;
  for (const byte of body) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}
