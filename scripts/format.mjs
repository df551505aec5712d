// `npm run format`: rewrites every file the way `npm run check` wants it.
import { format } from './check-steps.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayOnStderr, { build: false });
  return format();
});
