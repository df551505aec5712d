// How the command line is bundled and how the tests run. Environments of later hosts are added here.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const SHEBANG = '#!/usr/bin/env node\n';

/** The `bin` of package.json must start with a shebang and be executable, whether or not the entry had one. */
function executable(): Plugin {
  return {
    name: 'residuum-executable',
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

export default defineConfig({
  plugins: [executable()],
  build: {
    ssr: 'cli/main.ts',
    target: 'node20.19',
    outDir: 'dist',
    emptyOutDir: true,
    // Node reports an error by line, so names and lines are kept.
    minify: false,
    rolldownOptions: {
      // Installed beside us by npm; bundling ssh2 would pull its optional native code in.
      external: ['ssh2', 'commander', 'zod', 'picocolors'],
      // One file: a command that is running must not lose a chunk when the next build replaces dist.
      output: { entryFileNames: 'cli/main.js', format: 'es', codeSplitting: false },
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**', '.cache/**'],
    pool: 'forks',
    // The default leaves one core idle, and most tests wait for a process rather than compute.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    // Times in tables are written in UTC; a test must not depend on the zone of the machine.
    env: { TZ: 'UTC' },
  },
});
