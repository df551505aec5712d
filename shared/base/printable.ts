// Makes text from a node safe to show: no terminal escapes, no line breaks, no invisible direction changes.

/** C0, DEL, C1, line and paragraph separators, and the bidirectional controls that can reorder what is read. */
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/g;

/** Each unsafe character becomes its code in the form `\x1B` or `\u202E`. Always on one line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
      : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** Cut to a width in characters, with an ellipsis that says so. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 1))}…`;
}
