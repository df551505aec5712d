// `npm run desktop`: prepares the checkout, then opens the desktop window; Electron fetches its program the first time.
import { noWindowBecause, NOT_FETCHED, runWindow, thisMachine } from './desktop-window.mjs';
import { endWithNpm } from './end-with-npm.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { NotReady, prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayOnStderr);
  const because = noWindowBecause({ ...thisMachine(), hasElectron: true });
  if (because !== undefined)
    throw new NotReady(`No desktop window: ${because}. "npm run web" shows it in the browser.`);
  endWithNpm();
  const code = await runWindow(process.argv.slice(2));
  if (!thisMachine().hasElectron) throw new NotReady(NOT_FETCHED);
  return code;
});
