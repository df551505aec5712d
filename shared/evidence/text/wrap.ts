// Sentences for a terminal: broken at blanks, with the lines after the first set in.

/**
 * Breaks a text at blanks so that no line is wider than `width`. A word that is wider (a path, a title) stays whole: it
 * must stay copyable. `indent` is put before every line, `hanging` before all but the first as well.
 */
export function wrap(text: string, width: number, indent = '', hanging = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const lead = indent.length + (lines.length === 0 ? 0 : hanging.length);
    if (line !== '' && lead + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((each, at) => `${indent}${at === 0 ? '' : hanging}${each}`);
}
