// `npm run build:viewer`: the page that opens recordings, as one HTML file that needs no server. `-- FILE` names it.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { ROOT } from './checkout.mjs';
import { enter, sayOnStdout } from './entry.mjs';

/** Built as it ships, whatever the environment of whoever builds says. */
process.env['NODE_ENV'] = 'production';

await enter(async () => {
  const [named] = process.argv.slice(2);
  const file = named === undefined ? join(ROOT, 'dist', 'residuum-viewer.html') : resolve(named);
  const { script, styles } = await parts();
  mkdirSync(dirname(file), { recursive: true });
  const page = htmlOf(script, styles);
  writeFileSync(file, page);
  sayOnStdout(`${file} (${Math.round(page.length / 1024)} KiB)`);
  return 0;
});

/** @returns {Promise<{ script: string, styles: string }>} everything that the page runs, and its styles */
async function parts() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const built = await build({
    configFile: false,
    root: join(ROOT, 'renderer'),
    publicDir: false,
    logLevel: 'warn',
    plugins: [react(), tailwindcss()],
    // Without a host there is nobody to ask which Residuum this is.
    define: { RESIDUUM_VERSION: JSON.stringify(version) },
    build: {
      write: false,
      target: 'es2023',
      cssCodeSplit: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      chunkSizeWarningLimit: 4_000,
      modulePreload: false,
      rolldownOptions: {
        input: join(ROOT, 'renderer', 'viewer.html'),
        output: { format: 'es', codeSplitting: false },
      },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((each) => ('output' in each ? each.output : []));
  const chunks = outputs.filter((each) => each.type === 'chunk');
  const [chunk] = chunks;
  if (chunk === undefined || chunks.length !== 1) throw new Error(`the viewer has ${chunks.length} scripts, not one`);
  const sheets = outputs.filter((each) => each.type === 'asset' && each.fileName.endsWith('.css'));
  return { script: chunk.code, styles: sheets.map((each) => ('source' in each ? String(each.source) : '')).join('\n') };
}

/**
 * @param {string} script
 * @param {string} styles
 */
function htmlOf(script, styles) {
  // Inside a script the browser looks for its end and for nothing else.
  const safe = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const hash = createHash('sha256').update(safe).digest('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Residuum</title>
    <style>${styles.replaceAll('</style', '<\\/style')}</style>
  </head>
  <body>
    <div id="root"></div>
    <script type="module">${safe}</script>
  </body>
</html>
`;
}
