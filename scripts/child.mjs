// Runs one program to its end, passing signals on, so that nothing outlives the command that started it.
import { spawn } from 'node:child_process';

/**
 * @typedef {{ code: number, output: string }} Ending code is 128 + the signal's number when a signal ended it; output
 *   is empty unless it was captured.
 */

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, output: 'inherit' | 'to-stderr' | 'capture', env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<Ending>} Rejects only when the program cannot be started.
 */
export function runChild(program, args, options) {
  return new Promise((resolve, reject) => {
    const captured = options.output === 'capture';
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      // 2 is our standard error: what npm and vite say must not reach a pipe that expects JSON.
      stdio: captured
        ? ['ignore', 'pipe', 'pipe']
        : ['inherit', options.output === 'to-stderr' ? 2 : 'inherit', 'inherit'],
    });
    const signals = /** @type {(keyof typeof SIGNAL_NUMBERS)[]} */ (Object.keys(SIGNAL_NUMBERS));
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => void child.kill(signal);
    for (const signal of signals) process.on(signal, pass);
    const done = () => {
      for (const signal of signals) process.off(signal, pass);
    };
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (cause) => {
      done();
      reject(new Error(`${program} could not be started: ${cause.message}`, { cause }));
    });
    child.on('close', (code, signal) => {
      done();
      const number = signal === null ? undefined : SIGNAL_NUMBERS[/** @type {keyof typeof SIGNAL_NUMBERS} */ (signal)];
      resolve({ code: code ?? 128 + (number ?? 9), output });
    });
  });
}
