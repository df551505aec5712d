// The web host against everything that is not its own page: other sites, other names, wrong tokens, paths, floods.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../shared/rpc/client.ts';
import { contract } from '../../shared/rpc/contract.ts';
import { socketPipe } from '../../web/socket-pipe.ts';
import { freePort } from '../kit/sshd-port.ts';
import { ask, greet, knock, PAGE, sayRaw, startHost, type StartedHost } from './started-host.ts';

const test: { started: StartedHost } = {} as never;

beforeEach(async () => {
  test.started = await startHost();
});

afterEach(async () => {
  await test.started.close();
});

async function opened(options?: Parameters<typeof knock>[1]): Promise<WebSocket> {
  const socket = await knock(test.started.port, options);
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  return socket;
}

describe('the page', () => {
  it('is served with headers that let it do nothing but show itself and talk to its host', async () => {
    const { port } = test.started;
    const { status, headers, body } = await ask(port, '/');
    expect([status, body]).toEqual([200, PAGE]);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; ` +
        `font-src 'self'; connect-src 'self' ws://127.0.0.1:${port}; base-uri 'none'; form-action 'none'; ` +
        `frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect((await ask(port, '/assets/main-1a2b.js?v=1')).headers['content-type']).toBe(
      'text/javascript; charset=utf-8',
    );
    const head = await ask(port, '/', {}, 'HEAD');
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', String(PAGE.length)]);
  });

  it.each([
    '/../secret.html',
    '/assets/../../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/assets/..%5c..%5csecret.html',
    '//secret.html',
    '/./index.html',
    '/index.html/',
    '/index.html%00.js',
    '/notes.txt',
    '/assets/',
    '/rpc',
    '/__proto__',
    '/etc/passwd',
    'http://127.0.0.1/index.html',
  ])('has nothing at %s', async (path) => {
    const { status, headers, body } = await ask(test.started.port, path);
    expect([status, body]).toEqual([404, 'There is no such file in the page.\n']);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('is not asked with %s', async (method) => {
    const { status, headers } = await ask(test.started.port, '/', {}, method);
    expect([status, headers.allow, headers['access-control-allow-origin']]).toEqual([405, undefined, undefined]);
  });

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1.evil.example:PORT',
    '10.0.0.7:PORT',
    '[::1',
    'a b',
    '127.0.0.1:PORT@evil.example',
  ])('is not served to the name %j', async (name) => {
    const { port } = test.started;
    const { status, body } = await ask(port, '/', { host: name.replace('PORT', String(port)) });
    // Node itself answers 400 to a name that is none.
    expect([400, 403]).toContain(status);
    expect(body).not.toContain('the page');
  });

  it.each(['localhost:PORT', '127.0.0.1:8080', 'localhost', '[::1]:PORT', 'LOCALHOST:PORT'])(
    'is served to the name %j, also behind a tunnel',
    async (name) => {
      const { port } = test.started;
      expect((await ask(port, '/', { host: name.replace('PORT', String(port)) })).status).toBe(200);
    },
  );

  it('names no IPv6 address in its policy, which would make a browser complain', async () => {
    const { port } = test.started;
    const { headers } = await ask(port, '/', { host: `[::1]:${port}` });
    expect(headers['content-security-policy']).toContain("connect-src 'self';");
  });

  it('is not served without a name, and headers have an end', async () => {
    expect(await sayRaw(test.started.port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 403 /);
    const long = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await sayRaw(test.started.port, long)).toMatch(/^HTTP\/1.1 431 /);
    expect(await sayRaw(test.started.port, '\u0016\u0003\u0001junk\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe('the channel', () => {
  it('is opened by the token, and answers', async () => {
    const socket = await opened();
    expect(socket.protocol).toBe('residuum.1');
    expect(await greet(socket, `token ${test.started.token}`)).toBe('welcome');
    const client = connect(contract, socketPipe(socket));
    expect(await client['app.info']({})).toMatchObject({ version: '9.9.9', host: 'web' });
    socket.close();
    await once(socket, 'close');
  });

  it.each([
    ['another token', () => `token ${'0'.repeat(64)}`],
    ['a token in capitals', () => `token ${test.started.token.toUpperCase()}`],
    ['half a token', () => `token ${test.started.token.slice(0, 32)}`],
    ['a token and more', () => `token ${test.started.token} `],
    ['the token alone', () => test.started.token],
    ['the token as bytes', () => Buffer.from(`token ${test.started.token}`)],
    ['the token as a ticket', () => `ticket ${test.started.token}`],
    ['a call', () => '[1,"call","app.info",{},0]'],
    ['nothing', () => ''],
  ])('is not opened by %s', async (_what, text) => {
    expect(await greet(await opened(), text())).toBe(4401);
  });

  it('gives the token for a ticket, once', async () => {
    const ticket = new URL(test.started.host.addressOnce()).hash.replace('#once=', '');
    const first = await opened();
    expect(await greet(first, `ticket ${ticket}`)).toBe(`welcome ${test.started.token}`);
    expect(await greet(await opened(), `ticket ${ticket}`)).toBe(4401);
    first.terminate();
  });

  it('never has the token in a request: the page has it behind the #', () => {
    const { href, search, pathname, hash } = new URL(test.started.host.address);
    expect([search, pathname, hash]).toEqual(['', '/', `#${test.started.token}`]);
    expect(href).toBe(`http://127.0.0.1:${test.started.port}/#${test.started.token}`);
  });

  it.each([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page of another site with our port', { origin: 'http://evil.example:PORT' }],
    ['a page of another program of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a file or a sandboxed frame', { origin: 'null' }],
    ['a page that came by another protocol', { origin: 'https://127.0.0.1:PORT' }],
    ['a program that does not say where it came from', { origin: '' }],
    ['a name that was pointed at us', { origin: 'http://evil.example:PORT', headers: { host: 'evil.example:PORT' } }],
  ])('is not opened to %s', async (_what, { origin, headers }: { origin: string; headers?: { host: string } }) => {
    const { port } = test.started;
    const put = (text: string): string => text.replace('PORT', String(port));
    const given = headers === undefined ? {} : { headers: { host: put(headers.host) } };
    expect(await knock(port, { origin: put(origin), ...given })).toBe(403);
  });

  it('is at one path, and speaks one language', async () => {
    const { port } = test.started;
    expect(await knock(port, { path: '/' })).toBe(404);
    expect(await knock(port, { path: `/rpc?token=${test.started.token}` })).toBe(404);
    expect(await knock(port, { protocol: '' })).toBe(400);
    expect(await knock(port, { protocol: 'residuum.2' })).toBe(400);
  });

  it('is closed for who says nothing, and takes only so many who have said nothing yet', async () => {
    const sockets = await Promise.all(Array.from({ length: 32 }, () => opened()));
    expect(await knock(test.started.port)).toBe(503);
    const [first, ...others] = sockets;
    for (const socket of others) socket.terminate();
    const [code] = (await once(first ?? new WebSocket(''), 'close')) as [number];
    expect(code).toBe(4401);
    // There is room again.
    expect(await greet(await opened(), `token ${test.started.token}`)).toBe('welcome');
  });

  it('serves two pages apart: one that is cut off leaves the other, and nothing behind', async () => {
    const { serving, token } = test.started;
    const sockets = [await opened(), await opened()] as const;
    const marks: unknown[] = [];
    for (const socket of sockets) {
      await greet(socket, `token ${token}`);
      const client = connect(contract, socketPipe(socket));
      void (async () => {
        for await (const seen of client['node.observe']({ node: 'n1' })) marks.push(seen);
      })().catch((error: unknown) => marks.push(error));
    }
    await expect.poll(() => [serving.observers, marks.length]).toEqual([2, 2]);
    sockets[0].terminate();
    await expect.poll(() => serving.observers).toBe(1);
    sockets[1].close();
    await expect.poll(() => serving.observers).toBe(0);
  });

  it('cuts off a page that is not there any more, and keeps one that is', async () => {
    await test.started.close();
    test.started = await startHost({ pingMs: 1_000 });
    const [there, gone] = [await opened(), await opened({ answersPings: false })];
    for (const socket of [there, gone]) await greet(socket, `token ${test.started.token}`);
    await once(gone, 'close');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(there.readyState).toBe(WebSocket.OPEN);
    there.terminate();
  });

  it('closes on a text that is too long for it', async () => {
    const socket = await opened();
    await greet(socket, `token ${test.started.token}`);
    socket.send('x'.repeat(3 * 1024 * 1024));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
    expect((await ask(test.started.port, '/')).status).toBe(200);
  });
});

