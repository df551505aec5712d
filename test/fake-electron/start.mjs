// Starts the stand-in of Electron: makes `electron` importable, then runs the application's own built main file.
import { readFileSync } from 'node:fs';
import { open } from 'node:inspector';
import Module, { register } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runnerImport } from 'vite';

const words = process.argv.slice(2);
const root = join(import.meta.dirname, '..', '..');
const { module } = await runnerImport(join(import.meta.dirname, 'modules.ts'), {
  configFile: false,
  root,
  logLevel: 'error',
});

const modules = module.fakeElectron(words);
const place = 'residuum.fake-electron';
globalThis[Symbol.for(place)] = modules;
const source = `export const { ${Object.keys(modules).join(', ')} } = globalThis[Symbol.for('${place}')];`;
const hook = `export const resolve = (name, context, next) => name === 'electron'
  ? { url: ${JSON.stringify(`data:text/javascript,${encodeURIComponent(source)}`)}, shortCircuit: true }
  : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
// What asks with `require`, such as a test that looks into this process, gets the same.
const load = Module._load;
Module._load = (name, ...rest) => (name === 'electron' ? modules : load(name, ...rest));

if (words.some((word) => /^--inspect(?:=|$)/.test(word))) open(0, '127.0.0.1');
const folder = resolve(words.find((word) => !word.startsWith('-')) ?? '.');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
await import(pathToFileURL(join(folder, manifest.main)).href);
// Real Electron is ready only after the main module has run.
modules.app.begin();
