// `npm run check`: format, lint and types.
import { check } from './check-steps.mjs';
import { enter, sayOnStderr, sayOnStdout } from './entry.mjs';
import { prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayOnStderr, { build: false });
  return (await check(sayOnStdout)).failed === 0 ? 0 : 1;
});
