// `app://residuum/…` is answered from the built page only, with the content policy on every answer.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerPage, findPageFiles } from '../../electron/page-files.ts';

const place = { folder: '' };

beforeEach(() => {
  place.folder = mkdtempSync(join(tmpdir(), 'residuum-page-'));
  mkdirSync(join(place.folder, 'page/assets'), { recursive: true });
  writeFileSync(join(place.folder, 'page/index.html'), '<!doctype html>');
  writeFileSync(join(place.folder, 'page/assets/a.js'), 'export {};');
  writeFileSync(join(place.folder, 'page/notes.txt'), 'not part of a page');
  writeFileSync(join(place.folder, 'secret.js'), 'secret');
  symlinkSync(join(place.folder, 'secret.js'), join(place.folder, 'page/link.js'));
});

afterEach(() => {
  rmSync(place.folder, { recursive: true, force: true });
});

async function answer(url: string, method = 'GET'): Promise<readonly [number, string, string | null]> {
  const response = await answerPage(findPageFiles(join(place.folder, 'page')), method, url);
  return [response.status, await response.text(), response.headers.get('content-type')];
}

describe('answers', () => {
  it('gives each file with its type', async () => {
    expect(await answer('app://residuum/index.html')).toEqual([200, '<!doctype html>', 'text/html; charset=utf-8']);
    expect(await answer('app://residuum/assets/a.js?v=1#x')).toEqual([
      200,
      'export {};',
      'text/javascript; charset=utf-8',
    ]);
    expect(await answer('app://residuum/index.html', 'HEAD')).toEqual([200, '', 'text/html; charset=utf-8']);
  });

  it.each([
    ['app://residuum/', 404],
    ['app://residuum/notes.txt', 404],
    ['app://residuum/link.js', 404],
    ['app://residuum/../secret.js', 404],
    ['app://residuum/%2e%2e/secret.js', 404],
    ['app://residuum/..%2fsecret.js', 404],
    ['app://residuum//secret.js', 404],
    ['app://residuum/assets', 404],
    ['app://elsewhere/index.html', 403],
    ['https://residuum/index.html', 403],
  ])('refuses %s with %i', async (url, status) => {
    const [seen, text] = await answer(url);
    expect(seen).toBe(status);
    expect(text).not.toContain('secret');
  });

  it('answers nothing but GET and HEAD', async () => {
    expect((await answer('app://residuum/index.html', 'POST'))[0]).toBe(405);
  });

  it('is one map for its life: a file that comes later is not served', async () => {
    const files = findPageFiles(join(place.folder, 'page'));
    writeFileSync(join(place.folder, 'page/late.js'), '');
    expect((await answerPage(files, 'GET', 'app://residuum/late.js')).status).toBe(404);
  });

  it('throws where there is no page', () => {
    expect(() => findPageFiles(join(place.folder, 'gone'))).toThrow('ENOENT');
  });
});

describe('every answer has the headers of the content policy', () => {
  it.each(['app://residuum/index.html', 'app://residuum/assets/a.js', 'app://residuum/gone', 'app://elsewhere/'])(
    '%s',
    async (url) => {
      const { headers } = await answerPage(findPageFiles(join(place.folder, 'page')), 'GET', url);
      const policy = new Map(
        (headers.get('content-security-policy') ?? '').split('; ').map((part) => {
          const [name = '', ...values] = part.split(' ');
          return [name, values.join(' ')];
        }),
      );
      expect(Object.fromEntries(policy)).toEqual({
        'default-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self' 'unsafe-inline'",
        'img-src': "'self' data:",
        'font-src': "'self'",
        'connect-src': "'none'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
      });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );
});
