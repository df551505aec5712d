// Streams to addresses of a node: the same bytes, ends and errors over every way there.
import { writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../kit/sshd-port.ts';
import {
  CARRIER_WAYS,
  carriers,
  nothingLeft,
  onlyWith,
  reach,
  reachSshd,
  readToClose,
  SSH_WAYS,
  startDeafPort,
  startEngine,
  WAYS,
} from './address-ways.ts';
import { within } from './link-suite.ts';

const HOST = '127.0.0.1';
const NO_HOSTS = [
  '127.0.0.1;id',
  '$(id)',
  '`id`',
  '::1%lo',
  '[::1]',
  'a b',
  "a'b",
  '-x',
  '',
  'localhost\n',
  'a/b',
  'h\u00F6st',
  'x'.repeat(300),
];
/** Each byte value, many times. */
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 * 1024 }, (_, index) => index % 256));

describe.each(WAYS)('a stream to an address of the node (%s)', (way) => {
  it('carries the same bytes both ways, and the engine sees it end', async () => {
    const { link, sshd } = await reach(way);
    const engine = await startEngine((socket) => socket.pipe(socket));
    const stream = await link.open({ host: HOST, port: engine.port });
    const back: Buffer[] = [];
    let size = 0;
    const whole = new Promise<void>((resolve) =>
      stream.on('data', (chunk: Buffer) => {
        back.push(chunk);
        size += chunk.length;
        if (size >= EVERY_BYTE.length) resolve();
      }),
    );
    stream.write(EVERY_BYTE);
    await whole;
    expect(Buffer.concat(back).equals(EVERY_BYTE)).toBe(true);
    const pids = await carriers(sshd);
    expect(pids.length > 0).toBe(way !== 'local' && way !== 'forward');
    stream.end();
    expect(await within(10_000, async () => engine.sockets.size === 0)).toBe(true);
    expect(await nothingLeft(sshd, pids)).toBe(true);
  });

  it('loses nothing of 3 MB to a reader that takes its time, then sees the engine end', async () => {
    const { link, sshd } = await reach(way);
    const engine = await startEngine((socket) => socket.end(Buffer.alloc(3_000_000, 'x')));
    const stream = await link.open({ host: HOST, port: engine.port });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const pids = await carriers(sshd);
    expect((await readToClose(stream)).length).toBe(3_000_000);
    expect(await nothingLeft(sshd, pids)).toBe(true);
  });

  it('says that nobody listens there', async () => {
    const { link, sshd } = await reach(way);
    const port = await freePort();
    await expect(link.open({ host: HOST, port })).rejects.toMatchObject({
      code: 'connection-refused',
      message: expect.stringMatching(
        new RegExp(`^Nobody listens at 127\\.0\\.0\\.1:${port} on .*\\. Check the port`),
      ) as string,
    });
    expect(await nothingLeft(sshd, [])).toBe(true);
  });

  it('gives up an address that does not answer, and leaves nothing that still tries', async () => {
    const { link, sshd } = await reach(way);
    const port = await startDeafPort();
    const isCarried = way !== 'local' && way !== 'forward';
    const pids: number[] = [];
    const looking = setInterval(() => void carriers(sshd).then((found) => pids.push(...found)), 200);
    onTestFinished(() => clearInterval(looking));
    // Starting the program takes a part of it; on a busy machine all of it, and then it is tried with more.
    for (const limitMs of isCarried ? [2_500, 15_000] : [500]) {
      const before = performance.now();
      await expect(link.open({ host: HOST, port }, limitMs)).rejects.toMatchObject({
        code: 'timeout',
        message: expect.stringContaining(`within ${limitMs / 1000} s`) as string,
      });
      // Far less than what the kernel tries by itself.
      expect(performance.now() - before).toBeLessThan(limitMs + 30_000);
      expect(await nothingLeft(sshd, pids)).toBe(true);
      if (pids.length > 0) break;
    }
    expect(pids.length > 0).toBe(isCarried);
  });

  it('is closed with the link', async () => {
    const { link, sshd } = await reach(way);
    const engine = await startEngine((socket) => socket.write('hello'));
    const stream = await link.open({ host: HOST, port: engine.port });
    const reading = readToClose(stream);
    const pids = await carriers(sshd);
    await link.close();
    await reading;
    expect(await within(10_000, async () => engine.sockets.size === 0)).toBe(true);
    expect(await nothingLeft(sshd, pids)).toBe(true);
    await expect(link.open({ host: HOST, port: engine.port })).rejects.toMatchObject({ code: 'lost' });
  });

  it.runIf(hasIPv6())('reaches an IPv6 address [needs IPv6]', async () => {
    const { link } = await reach(way);
    const engine = await startEngine((socket) => socket.end('six'), '::1');
    const stream = await link.open({ host: '::1', port: engine.port });
    expect(String(await readToClose(stream))).toBe('six');
  });
});

