// `npm start`: prepares the checkout, then shows Residuum: in a desktop window where there can be one, otherwise in the
// browser. `-- --demo` opens the demo at once; `-- --once` prints the demo's table and ends.
import { runCommandLine } from './command-line.mjs';
import { noWindowBecause, runWindow, thisMachine } from './desktop-window.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayOnStderr);
  const words = process.argv.slice(2);
  if (words.includes('--once')) return runCommandLine(['watch', 'demo', ...words]);
  // Whoever names a port or a host means the web host.
  const isForWindow = words.every((word) => word === '--demo');
  const because = isForWindow ? noWindowBecause(thisMachine()) : undefined;
  if (isForWindow && because === undefined) return runWindow(words);
  if (because !== undefined) sayOnStderr(`no desktop window: ${because}; serving the page to your browser instead`);
  return runCommandLine(['serve', ...words]);
});
