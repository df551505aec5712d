// Free text survives the way over the wire: escaped as the probe does it, read back as it was.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeBytes, unescapeText } from '../../../shared/probe/free-text.ts';

/** The same cases in every run. */
const SEED = { seed: 20260131 };
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0x10ffff })))
  .map((codes) =>
    codes
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .join(''),
  );

it('comes back as it was', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = Buffer.from(text);
      expect(unescapeText(escapeBytes(bytes))).toBe(bytes.toString());
    }),
    SEED,
  );
});

it('travels as printable ASCII only', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(escapeBytes(bytes)).toMatch(/^[ -~]*$/);
    }),
    SEED,
  );
});

it('never throws on bytes that are no text, and on escapes that are none', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.stringMatching(/^[\\xX0-9A-Fa-f]*$/), (bytes, text) => {
      expect(() => [unescapeText(escapeBytes(bytes)), unescapeText(text)]).not.toThrow();
    }),
    SEED,
  );
});

it.each([
  ['a backslash before an escape', '\\\\x41', '\\x41'],
  ['an escape', '\\x41', 'A'],
  ['a backslash and an escape', '\\\\\\x41', '\\A'],
  ['three bytes of one character', '\\xE2\\x82\\xAC', '€'],
  ['an emoji', '\\xF0\\x9F\\x98\\x80', '😀'],
  ['a byte that is no UTF-8 beside two that are', '\\xFF\\xC3\\xA9', '\u{FFFD}é'],
  ['a character that was cut at the end of a title', '\\xE2\\x82\\xAC\\xE2\\x82', '€\u{FFFD}\u{FFFD}'],
  ['an overlong form', '\\xC0\\xAF', '\u{FFFD}\u{FFFD}'],
  ['half a surrogate pair', '\\xED\\xA0\\x80', '\u{FFFD}\u{FFFD}\u{FFFD}'],
  ['a terminal escape', '\\x1B[31m', '\u001B[31m'],
])('reads %s', (_what, escaped, text) => {
  expect(unescapeText(escaped)).toBe(text);
});
