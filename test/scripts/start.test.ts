// `npm start` as a person types it: the page with its address, the demo's table once, or the desktop window.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noWindowBecause } from '../../scripts/desktop-window.mjs';
import { REPOSITORY } from '../architecture/source-file.ts';
import { startProcess, type Running } from '../web/built.ts';
import { ask } from '../web/started-host.ts';

const machine = { home: '' };

beforeEach(() => {
  machine.home = mkdtempSync(join(tmpdir(), 'residuum-start-'));
});

afterEach(() => {
  rmSync(machine.home, { recursive: true, force: true });
});

/** The checkout may have to be built first: what a script says about that is on standard error. */
function run(script: string, ...words: readonly string[]): Running {
  return startProcess([`scripts/${script}.mjs`, ...words], { HOME: machine.home, XDG_CONFIG_HOME: machine.home });
}

describe('npm start', () => {
  it('without a display says so, serves the page, and ends cleanly when it is stopped', async () => {
    const running = run('start', '--demo');
    const address = await running.ready();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{64}&open=demo$/);
    await expect
      .poll(() => running.err())
      .toContain('residuum: no desktop window: there is no display; serving the page to your browser instead\n');
    expect((await ask(Number(new URL(address).port), '/')).body).toContain('<title>Residuum</title>');
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.out()).toBe(`READY ${address}\n`);
  });

  it('with --once prints the table of the demo and ends', async () => {
    const running = run('start', '--once');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.out()).toMatch(/^DEMO DATA: nothing here was measured\.\n/);
  });

  it('with a port of its own means the web host, as npm run web does', async () => {
    const running = run('start', '--port', '99999');
    expect(await running.ended).toEqual({ code: 3, signal: null });
    expect(running.err()).toMatch(/--port must be a number from 0 to 65535, got "99999"\.\n$/);
    expect(running.err()).not.toContain('desktop');
    const web = run('web', '--no-open');
    await web.ready();
    web.child.kill('SIGINT');
    expect(await web.ended).toEqual({ code: 0, signal: null });
  });
});

describe('npm that is killed', () => {
  it('takes the host with it, although npm puts a shell between the two', async () => {
    // The shell stays, as it has something to do afterwards.
    const shell = spawn('sh', ['-c', '"$NODE" scripts/start.mjs --no-open; true'], {
      cwd: REPOSITORY,
      env: {
        PATH: process.env['PATH'],
        HOME: machine.home,
        XDG_CONFIG_HOME: machine.home,
        NODE: process.execPath,
        npm_lifecycle_event: 'start',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const closed = once(shell.stdout, 'close');
    let said = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await vi.waitUntil(() => /READY .*\n/.test(said), { timeout: 100_000 });
    const port = Number(/:(\d+)\//.exec(said)?.[1]);
    expect((await ask(port, '/')).status).toBe(200);
    shell.kill('SIGKILL');
    // The host holds the other end of the pipe until it ends.
    await closed;
    await expect(ask(port, '/')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('npm run desktop', () => {
  it('names what is missing and the other way', async () => {
    const running = run('desktop');
    expect(await running.ended).toEqual({ code: 3, signal: null });
    expect(running.err()).toMatch(
      /No desktop window: there is no display\. "npm run web" shows it in the browser\.\n$/,
    );
  });
});

describe('a desktop window', () => {
  const fit = {
    env: { DISPLAY: ':0' },
    platform: 'linux' as NodeJS.Platform,
    isRoot: false,
    hasElectron: true,
    hasProgram: true,
  };

  it.each([
    ['everything there', {}, undefined],
    ['Wayland', { env: { WAYLAND_DISPLAY: 'wayland-0' } }, undefined],
    ['no display', { env: {} }, 'there is no display'],
    ['a Mac', { env: {}, platform: 'darwin' as const, isRoot: true }, undefined],
    ['no Electron', { hasElectron: false }, 'the program of Electron is not here ("npm run desktop" fetches it)'],
    ['root', { isRoot: true }, 'Electron does not run as root'],
    ['root with a stand-in', { isRoot: true, env: { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: 'x' } }, undefined],
    ['an older build', { hasProgram: false }, 'the desktop program is not built'],
  ])('%s', (_what, but, because) => {
    expect(noWindowBecause({ ...fit, ...but })).toBe(because);
  });
});
