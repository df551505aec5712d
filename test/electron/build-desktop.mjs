// Builds the desktop program and its page into a folder of their own: dist/ may be in use, or old.
import { join } from 'node:path';
import { createBuilder } from 'vite';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node build-desktop.mjs FOLDER');
const dist = join(folder, 'dist');
const environments = {
  client: { build: { outDir: join(dist, 'renderer') } },
  electron: { build: { outDir: dist } },
  preload: { build: { outDir: dist } },
};
const configFile = join(import.meta.dirname, '..', '..', 'vite.config.ts');
const builder = await createBuilder({ configFile, environments, logLevel: 'error' });
for (const name of Object.keys(environments)) {
  const environment = builder.environments[name];
  if (environment === undefined) throw new Error(`vite.config.ts builds no ${name}`);
  await builder.build(environment);
}
