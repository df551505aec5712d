// Free text on the wire: a backslash is `\\`, every byte outside printable ASCII is `\xHH`.

const ESCAPE = /\\x([0-9A-F]{2})/g;
/** One character of UTF-8 with its %HH, or one byte that begins none. */
const SEQUENCE = /%[CD].(?:%[89AB].)|%E.(?:%[89AB].){2}|%F.(?:%[89AB].){3}|%../g;
/** A run of escaped bytes, so that a UTF-8 sequence is decoded as a whole. */
const RUN = /(?:\\x[89A-F][0-9A-F])+/g;

/**
 * The text as it was on the node. Bytes that are not UTF-8 become U+FFFD; control characters stay, so whoever shows the
 * text must make it printable first (`shared/base/printable.ts`).
 */
export function unescapeText(escaped: string): string {
  if (!escaped.includes('\\')) return escaped;
  return splitBackslashes(escaped)
    .map((part) =>
      part === '\\\\'
        ? '\\'
        : part
            .replace(RUN, decodeUtf8)
            .replace(ESCAPE, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    )
    .join('');
}

/** Keeps `\\` apart, so that `\\x41` (a backslash, then x41) is not read as an escaped A. */
function splitBackslashes(escaped: string): string[] {
  return escaped.split(/(\\\\)/);
}

function decodeUtf8(run: string): string {
  return run.replaceAll('\\x', '%').replace(SEQUENCE, (sequence) => {
    try {
      return decodeURIComponent(sequence);
    } catch {
      // Not UTF-8: one replacement character a byte, so the length still tells how much was there.
      return '\u{FFFD}'.repeat(sequence.length / 3);
    }
  });
}

/** The opposite, as the probe does it: for the demo node and for tests. `bytes` are byte values. */
export function escapeBytes(bytes: Iterable<number>): string {
  let escaped = '';
  for (const byte of bytes) {
    if (byte === 0x5c) escaped += '\\\\';
    else if (byte >= 0x20 && byte <= 0x7e) escaped += String.fromCharCode(byte);
    else escaped += `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
