// What the README shows of the demo: the output of `residuum gate demo`, as text and as a picture.
import { terminalSvg } from './terminal-svg.mjs';

export const PICTURE = 'docs/images/gate-demo.svg';

/** The text shows less than the picture: one engine and the ledger. */
export const TEXT_OPTIONS = ['--engine', 'port:30000'];

/** Wide enough for the ledger, narrow enough to be read in a page. */
const WIDTH = 118;

/**
 * @typedef {(args: readonly string[], io: {
 *   out(text: string): void, err(text: string): void, env: {}, isTerminal: boolean, width: number,
 *   signal: AbortSignal, pause(ms: number): Promise<void>,
 * }) => Promise<number>} Run
 */

/**
 * @param {Run} run of cli/run.ts
 * @param {boolean} isTerminal with colours
 * @param {readonly string[]} more options of the gate
 */
export async function demoOutput(run, isTerminal, more = []) {
  let text = '';
  await run(['gate', 'demo', ...more], {
    out: (part) => (text += part),
    err: () => undefined,
    env: {},
    isTerminal,
    width: WIDTH,
    signal: new AbortController().signal,
    pause: () => Promise.resolve(),
  });
  // When it was sampled says nothing about a demo, and would make each picture another one.
  return text.replace(/sampled \S+ in \d+ ms/, 'sampled 2026-01-31T12:00:00Z in 60 ms');
}

/** @param {string} output */
export function demoPicture(output) {
  return terminalSvg(output, 'Terminal: residuum gate demo. One engine passes, one fails, and a ledger of four GPUs.');
}
