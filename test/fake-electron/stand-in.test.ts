// The stand-in of Electron does not smile and do nothing: what it lacks, or cannot play, fails by its name.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runChild } from '../../scripts/child.mjs';
import { REPOSITORY } from '../architecture/source-file.ts';
import { SchemeUrls } from './scheme-urls.ts';

vi.setConfig({ testTimeout: 60_000 });

const place = { folder: '' };

beforeEach(() => {
  place.folder = mkdtempSync(join(tmpdir(), 'residuum-stand-in-'));
});

afterEach(() => {
  rmSync(place.folder, { recursive: true, force: true });
});

/** A program for Electron, started as `npx electron FOLDER` would. */
async function run(main: string): Promise<{ code: number; output: string }> {
  writeFileSync(join(place.folder, 'package.json'), JSON.stringify({ type: 'module', main: 'main.js' }));
  writeFileSync(join(place.folder, 'main.js'), main);
  const env = {
    PATH: process.env['PATH'],
    XDG_CONFIG_HOME: place.folder,
    ELECTRON_OVERRIDE_DIST_PATH: join(REPOSITORY, 'test/fake-electron'),
  };
  const cli = join(REPOSITORY, 'node_modules/electron/cli.js');
  return runChild(process.execPath, [cli, place.folder], { cwd: REPOSITORY, output: 'capture', env });
}

describe('the stand-in', () => {
  it('runs a main file, and ends with its code', async () => {
    const main = `import { app } from 'electron'; app.whenReady().then(() => app.exit(7));`;
    expect(await run(main)).toEqual({ code: 7, output: '' });
  });

  it.each([
    ['a module', `import { Tray } from 'electron'; new Tray();`, "does not provide an export named 'Tray'"],
    ['a function', `import { app } from 'electron'; app.setBadgeCount(1);`, 'has no app.setBadgeCount.'],
    [
      'a deeper one',
      `import { session } from 'electron'; session.defaultSession.cookies;`,
      'has no session.defaultSession.cookies.',
    ],
    [
      'a window with Node',
      `import { BrowserWindow } from 'electron'; new BrowserWindow({ webPreferences: { nodeIntegration: true } });`,
      'without Node only',
    ],
    [
      'a window without sandbox',
      `import { BrowserWindow } from 'electron'; new BrowserWindow({ webPreferences: { sandbox: false } });`,
      'sandboxed windows',
    ],
    [
      'a scheme nobody registered',
      `import { protocol } from 'electron'; protocol.handle('app', () => new Response());`,
      'app was not registered as privileged',
    ],
    [
      'somebody at a dialog',
      `import { dialog } from 'electron'; await dialog.showOpenDialog({});`,
      'There is nobody at a dialog',
    ],
  ])('lacks %s aloud', async (_what, main, says) => {
    const { code, output } = await run(main);
    expect(code).not.toBe(0);
    expect(output).toContain(says);
  });
});

describe('addresses of an own scheme', () => {
  it('go to the browser and back as they were', () => {
    const urls = new SchemeUrls();
    urls.register('app');
    const ours = 'app://residuum/assets/a.js?b=1#c';
    expect(urls.toBrowser(ours)).toBe('https://residuum.app.invalid/assets/a.js?b=1#c');
    expect(urls.toElectron(urls.toBrowser(ours))).toBe(ours);
  });

  it('that are not of a registered scheme stay as they are', () => {
    const urls = new SchemeUrls();
    for (const url of ['app://residuum/', 'https://residuum.app.invalid/', 'about:blank', 'data:text/html,x']) {
      expect([urls.toBrowser(url), urls.toElectron(url)]).toEqual([url, url]);
    }
  });
});
