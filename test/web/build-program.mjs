// Builds the command line and the page beside it into the folder named on the command line. Started as a program of its
// own, so that the page is built as it ships and not as the test runner's environment says.
import { join } from 'node:path';
import { createBuilder } from 'vite';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node build-program.mjs FOLDER');

const builder = await createBuilder({
  configFile: join(import.meta.dirname, '..', '..', 'vite.config.ts'),
  environments: { cli: { build: { outDir: folder } }, client: { build: { outDir: join(folder, 'renderer') } } },
  logLevel: 'error',
});
for (const name of ['cli', 'client']) {
  const environment = builder.environments[name];
  if (environment === undefined) throw new Error(`vite.config.ts builds no ${name}`);
  await builder.build(environment);
}
