// How each host and the page are built, and how the tests run. One environment a program; `vite build` makes them all.
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { EnvironmentOptions, Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const SHEBANG = '#!/usr/bin/env node\n';

/** The `bin` of package.json must start with a shebang and be executable, whether or not the entry had one. */
function executable(): Plugin {
  return {
    name: 'residuum-executable',
    applyToEnvironment: ({ name }) => name === 'cli',
    generateBundle(_options, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk' || !part.isEntry) continue;
        part.code = SHEBANG + part.code.replace(/^#!.*\n/, '');
      }
    },
    writeBundle(options, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type === 'chunk' && part.isEntry) chmodSync(join(options.dir ?? 'dist', part.fileName), 0o755);
      }
    },
  };
}

/** The demo recordings, beside the program and the page. */
function demoRecordings(): Plugin {
  const folder = join(import.meta.dirname, 'demos');
  return {
    name: 'residuum-demos',
    applyToEnvironment: ({ name }) => name === 'cli',
    generateBundle() {
      for (const name of readdirSync(folder).filter((each) => each.endsWith('.gz'))) {
        this.emitFile({ type: 'asset', fileName: `demos/${name}`, source: readFileSync(join(folder, name)) });
      }
    },
  };
}

/** The font of PNG, beside the program, with its licence: two files of a package that has many. */
function pngFont(): Plugin {
  const folder = join(import.meta.dirname, 'node_modules', 'dejavu-fonts-ttf');
  return {
    name: 'residuum-font',
    applyToEnvironment: ({ name }) => name === 'cli',
    generateBundle() {
      for (const path of ['ttf/DejaVuSans.ttf', 'ttf/DejaVuSans-Bold.ttf', 'LICENSE']) {
        const source = readFileSync(join(folder, path));
        this.emitFile({ type: 'asset', fileName: `fonts/${basename(path)}`, source });
      }
    },
  };
}

/** Installed beside us by npm; bundling ssh2 would pull its optional native code in. */
const INSTALLED = ['ssh2', 'commander', 'zod', 'picocolors', 'ws', 'electron', '@resvg/resvg-js'];

/** A program for Node in one file: one that is running must not lose a chunk when the next build replaces dist. */
function nodeProgram(entry: string, file: string): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { external: INSTALLED },
    build: {
      ssr: true,
      target: 'node20.19',
      outDir: join(import.meta.dirname, 'dist'),
      emptyOutDir: false,
      copyPublicDir: false,
      // Node reports an error by line, so names and lines are kept.
      minify: false,
      rolldownOptions: {
        input: join(import.meta.dirname, entry),
        external: INSTALLED,
        output: { entryFileNames: file, format: 'es', codeSplitting: false },
      },
    },
  };
}

/** Electron runs it in the window before the page: one file, of the old module kind, in a sandbox without Node. */
function preloadProgram(entry: string, file: string): EnvironmentOptions {
  const program = nodeProgram(entry, file);
  const output = { entryFileNames: file, format: 'cjs', codeSplitting: false } as const;
  const rolldownOptions = { ...program.build?.rolldownOptions, output };
  return { ...program, build: { ...program.build, target: 'chrome140', rolldownOptions } };
}

const PURE_TESTS = ['test/shared/**/*.test.ts', 'test/renderer/**/*.test.ts'];
const NO_TESTS = ['dist/**', 'node_modules/**', '.cache/**'];

export default defineConfig({
  root: join(import.meta.dirname, 'renderer'),
  // The page is also opened from app:// and, one day, from a file.
  base: './',
  plugins: [executable(), demoRecordings(), pngFont(), react(), tailwindcss()],
  environments: {
    client: {
      build: { outDir: join(import.meta.dirname, 'dist/renderer'), emptyOutDir: true, target: 'es2023' },
    },
    cli: nodeProgram('cli/main.ts', 'cli/main.js'),
    electron: nodeProgram('electron/main.ts', 'electron/main.js'),
    preload: preloadProgram('electron/preload.ts', 'electron/preload.cjs'),
  },
  builder: {},
  test: {
    root: import.meta.dirname,
    pool: 'forks',
    // The default leaves one core idle, and most tests wait for a process rather than compute.
    maxWorkers: '100%',
    // Nets under tests that hang, far from what any needs: beside other work a machine is ten times slower than alone, and
    // what is set up before the tests of a file may be a whole build.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    // Of `expect.poll`. A condition that holds ends the wait at once; the default of a second fails beside other work.
    expect: { poll: { timeout: 20_000 } },
    // Times in tables are written in UTC; a test must not depend on the zone of the machine.
    env: { TZ: 'UTC' },
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: PURE_TESTS,
          exclude: NO_TESTS,
          // Functions of their inputs: many files may share a process, and each proves that it leaves nothing in it.
          isolate: false,
          setupFiles: ['test/kit/same-chance.ts', 'test/kit/leaves-nothing.ts'],
          // They wait for nothing and only compute: on a busy machine that takes longer, and means nothing.
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.test.ts'],
          exclude: [...NO_TESTS, ...PURE_TESTS],
          setupFiles: ['test/kit/ends-with-run.ts'],
        },
      },
    ],
  },
});
