// `node scripts/terminal-picture.mjs` renews what the README shows of the demo, the picture and the texts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './checkout.mjs';
import { demoPicture, outputOf, PICTURE, withOutputs } from './demo-picture.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayOnStderr, { build: false });
  // Installed only now. It runs TypeScript and the `?raw` imports of the probe without a build.
  const vite = await import(pathToFileURL(join(ROOT, 'node_modules', 'vite', 'dist', 'node', 'index.js')).href);
  const options = { configFile: false, root: ROOT, logLevel: 'error' };
  const { module } = await vite.runnerImport(join(ROOT, 'cli', 'run.ts'), options);
  mkdirSync(join(ROOT, PICTURE, '..'), { recursive: true });
  writeFileSync(join(ROOT, PICTURE), await demoPicture(module.run));
  const readme = join(ROOT, 'README.md');
  const renewed = await withOutputs(readFileSync(readme, 'utf8'), (args) => outputOf(module.run, args));
  writeFileSync(readme, renewed);
  sayOnStderr(`written: ${PICTURE}, README.md`);
});
