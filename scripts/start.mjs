// `npm start`: prepares the checkout, then shows Residuum: in a desktop window where there can be one, otherwise in the
// browser. `-- --demo` opens the demo at once; `-- --once` prints the demo's table and ends.
import { runCommandLine } from './command-line.mjs';
import { noWindowBecause, runWindow, thisMachine } from './desktop-window.mjs';
import { endWithNpm } from './end-with-npm.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { prepare } from './prepare.mjs';

/** A window that was used is closed by its user, and later. */
const FAILED_AT_ONCE_MS = 10_000;

await enter(async () => {
  await prepare(sayOnStderr);
  endWithNpm();
  const words = process.argv.slice(2);
  if (words.includes('--once')) return runCommandLine(['watch', 'demo', ...words]);
  // Whoever names a port or a host means the web host.
  const isForWindow = words.every((word) => word === '--demo');
  const because = isForWindow ? noWindowBecause(thisMachine()) : undefined;
  if (isForWindow && because === undefined) {
    const begin = performance.now();
    const code = await runWindow(words);
    // Electron is here and something that it needs is not: a library, the right to make its sandbox.
    const failed = code !== 0 && code < 128 && performance.now() - begin < FAILED_AT_ONCE_MS;
    if (!failed) return code;
    sayOnStderr(`the desktop window ended at once (exit code ${code}); serving the page to your browser instead`);
  } else if (because !== undefined) {
    sayOnStderr(`no desktop window: ${because}; serving the page to your browser instead`);
  }
  return runCommandLine(['serve', ...words]);
});
