// Runs the built `residuum` inside this process, so that signals, the terminal and the exit code are its own.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './checkout.mjs';

/** @param {readonly string[]} args what follows `residuum` */
export async function runCommandLine(args) {
  const main = join(ROOT, 'dist', 'cli', 'main.js');
  process.argv = [process.execPath, main, ...args];
  await import(pathToFileURL(main).href);
}
