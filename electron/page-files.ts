// Answers `app://residuum/…` from the files of the built page. The map is made once; nothing else of the disk is served.
import { lstatSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { isOurUrl } from './app-origin.ts';
import { PAGE_HEADERS } from './content-policy.ts';

/** A file with another ending is not part of a page. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

interface PageFile {
  readonly path: string;
  readonly type: string;
}

/** By the path of its URL, such as `/assets/index-1a2b.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Throws when the folder is not there: without a page there is nothing to show. */
export function findPageFiles(folder: string): PageFiles {
  return new Map(filesUnder(folder, ''));
}

/** One folder after the other: inside a packaged archive that is what Electron's own `fs` is sure to know. */
function filesUnder(folder: string, below: string): readonly (readonly [string, PageFile])[] {
  return readdirSync(join(folder, below)).flatMap((name) => {
    const here = `${below}/${name}`;
    const path = join(folder, here);
    const seen = lstatSync(path);
    if (seen.isDirectory()) return filesUnder(folder, here);
    const type = TYPES[extname(name)];
    return seen.isFile() && type !== undefined ? [[here, { path, type }] as const] : [];
  });
}

/** Never rejects for a wrong request: it gets 403, 404 or 405 with the same headers. */
export async function answerPage(files: PageFiles, method: string, url: string): Promise<Response> {
  if (!isOurUrl(url)) return refusal(403, 'Not a page of Residuum.');
  if (method !== 'GET' && method !== 'HEAD') return refusal(405, 'Only GET is answered.');
  const file = files.get(new URL(url).pathname);
  if (file === undefined) return refusal(404, 'There is no such file in the page.');
  const body = method === 'HEAD' ? null : await readFile(file.path);
  return new Response(body, { headers: { ...PAGE_HEADERS, 'Content-Type': file.type } });
}

function refusal(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...PAGE_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' } });
}
