// `node scripts/demo-recordings.mjs` makes the recordings in demos/ again: incidents played through the real probe's format.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ROOT } from './checkout.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { prepare } from './prepare.mjs';

const FOLDER = 'demos';

await enter(async () => {
  await prepare(sayOnStderr, { build: false });
  // Installed only now. It runs TypeScript and the `?raw` imports of the probe without a build.
  const vite = await import(pathToFileURL(join(ROOT, 'node_modules', 'vite', 'dist', 'node', 'index.js')).href);
  const options = { configFile: false, root: ROOT, logLevel: 'error' };
  const { module: incidents } = await vite.runnerImport(join(ROOT, 'shared/source/demo-incidents.ts'), options);
  const { module: recording } = await vite.runnerImport(join(ROOT, 'node/demo/demo-recording.ts'), options);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  for (const incident of incidents.DEMO_INCIDENTS) {
    const file = join(FOLDER, `${incident.name}.residuum.jsonl.gz`);
    const packed = gzipSync(recording.demoRecording(incident, version), { level: 9 });
    writeFileSync(join(ROOT, file), packed);
    sayOnStderr(`written: ${file}, ${(packed.length / 1024).toFixed(1)} KiB`);
  }
});