describe.each(['local', 'forward', 'bash'] as const)('what is no address (%s)', (way) => {
  it('is refused before anything happens', async () => {
    const { link, sshd } = await reach(way);
    for (const host of NO_HOSTS) {
      await expect(link.open({ host, port: 80 })).rejects.toMatchObject({ code: 'bad-target' });
    }
    for (const port of [0, -1, 65_536, 1.5, Number.NaN]) {
      await expect(link.open({ host: HOST, port })).rejects.toMatchObject({ code: 'bad-target' });
    }
    const log = sshd === null ? '' : await sshd.log();
    expect(log).not.toMatch(/direct-tcpip|Starting session: /);
  });
});

describe.each(SSH_WAYS)('a stream whose connection is lost (%s)', (way) => {
  it('ends, and nothing of it stays on the node', async () => {
    const { link, sshd } = await reach(way);
    const engine = await startEngine((socket) => socket.write('hello'));
    const stream = await link.open({ host: HOST, port: engine.port });
    const reading = readToClose(stream);
    const pids = await carriers(sshd);
    expect(pids.length > 0).toBe(way !== 'forward');
    await sshd?.killSessions();
    await reading;
    expect(await within(10_000, async () => engine.sockets.size === 0)).toBe(true);
    expect(await nothingLeft(sshd, pids)).toBe(true);
    expect(await link.closed).toMatchObject({ code: 'lost' });
  });
});

describe.each(CARRIER_WAYS)('a connection that is lost while %s still connects', (way) => {
  it('takes the program with it, long before its own limit', async () => {
    const { link, sshd } = await reach(way);
    const opening = link.open({ host: HOST, port: await startDeafPort() }, 60_000);
    // The program and its guard.
    await expect.poll(async () => (await carriers(sshd)).length).toBe(2);
    const pids = await carriers(sshd);
    await sshd?.killSessions();
    await expect(opening).rejects.toMatchObject({ code: 'lost' });
    expect(await nothingLeft(sshd, pids)).toBe(true);
  });
});

describe('a node that refuses to forward', () => {
  it('and has no program to do it with says so', async () => {
    const { link } = await reachSshd(await onlyWith([]));
    const engine = await startEngine((socket) => socket.end('here'));
    await expect(link.open({ host: HOST, port: engine.port })).rejects.toMatchObject({
      code: 'forward-refused',
      message: expect.stringMatching(/AllowTcpForwarding.*no bash, python3, perl/) as string,
    });
    expect(engine.accepted()).toBe(0);
  });

  it.each([['PermitOpen 127.0.0.1:1'], ['DisableForwarding yes']])('by "%s" is reached all the same', async (line) => {
    const { link } = await reachSshd({ extraConfig: [line] });
    const engine = await startEngine((socket) => socket.end('here'));
    expect(String(await readToClose(await link.open({ host: HOST, port: engine.port })))).toBe('here');
  });

  it('passes over a bash that has no network redirections', async () => {
    const options = await onlyWith(['perl']);
    // It takes the address for the name of a file.
    const said = 'bash: /dev/tcp/127.0.0.1/1: No such file or directory';
    await writeFile(join(dirname(options.loginShell), 'bash'), `#!/bin/sh\necho "${said}" >&2\nexit 1\n`, {
      mode: 0o755,
    });
    const { link } = await reachSshd(options);
    const engine = await startEngine((socket) => socket.end('here'));
    expect(String(await readToClose(await link.open({ host: HOST, port: engine.port })))).toBe('here');
  });

  it('and greets every command with a page of text is understood', async () => {
    const { link } = await reachSshd({
      extraConfig: ['AllowTcpForwarding no'],
      loginNoise: `${'Welcome!\r\n'.repeat(300)}residuum-stream 0123 open`,
    });
    const engine = await startEngine((socket) => socket.end('here'));
    expect(String(await readToClose(await link.open({ host: HOST, port: engine.port })))).toBe('here');
  });
});

function hasIPv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some((each) => each.address === '::1') === true);
}
