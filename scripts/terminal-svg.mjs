// Turns what a command prints on a terminal, colours included, into an SVG picture that keeps its columns.

const FONT_SIZE = 13;
const CHARACTER_WIDTH = 7.8;
const LINE_HEIGHT = 18;
const MARGIN = 16;

/** Foreground colours on a dark terminal, with a contrast of at least 7 : 1 against the background. */
const BACKGROUND = '#16181d';
const FOREGROUND = '#e6e8ec';
/** @type {Readonly<Record<string, string>>} */
const COLOURS = { 31: '#ff9a93', 32: '#7ee2a0', 33: '#f2cc60' };
const FAINT = '#a9b1bd';

/**
 * @typedef {{ bold: boolean, faint: boolean, colour: string | undefined }} Style
 * @typedef {{ text: string, style: Style }} Run
 */

/**
 * @param {string} output with the escapes for bold, faint, red, green and yellow; others are not expected
 * @param {string} title what the picture shows, for readers who cannot see it
 */
export function terminalSvg(output, title) {
  const lines = output.replace(/\n+$/, '').split('\n').map(runsOf);
  const columns = Math.max(...lines.map(widthOf));
  const width = Math.ceil(columns * CHARACTER_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const body = lines.flatMap((runs, row) => (runs.length === 0 ? [] : [lineOf(runs, row)])).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}" fill="${FOREGROUND}">
${body}
</g>
</svg>
`;
}

/** @param {string} line @returns {Run[]} */
function runsOf(line) {
  /** @type {Run[]} */
  const runs = [];
  /** @type {Style} */
  let style = { bold: false, faint: false, colour: undefined };
  for (const [at, part] of line.split(/\u001B\[(\d+)m/).entries()) {
    // Every second part is the number of an escape.
    if (at % 2 === 1) style = changed(style, part);
    else if (part !== '') runs.push({ text: part, style });
  }
  return runs;
}

/** @param {Style} style @param {string} code @returns {Style} */
function changed(style, code) {
  switch (code) {
    case '0':
      return { bold: false, faint: false, colour: undefined };
    case '1':
      return { ...style, bold: true };
    case '2':
      return { ...style, faint: true };
    case '22':
      return { ...style, bold: false, faint: false };
    case '39':
      return { ...style, colour: undefined };
    default:
      if (COLOURS[code] === undefined) throw new Error(`the picture knows no escape ${code}`);
      return { ...style, colour: COLOURS[code] };
  }
}

/** @param {readonly Run[]} runs */
function widthOf(runs) {
  return runs.reduce((sum, { text }) => sum + text.length, 0);
}

/**
 * The length is given, so that columns stay under each other with whatever font the reader has.
 * @param {readonly Run[]} runs @param {number} row
 */
function lineOf(runs, row) {
  const y = MARGIN + row * LINE_HEIGHT + FONT_SIZE;
  const length = Number((widthOf(runs) * CHARACTER_WIDTH).toFixed(1));
  const inside = runs.map(({ text, style }) => {
    const fill = style.colour ?? (style.faint ? FAINT : undefined);
    const attributes = `${style.bold ? ' font-weight="bold"' : ''}${fill === undefined ? '' : ` fill="${fill}"`}`;
    return attributes === '' ? drawn(text) : `<tspan${attributes}>${drawn(text)}</tspan>`;
  });
  return `<text x="${MARGIN}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs">${inside.join('')}</text>`;
}

/** Blanks that do not collapse: not every reader of SVG knows xml:space. @param {string} text */
function drawn(text) {
  return escaped(text).replaceAll(' ', '\u00A0');
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
