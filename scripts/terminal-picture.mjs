// `node scripts/terminal-picture.mjs` renews docs/images/gate-demo.svg from what `residuum gate demo` prints now.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './checkout.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { demoOutput, demoPicture, PICTURE, TEXT_OPTIONS } from './demo-picture.mjs';
import { prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayOnStderr, { build: false });
  // Installed only now. It runs TypeScript and the `?raw` imports of the probe without a build.
  const vite = await import(pathToFileURL(join(ROOT, 'node_modules', 'vite', 'dist', 'node', 'index.js')).href);
  const options = { configFile: false, root: ROOT, logLevel: 'error' };
  const { module } = await vite.runnerImport(join(ROOT, 'cli', 'run.ts'), options);
  const file = join(ROOT, PICTURE);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, demoPicture(await demoOutput(module.run, true)));
  sayOnStderr(`written: ${PICTURE}; the text for README.md follows`);
  process.stdout.write(await demoOutput(module.run, false, TEXT_OPTIONS));
});
