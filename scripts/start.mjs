// `npm start`: prepares the checkout, then shows the demo node. Without a terminal it prints one table and ends.
import { runCommandLine } from './command-line.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayOnStderr);
  const rest = process.argv.slice(2);
  const once = process.stdout.isTTY === true || rest.includes('--once') ? [] : ['--once'];
  await runCommandLine(['watch', 'demo', ...rest, ...once]);
});
