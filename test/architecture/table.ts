// The architecture, as a table: which folder may know which, and which package may be imported where.
// To change the architecture, change this file in a commit of its own that says why.

/** A folder's row: everything that its files may import. A folder always knows itself. */
export type Grants = Readonly<Record<string, readonly string[]>>;

/** Between the top-level folders. `proof` folders are not part of the product and may look at all of it. */
export const FOLDERS: Grants = {
  shared: [],
  node: ['shared'],
  cli: ['web', 'node', 'shared'],
  web: ['shared'],
  electron: ['node', 'shared'],
  renderer: ['shared'],
  scripts: [],
};

/** May import any folder, and nothing may import them (a benchmark may use the test kit). */
export const PROOFS: Grants = {
  test: ['shared', 'node', 'cli', 'web', 'electron', 'renderer', 'scripts'],
  bench: ['shared', 'node', 'cli', 'test', 'scripts'],
};

/** Inside `shared/`: base <- model <- probe | engines <- ledger <- gates <- session <- hints <- evidence ; recording, session <- source ; rpc ; probe, engines, recording <- redaction ; evidence, recording, redaction <- recorded */
export const SHARED_LAYERS: Grants = {
  base: [],
  model: ['base'],
  probe: ['base', 'model'],
  engines: ['base', 'model'],
  ledger: ['base', 'model', 'engines'],
  gates: ['base', 'model', 'engines', 'ledger'],
  // Its fold reads kept frames, live and recorded alike.
  session: ['base', 'model', 'probe', 'engines', 'ledger', 'gates'],
  hints: ['base', 'model', 'engines', 'ledger', 'gates', 'session'],
  evidence: ['base', 'model', 'engines', 'ledger', 'gates', 'session', 'hints'],
  recording: ['model'],
  // A recording without names must fold to the same numbers, so it knows how the probe writes and what engines are told by.
  redaction: ['base', 'model', 'probe', 'engines', 'recording'],
  // The demo answers with the words of the real probe; a replay folds what a recording holds, as live views do.
  source: ['model', 'probe', 'recording', 'session'],
  rpc: ['model', 'recording'],
  // What the command line and the page make of a recording, from its lines to a finished table: one place for both.
  recorded: ['base', 'model', 'gates', 'session', 'evidence', 'recording', 'redaction'],
};

/** Inside `node/`: link <- ssh | accounting | probe <- demo ; probe <- recording <- evidence ; all of them <- service */
export const NODE_LAYERS: Grants = {
  link: [],
  ssh: ['link'],
  accounting: ['link'],
  probe: ['link'],
  recording: ['probe'],
  evidence: ['recording'],
  demo: ['link', 'ssh', 'recording'],
  service: ['link', 'ssh', 'accounting', 'probe', 'recording', 'evidence'],
};

/**
 * Where a package may be imported: a folder (ends with `/`) or one file. A package without a row may be imported
 * nowhere. `node:` stands for Node's own modules, `vite/client` and the like count as their package.
 */
export const PACKAGES: Grants = {
  'node:': ['node/', 'cli/', 'web/', 'electron/', 'bench/', 'scripts/', 'test/', 'vite.config.ts'],
  // Its events and callbacks stay behind the link, the keys and the demo server.
  ssh2: [
    'node/demo/',
    'node/ssh/identities.ts',
    'node/ssh/key-file.ts',
    'node/ssh/ssh-agent.ts',
    'node/ssh/ssh2-auth.ts',
    'node/ssh/ssh2-failure.ts',
    'node/ssh/ssh2-link.ts',
    'node/ssh/ssh2-process.ts',
  ],
  electron: ['electron/', 'test/electron/'],
  commander: ['cli/'],
  picocolors: ['cli/'],
  zod: [
    'shared/evidence/',
    'shared/recording/',
    'shared/rpc/',
    'electron/',
    'test/shared/rpc/',
    'renderer/zod-without-eval.ts',
  ],
  fflate: ['node/evidence/bundle.ts', 'node/evidence/zip-stream.ts', 'test/'],
  'hyparquet-writer': ['node/evidence/table-parquet.ts'],
  hyparquet: ['test/'],
  '@duckdb/node-api': ['test/'],
  '@resvg/resvg-js': ['node/evidence/figure-png.ts', 'test/'],
  ws: ['web/', 'test/'],
  react: ['renderer/', 'test/e2e/stage/'],
  'react-dom': ['renderer/main.tsx', 'renderer/viewer.tsx', 'test/e2e/stage/main.tsx'],
  recharts: ['renderer/screens/compare/', 'renderer/screens/live/pair/', 'renderer/screens/live/verdicts/'],
  uplot: ['renderer/screens/live/timeline/'],
  'radix-ui': ['renderer/'],
  '@tanstack/react-virtual': ['renderer/screens/live/tree/'],
  'lucide-react': ['renderer/'],
  '@tailwindcss/vite': ['vite.config.ts', 'scripts/build-viewer.mjs', 'test/e2e/stage/build-stage.mjs'],
  '@vitejs/plugin-react': ['vite.config.ts', 'scripts/build-viewer.mjs', 'test/e2e/stage/build-stage.mjs'],
  'playwright-core': ['test/', 'bench/', 'scripts/screenshots.mjs'],
  '@axe-core/playwright': ['test/e2e/'],
  ajv: ['test/'],
  'fast-check': ['test/'],
  vite: [
    'scripts/build-viewer.mjs',
    'test/architecture/',
    'test/node/recording/recording-file.test.ts',
    'test/kit/build-app.mjs',
    'test/web/',
    'test/e2e/stage/build-stage.mjs',
    'test/fake-electron/start.mjs',
    'vite.config.ts',
  ],
  vitest: ['test/', 'vite.config.ts'],
};

/** Exports that no program calls, and why they are there all the same. */
export const UNUSED_ON_PURPOSE: ReadonlyMap<string, string> = new Map([
  ['shared/evidence/published-schemas.ts#publishedSchemas', 'its test writes docs/formats/*.schema.json with it'],
  ['node/demo/demo-recording.ts#demoRecording', 'scripts/demo-recordings.mjs loads it'],
  ['shared/source/demo-incidents.ts#DEMO_INCIDENTS', 'scripts/demo-recordings.mjs loads it'],
  ['electron/kept-secrets.ts#keptSecrets', 'nothing asks to keep a secret yet: docs/SECURITY.md'],
  ['shared/rpc/memory-pipe.ts#memoryPipe', 'a host inside the page: the stage and tests'],
]);