describe('closing', () => {
  it('ends every page, every stranger and every waiting request, and frees the port', async () => {
    await test.started.close();
    test.started = await startHost({ port: await freePort() });
    const { port, serving, token } = test.started;
    const page = await opened();
    await greet(page, `token ${token}`);
    const client = connect(contract, socketPipe(page));
    const reading = (async () => {
      for await (const _seen of client['node.observe']({ node: 'n1' }));
    })().then(
      () => 'ended',
      (error: { code: string }) => error.code,
    );
    await expect.poll(() => serving.observers).toBe(1);
    const stranger = await opened();
    const strangerGone = once(stranger, 'close');
    const slow = sayRaw(port, 'GET / HTTP/1.1\r\nHost: ');
    await test.started.close();
    expect(await reading).toBe('closed');
    expect(serving.observers).toBe(0);
    expect((await strangerGone)[0]).toBe(1001);
    await slow;
    test.started = await startHost({ port });
    expect(test.started.port).toBe(port);
  });

  it('cuts a page off that does not answer its goodbye', async () => {
    const page = await opened();
    await greet(page, `token ${test.started.token}`);
    page.pause();
    const begin = performance.now();
    await test.started.close();
    expect(performance.now() - begin).toBeLessThan(20_000);
    page.terminate();
    test.started = await startHost();
  });
});

describe('an address that cannot be had', () => {
  it('is said in a sentence with the next step', async () => {
    const { port } = test.started;
    await expect(startHost({ port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use by another program. Give another one with --port, or leave it out: then a free one is chosen.`,
    );
    await expect(startHost({ host: '192.0.2.1' })).rejects.toThrow(
      '192.0.2.1 is no address of this machine. Give one of its own with --host.',
    );
    await expect(startHost({ host: 'no.such.invalid' })).rejects.toThrow(/^(?:The name|Port 0 of) no\.such\.invalid/);
  });
});
