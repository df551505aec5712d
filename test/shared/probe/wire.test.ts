// Cuts, noise and hostile bytes on the wire: whatever arrives, a frame is whole or it is none.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WireReader, type WireEvent } from '../../../shared/probe/wire.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';
const MARK = `@${TOKEN}\t`;
const HELLO = `${MARK}hello\t1\t77\n`;

function frameText(id: string, lines: readonly string[]): string {
  const body = lines.map((line) => `${line}\n`).join('');
  return `${MARK}begin\t${id}\tsample\t1000\t2026-01-31T12:00:00Z\n${body}${MARK}end\t${id}\t${lines.length}\t1010\n`;
}

function read(pieces: readonly Uint8Array[]): WireEvent[] {
  const reader = new WireReader(TOKEN);
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

const readText = (text: string): WireEvent[] => read([Buffer.from(text, 'latin1')]);

/** The bytes in pieces that end at these places. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end));
}

/** The same cases in every run. */
const SEED = { seed: 20260131 };
/** Lines of a frame as the probe writes them: printable ASCII and tabs. */
const frameLine = fc.stringMatching(/^[a-z]{1,8}(\t[ -~]{0,20}){0,4}$/);
const place = fc.array(fc.nat(), { maxLength: 8 });
/** Bytes in which the wire's own words are likely. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '@',
        MARK,
        `${MARK}end\tr1\t0\t1\n`,
        `${MARK}begin\tr1\tsample\t1\t\n`,
        'call\tx\n',
        '\r\n',
        '\n',
        HELLO,
      ),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.from(parts.join('')));

it('reads a login banner, the hello and a frame', () => {
  const events = readText(
    `Welcome!\r\n${HELLO}${frameText('r1', ['call\tdevices\t1\tx', 'done\tdevices\t0\t2', 'scan\t1\t0\t0\t9'])}`,
  );
  expect(events.map(({ kind }) => kind)).toEqual(['noise', 'hello', 'call-begins', 'call-ended', 'frame']);
  expect(events[0]).toEqual({ kind: 'noise', text: 'Welcome!' });
  expect(events[1]).toEqual({ kind: 'hello', version: 1, pid: 77 });
  expect(events[4]).toMatchObject({
    frame: { id: 'r1', kind: 'sample', beginMs: 10_000, endMs: 10_100, wallTime: '2026-01-31T12:00:00Z' },
  });
});

it('reads lines that a terminal ended with CR LF', () => {
  const text = frameText('r1', ['scan\t1\t0\t0\t9']);
  expect(readText(text.replaceAll('\n', '\r\n'))).toEqual(readText(text));
});

it('keeps the text of a frame byte for byte', () => {
  const text = frameText('r1', ['node\thostname\ta\\\\b', 'scan\t1\t0\t0\t9']);
  expect(readText(`noise\n${text}`).at(-1)).toMatchObject({ frame: { text } });
});

it.each<readonly [what: string, text: string, why: string]>([
  ['a missing line', frameText('r1', ['a', 'b']).replace('b\n', ''), 'it announced 2 lines and has 1'],
  ['a line too many', frameText('r1', ['a']).replace('a\n', 'a\na\n'), 'it announced 1 lines and has 2'],
  ['the end of another frame', frameText('r1', []).replace('end\tr1', 'end\tr2'), 'it announced 0 lines and has 0'],
  ['an end without a beginning', `${MARK}end\tr1\t0\t5\n`, 'its beginning is missing'],
  [
    'a beginning in a frame',
    `${MARK}begin\tr1\tsample\t1\t\n${frameText('r2', [])}`,
    'another frame began before it ended',
  ],
  [
    'the end of the connection',
    `${MARK}begin\tr1\tsample\t1\t\nproc\t1`,
    'the connection ended in the middle of the frame',
  ],
])('takes %s for a cut', (_what, text, why) => {
  expect(readText(text).filter(({ kind }) => kind === 'cut')).toEqual([{ kind: 'cut', id: 'r1', why }]);
});

it('says what the probe says without a frame', () => {
  const events = readText(`${MARK}fatal\tno-awk\n${MARK}busy\tr9\n${MARK}unheard\tof\n`);
  expect(events).toEqual([
    { kind: 'fatal', reason: 'no-awk' },
    { kind: 'busy', id: 'r9' },
    { kind: 'noise', text: `${MARK}unheard\tof` },
  ]);
});

it('gives the same events, however the bytes are cut', () => {
  fc.assert(
    fc.property(hostileText, fc.array(frameLine), place, (noise, lines, places) => {
      const bytes = Buffer.concat([noise, Buffer.from(`\n${HELLO}${frameText('r1', lines)}`), noise]);
      expect(read(cutAt(bytes, places))).toEqual(read([bytes]));
    }),
    SEED,
  );
});

it('gives the same events for lines about as long as the longest, however they are cut', () => {
  const LONGEST = 65_536;
  const ending = fc.constantFrom('', '\r', '\rx', 'x\r', 'xy', '\r\r', 'x\r\r');
  fc.assert(
    fc.property(ending, fc.integer({ min: -1, max: 3 }), fc.integer({ min: -6, max: 6 }), (tail, more, where) => {
      const bytes = Buffer.from(`${'a'.repeat(LONGEST + more)}${tail}\n${HELLO}`);
      expect(read(cutAt(bytes, [LONGEST, LONGEST + 2 + where]))).toEqual(read([bytes]));
    }),
    { ...SEED, numRuns: 40 },
  );
});

it('does not grow with a line that never ends', () => {
  const reader = new WireReader(TOKEN);
  for (let at = 0; at < 200; at += 1) expect(reader.push(Buffer.alloc(50_000, 97))).toEqual([]);
  const [event] = reader.end();
  expect(event).toMatchObject({ kind: 'noise' });
  expect(event?.kind === 'noise' && event.text.length).toBe(65_536);
});

it('never makes a frame of one that was cut', () => {
  fc.assert(
    fc.property(fc.array(frameLine), fc.nat(), (lines, where) => {
      const text = frameText('r1', lines);
      const events = readText(text.slice(0, where % text.length));
      expect(events.filter(({ kind }) => kind === 'frame')).toEqual([]);
    }),
    SEED,
  );
});

it('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), hostileText, place, (bytes, hostile, places) => {
      expect(() => read(cutAt(Buffer.concat([bytes, hostile]), places))).not.toThrow();
    }),
    SEED,
  );
});

it('finds no marker in a text without the token', () => {
  const forged = fc
    .array(
      fc.oneof(
        fc.constantFrom('@', '\t', 'end\tr1\t0\t1', `@${'0'.repeat(32)}\tend\tr1\t0\t1`, '\n', '\r'),
        fc.string(),
      ),
    )
    .map((parts) => parts.join('').replaceAll(TOKEN, ''));
  fc.assert(
    fc.property(forged, (text) => {
      const kinds = new Set(read([Buffer.from(text)]).map(({ kind }) => kind));
      kinds.delete('noise');
      expect([...kinds]).toEqual([]);
    }),
    SEED,
  );
});

it('stops counting at lines that no frame has', () => {
  const many = `${MARK}begin\tr1\tsample\t1\t\n${'x\n'.repeat(100_001)}${MARK}end\tr1\t100001\t2\n`;
  expect(readText(many)).toMatchObject([{ kind: 'cut', why: 'it announced 100001 lines and has 100000' }]);
});
