// Builds the programs and the page into the folder named on the command line. Started as a program of its own, so that
// the page is built as it ships and not as the test runner's environment says.
import { join } from 'node:path';
import { createBuilder } from 'vite';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node build-app.mjs FOLDER');

const own = { build: { outDir: folder } };
const client = { build: { outDir: join(folder, 'renderer') } };
const builder = await createBuilder({
  configFile: join(import.meta.dirname, '..', '..', 'vite.config.ts'),
  environments: { client, cli: own, electron: own, preload: own },
  logLevel: 'error',
});
for (const name of ['client', 'cli', 'electron', 'preload']) {
  const environment = builder.environments[name];
  if (environment === undefined) throw new Error(`vite.config.ts builds no ${name}`);
  await builder.build(environment);
}
