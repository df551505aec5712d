// `npm run bench`: measures, and writes docs/BENCHMARKS.md. Takes about nine minutes; an idle machine gives calmer figures.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './checkout.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { prepare } from './prepare.mjs';

await enter(async () => {
  await prepare(sayOnStderr);
  // Installed only now. It runs TypeScript and the `?raw` imports of the probe without a build.
  const vite = await import(pathToFileURL(join(ROOT, 'node_modules', 'vite', 'dist', 'node', 'index.js')).href);
  const options = { configFile: false, root: ROOT, logLevel: 'error' };
  const { module } = await vite.runnerImport(join(ROOT, 'bench', 'main.ts'), options);
  return module.benchmark(sayOnStderr);
});
