// What the README shows of the demo: outputs of `residuum gate demo…`, as text and as a picture.
import { terminalSvg } from './terminal-svg.mjs';

export const PICTURE = 'docs/images/gate-demo.svg';

/** Wide enough for the ledger, narrow enough to be read in a page. */
const WIDTH = 118;

/**
 * @typedef {(args: readonly string[], io: {
 *   out(text: string): void, err(text: string): void, env: {}, isTerminal: boolean,
 *   isProgressTerminal: boolean, width: number, signal: AbortSignal, pause(ms: number): Promise<void>,
 * }) => Promise<number>} Run
 */

/**
 * @param {Run} run of cli/run.ts
 * @param {readonly string[]} args
 * @param {{ colours?: boolean, env?: {} }} [how]
 */
export async function outputOf(run, args, how = {}) {
  let text = '';
  await run(args, {
    out: (part) => (text += part),
    err: () => undefined,
    env: how.env ?? {},
    isTerminal: how.colours === true,
    isProgressTerminal: false,
    width: WIDTH,
    signal: new AbortController().signal,
    pause: () => Promise.resolve(),
  });
  // When it was sampled says nothing about a demo, and would make each picture another one.
  return text
    .replace(/sampled \S+Z/, 'sampled 2026-01-31T12:00:00Z')
    .replace(/\d+\.\d s ago/g, '0.0 s ago')
    .trimEnd();
}

/** @param {Run} run */
export async function demoPicture(run) {
  const output = await outputOf(run, ['gate', 'demo'], { colours: true });
  return terminalSvg(output, 'Terminal: residuum gate demo. One engine passes, one fails, and a ledger of four GPUs.');
}

/** A comment before a fenced block: `residuum ARGUMENTS` prints it; with `, only WORD`, the part that begins so. */
const MARKED = /(<!-- residuum ([^,>]+?)(?:, only (\w+))? -->\n```text\n)[^]*?(\n```\n)/g;

/**
 * The document with every marked block as the command prints it now.
 * @param {string} markdown
 * @param {(args: readonly string[]) => Promise<string>} print
 */
export async function withOutputs(markdown, print) {
  const blocks = [...markdown.matchAll(MARKED)];
  const texts = await Promise.all(blocks.map(([, , args = '']) => print(args.split(' '))));
  let at = 0;
  return markdown.replace(MARKED, (_all, head, _args, word, foot) => {
    const output = texts[at++] ?? '';
    return `${head}${word === undefined ? output : partOf(output, word)}${foot}`;
  });
}

/**
 * The first part that begins with the word, up to its table of processes.
 * @param {string} output @param {string} word
 */
function partOf(output, word) {
  const part = output.split('\n\n').find((each) => each.startsWith(word)) ?? `nothing begins with ${word}`;
  return part.replace(/\n  GPU [^]*$/, '');
}
