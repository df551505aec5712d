// `residuum serve` as users run it: what it prints, what its page can do, which browser it starts, and how it ends.
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebSocket } from 'ws';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { noBrowserBecause } from '../../cli/browser.ts';
import { connect, type Client } from '../../shared/rpc/client.ts';
import { contract } from '../../shared/rpc/contract.ts';
import { socketPipe } from '../../web/socket-pipe.ts';
import { freePort } from '../kit/sshd-port.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { buildProgram, startProgram, type Running } from './built.ts';
import { ask, greet, knock } from './started-host.ts';

const machine = { home: '', sockets: [] as WebSocket[] };

beforeAll(buildProgram);

beforeEach(() => {
  machine.home = mkdtempSync(join(tmpdir(), 'residuum-serve-'));
});

afterEach(() => {
  for (const socket of machine.sockets.splice(0)) socket.terminate();
  rmSync(machine.home, { recursive: true, force: true });
});

function serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Running {
  return startProgram(['serve', ...args], { HOME: machine.home, XDG_CONFIG_HOME: machine.home, ...env });
}

async function clientAt(address: string): Promise<Client> {
  const { port, hash } = new URL(address);
  const socket = await knock(Number(port));
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  machine.sockets.push(socket);
  expect(await greet(socket, `token ${hash.slice(1, 65)}`)).toBe('welcome');
  return connect(contract, socketPipe(socket));
}

/** A port that somebody has, and nobody else when it is freed. */
async function takenPort(): Promise<{ port: number; free: () => void }> {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port, free: () => void server.close() };
}

describe('residuum serve', () => {
  it('prints one line, serves the page and the demo, and ends cleanly on SIGTERM', async () => {
    const running = serve();
    const address = await running.ready();
    expect(running.out()).toBe(`READY ${address}\n`);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{64}$/);
    await expect
      .poll(() => running.err())
      .toBe('No browser was opened: there is no display. Open the address yourself. Stop with Ctrl+C.\n');
    const port = Number(new URL(address).port);
    const page = await ask(port, '/');
    expect(page.body).toContain('<title>Residuum</title>');
    const [, script = ''] = /src="\.(\/[^"]+\.js)"/.exec(page.body) ?? [];
    expect((await ask(port, script)).headers['content-type']).toBe('text/javascript; charset=utf-8');

    const client = await clientAt(address);
    expect(await client['app.info']({})).toMatchObject({ version: packageJson.version, host: 'web' });
    const { node } = await client['node.open']({ target: 'demo', intervalMs: 500 });
    const seen = { frames: 0, ended: '' };
    const reading = (async () => {
      for await (const each of client['node.observe']({ node })) if (each.kind === 'frame') seen.frames += 1;
    })().catch((error: { code: string }) => (seen.ended = error.code));
    await vi.waitUntil(() => seen.frames >= 4, { timeout: 30_000 });

    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    await reading;
    expect(seen.ended).toBe('closed');
    await expect(ask(port, '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('ends cleanly on Ctrl+C at once, also before it has said anything more', async () => {
    const running = serve(['--no-open', '--demo']);
    expect(await running.ready()).toMatch(/#[0-9a-f]{64}&open=demo$/);
    running.child.kill('SIGINT');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.err()).toBe('');
  });

  it('takes the port that it is given, and says in a sentence when somebody has it', async () => {
    const { port, free } = await takenPort();
    try {
      const running = serve(['--port', String(port)]);
      expect(await running.ended).toEqual({ code: 3, signal: null });
      expect([running.out(), running.err()]).toEqual([
        '',
        `Port ${port} of 127.0.0.1 is in use by another program. Give another one with --port, or leave it out: then a free one is chosen.\n`,
      ]);
    } finally {
      free();
    }
    const second = serve(['--port', String(port), '--no-open']);
    expect(new URL(await second.ready()).port).toBe(String(port));
  });

  it.each([
    ['--port', '65536'],
    ['--port', '-1'],
    ['--port', '80.5'],
    ['--port', 'http'],
  ])('refuses %s %s', async (name, value) => {
    const running = serve([`${name}=${value}`]);
    expect(await running.ended).toEqual({ code: 3, signal: null });
    expect(running.err()).toBe(`--port must be a number from 0 to 65535, got "${value}".\n`);
  });

  it('lets no other machine in unless it is told so twice, and says what that means', async () => {
    const refused = serve(['--host', '0.0.0.0', '--port', '8080']);
    expect(await refused.ended).toEqual({ code: 3, signal: null });
    expect(refused.err()).toBe(
      '--host 0.0.0.0 would let other machines in. Other machines can reach this page, and nothing on the way is ' +
        'encrypted: whoever has the address, or overhears it, sees your nodes and can open others with your keys. Leave ' +
        '--host out and use "ssh -L 8080:127.0.0.1:8080" from the other machine, or say --allow-remote as well.\n',
    );
    const allowed = serve(['--host', '0.0.0.0', '--allow-remote', '--no-open']);
    expect(await allowed.ready()).toMatch(/^http:\/\/127\.0\.0\.1:/);
    // Said before, and on another pipe.
    await expect
      .poll(() => allowed.err())
      .toMatch(/^Other machines can reach this page, and nothing on the way is encrypted: /);
  });
});

