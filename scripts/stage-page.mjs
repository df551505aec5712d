// The stage of test/e2e/stage, built once for each state of its sources, and a loopback server for it.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { BUILD_INPUTS, ROOT } from './checkout.mjs';
import { runChild } from './child.mjs';
import { keptBuild } from './kept-build.mjs';

const INPUTS = [...BUILD_INPUTS, 'test/e2e/stage', 'test/kit'];

/** @type {Readonly<Record<string, string>>} */
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** The strictest policy that the page has to live with; the hosts send one like it. */
export const PAGE_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'";

/** @returns {Promise<string>} the folder of the built stage */
export function buildStage() {
  return keptBuild('stage', INPUTS, async (folder) => {
    const program = join(ROOT, 'test', 'e2e', 'stage', 'build-stage.mjs');
    const env = { ...process.env, NODE_ENV: 'production' };
    const { code, output } = await runChild(process.execPath, [program, folder], { cwd: ROOT, output: 'capture', env });
    if (code !== 0) throw new Error(`the stage could not be built:\n${output}`);
  });
}

/**
 * Serves a folder of the built page on loopback, with the policy that the hosts send.
 * @param {string} folder
 * @returns {Promise<{ address: string, close: () => Promise<void> }>}
 */
export function serveFolder(folder) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const file = join(folder, normalize(pathname === '/' ? '/index.html' : pathname));
    const type = TYPES[extname(file)];
    if (!file.startsWith(folder) || type === undefined || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': type, 'content-security-policy': PAGE_POLICY });
    response.end(readFileSync(file));
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
      const close = () =>
        /** @type {Promise<void>} */ (
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          })
        );
      resolve({ address: `http://127.0.0.1:${port}/`, close });
    });
  });
}
