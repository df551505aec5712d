// `npm run cli -- …`: prepares the checkout without a word, then runs `residuum …`. Nothing else is on standard output.
import { runCommandLine } from './command-line.mjs';
import { enter, sayToPerson } from './entry.mjs';
import { prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayToPerson);
  await runCommandLine(process.argv.slice(2));
});
