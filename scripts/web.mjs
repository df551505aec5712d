// `npm run web`: prepares the checkout, then serves the page to the browser, also where a desktop window could be opened.
import { runCommandLine } from './command-line.mjs';
import { endWithNpm } from './end-with-npm.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayOnStderr);
  endWithNpm();
  return runCommandLine(['serve', ...process.argv.slice(2)]);
});