describe('the browser', () => {
  it('gets an address that opens the page once, and never the token', async () => {
    const opener = join(machine.home, 'xdg-open');
    const heard = join(machine.home, 'heard');
    writeFileSync(opener, `#!/bin/sh\nprintf '%s' "$*" > '${heard}.new' && mv '${heard}.new' '${heard}'\n`);
    chmodSync(opener, 0o755);
    const env = { PATH: `${machine.home}:${process.env['PATH'] ?? ''}`, DISPLAY: ':99' };
    const running = serve(['--demo'], env);
    const address = await running.ready();
    await vi.waitUntil(() => existsSync(heard), { timeout: 30_000 });
    const given = readFileSync(heard, 'utf8');
    const token = new URL(address).hash.slice(1, 65);
    expect(given).not.toContain(token);
    const { port, hash } = new URL(given);
    const [, ticket = ''] = /^#once=([0-9a-f]{64})&open=demo$/.exec(hash) ?? [];
    const socket = await knock(Number(port));
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    machine.sockets.push(socket);
    expect(await greet(socket, `ticket ${ticket}`)).toBe(`welcome ${token}`);
  });

  it('is on another machine for who is logged in over ssh, who is told how to reach the page from there', async () => {
    const running = serve([], { SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22', DISPLAY: 'localhost:10.0' });
    const { port } = new URL(await running.ready());
    await expect
      .poll(() => running.err())
      .toBe(
        `No browser was opened: you are logged in over ssh. On your own machine run "ssh -L ${port}:127.0.0.1:${port} HOST" ` +
          'with this machine as HOST, and open the address there. Stop with Ctrl+C.\n',
      );
  });

  it('that is not there is said, and the page is served all the same', async () => {
    const running = serve(['--open'], { PATH: machine.home });
    await running.ready();
    await expect
      .poll(() => running.err())
      .toBe('No browser could be started. Open the address yourself. Stop with Ctrl+C.\n');
  });

  it.each<[Readonly<Record<string, string>>, NodeJS.Platform, string | undefined]>([
    [{ DISPLAY: ':0' }, 'linux', undefined],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', undefined],
    [{}, 'linux', 'there is no display'],
    [{}, 'darwin', undefined],
    [{}, 'win32', undefined],
    [{ DISPLAY: ':0', CI: 'true' }, 'linux', 'this runs without a person (CI is set)'],
    [{ DISPLAY: ':0', CI: 'false' }, 'linux', undefined],
    [{ DISPLAY: 'localhost:10.0', SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22' }, 'linux', 'you are logged in over ssh'],
    [{ SSH_TTY: '/dev/pts/3' }, 'darwin', 'you are logged in over ssh'],
  ])('in %j on %s: %s', (env, platform, because) => {
    expect(noBrowserBecause(env, platform)).toBe(because);
  });
});
