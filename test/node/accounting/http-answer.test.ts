// Answers of good and bad servers: each failure has its own reason, and no text has a secret.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { HttpFailure } from '../../../node/accounting/http-answer.ts';
import { freePort } from '../../kit/sshd-port.ts';
import { onlyWith, reachSshd, startEngine } from '../link/address-ways.ts';
import { ask, startClient, startHttpEngine } from './http-engine.ts';
import { within } from '../link/link-suite.ts';

const KEY = 'sesame-0p3n';
const MiB = 1024 * 1024;

describe('a status', () => {
  it.each<[number, HttpFailure]>([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [500, 'server-error'],
    [503, 'server-error'],
    [301, 'redirect'],
    [302, 'redirect'],
    [307, 'redirect'],
    [304, 'bad-status'],
    [201, 'bad-status'],
    [204, 'bad-status'],
    [400, 'bad-status'],
    [418, 'bad-status'],
    [599, 'server-error'],
  ])('of %i is %s', async (status, reason) => {
    const engine = await startHttpEngine((_asked, answer) => answer.writeHead(status).end('no'));
    const answer = await ask(startClient(), engine.port);
    expect(answer).toMatchObject({ kind: 'failed', reason, status });
    expect(answer).toHaveProperty(
      'text',
      expect.stringMatching(/^GET \/model_info of 127\.0\.0\.1:\d+ on this machine: /),
    );
  });

  it('of a redirect is not followed, and only the host of its goal is told', async () => {
    const goal = await startEngine(() => undefined);
    const location = `http://user:pa55@127.0.0.1:${goal.port}/login?token=t0ken`;
    const engine = await startHttpEngine((_asked, answer) => answer.writeHead(302, { location }).end());
    const answer = await ask(startClient(), engine.port);
    expect(answer).toHaveProperty('text', expect.stringContaining(`(to http://127.0.0.1:${goal.port})`));
    expect(JSON.stringify(answer)).not.toMatch(/pa55|t0ken|login/);
    expect(goal.accepted()).toBe(0);
  });

  it('of a change of protocol is no answer', async () => {
    const answer = await fromBytes('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    expect(answer).toMatchObject({ reason: 'bad-status', status: 101 });
  });

  it('that is not 200 keeps the connection, with a body of any sensible size', async () => {
    const engine = await startHttpEngine((_asked, answer) => answer.writeHead(404).end('x'.repeat(60_000)));
    const client = startClient();
    await ask(client, engine.port);
    await ask(client, engine.port);
    expect(engine.connections()).toBe(1);
  });

  it('that is not 200 is told although its body has no end', async () => {
    const engine = await startHttpEngine((_asked, answer) => {
      answer.writeHead(500);
      const more = setInterval(() => answer.write('x'.repeat(20_000)), 5);
      answer.on('close', () => clearInterval(more));
    });
    expect(await ask(startClient(), engine.port)).toMatchObject({ reason: 'server-error', status: 500 });
  });
});

describe('a body', () => {
  it.each([
    ['text/html; charset=utf-8', '<!doctype html><p>Welcome to nginx</p>'],
    ['application/json', '{"broken": '],
    ['text/plain', 'h\u00F6chstens 3 GiB \u2264 \u{1F4BE}'],
    ['text/plain', ''],
  ])('of %s is given as it is: %j', async (contentType, body) => {
    const engine = await startHttpEngine((_asked, answer) =>
      answer.writeHead(200, { 'content-type': contentType }).end(body),
    );
    expect(await ask(startClient(), engine.port)).toEqual({ kind: 'ok', status: 200, contentType, body });
  });

  it.each([true, false])('of 6 MB is too large, and is not waited for (length announced: %s)', async (announced) => {
    const body = Buffer.alloc(6_000_000, 'x');
    const sockets: Socket[] = [];
    const engine = await startHttpEngine((asked, answer) => {
      sockets.push(asked.socket);
      if (announced) answer.setHeader('content-length', body.length);
      answer.write(body);
      // It never ends.
    });
    const answer = await ask(startClient(), engine.port);
    expect(answer).toMatchObject({ kind: 'failed', reason: 'too-large', status: 200 });
    expect(await within(10_000, async () => sockets[0]?.destroyed === true)).toBe(true);
  });

  it('may be as large as the limit, to the byte', async () => {
    const size = 5 * MiB;
    const engine = await startHttpEngine((_asked, answer) => answer.end(Buffer.alloc(size, 'x')));
    const client = startClient();
    expect(await ask(client, engine.port)).toMatchObject({ kind: 'ok' });
    expect(await ask(client, engine.port, { bodyLimitBytes: size - 1 })).toMatchObject({ reason: 'too-large' });
  });

  it('that trickles is given up in time', async () => {
    const engine = await startHttpEngine((_asked, answer) => {
      const more = setInterval(() => answer.write('x'), 20);
      answer.on('close', () => clearInterval(more));
    });
    const before = performance.now();
    const answer = await ask(startClient(), engine.port, { limitMs: 1_000 });
    expect(answer).toMatchObject({ reason: 'timeout', status: 200 });
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  it('that stops in the middle is closed', async () => {
    const announced = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":';
    expect(await fromBytes(announced, true)).toMatchObject({ reason: 'closed', status: 200 });
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"half":';
    expect(await fromBytes(chunked, true)).toMatchObject({ reason: 'closed', status: 200 });
  });
});

describe('no HTTP', () => {
  it.each<[string, string, HttpFailure, number?]>([
    ['ZeroMQ', '\xFF\0\0\0\0\0\0\0\x01\x7F', 'not-http'],
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 'not-http'],
    ['HTTP/0.9', '<html></html>', 'not-http'],
    ['TLS', '\x15\x03\x01\0\x02\x02\x28', 'not-http'],
    ['a broken header', 'HTTP/1.1 200 OK\r\nno colon here\r\n\r\n', 'not-http'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx', 'not-http'],
    [
      'a chunk whose size is no number',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}',
      'not-http',
      200,
    ],
    ['chunks and a length', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}', 'not-http'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}', 'not-http'],
    ['headers without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}`, 'too-large'],
  ])('is said of %s', async (_name, bytes, reason, status) => {
    expect(await fromBytes(bytes)).toMatchObject({ kind: 'failed', reason, status: status ?? null });
  });

  it.each(['', 'HTTP/1.1 2', 'HTTP/1.1 200 OK\r\nContent-'])(
    'is not said when the peer ends after %j',
    async (bytes) => {
      expect(await fromBytes(bytes, true)).toMatchObject({ reason: 'closed', status: null });
    },
  );

  it('is closed when the peer hangs up at once, or resets', async () => {
    const ending = await startEngine((socket) => socket.end());
    expect(await ask(startClient(), ending.port)).toMatchObject({ reason: 'closed' });
    const resetting = await startEngine((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await ask(startClient(), resetting.port)).toMatchObject({ reason: 'closed' });
  });
});

describe('no connection', () => {
  it('is refused where nobody listens', async () => {
    const answer = await ask(startClient(), await freePort());
    expect(answer).toMatchObject({ kind: 'failed', reason: 'refused', status: null });
    expect(answer).toHaveProperty('text', expect.stringMatching(/^Nobody listens at .*\. Check the port/));
  });

  it('is forward-refused where the node has no way', async () => {
    const { link } = await reachSshd(await onlyWith([]));
    expect(await ask(startClient(link), 1)).toMatchObject({ kind: 'failed', reason: 'forward-refused' });
  });
});

describe('secrets', () => {
  it.each([400, 401, 403, 404, 418, 500, 302])(
    'of the request are in no text, although status %i echoes them',
    async (status) => {
      const engine = await startHttpEngine((asked, answer) => {
        answer.writeHead(status, { location: `http://elsewhere/${KEY}`, 'x-echo': KEY });
        answer.end(`${KEY} ${asked.rawHeaders.join(' ')} ${'x'.repeat(50)}${KEY}`);
      });
      const answer = await ask(startClient(), engine.port, { bearerKey: KEY });
      expect(engine.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
      expect(JSON.stringify(answer)).not.toContain(KEY.slice(0, 6));
    },
  );

  it('of the request are in no text of a broken exchange', async () => {
    const silent = await startEngine((socket) => socket.resume());
    const wrong = await startEngine((socket) => socket.once('data', (asked) => socket.write(asked)));
    const closing = await startEngine((socket) => socket.once('data', () => socket.destroy()));
    const client = startClient();
    const more = { bearerKey: KEY, limitMs: 1_500 };
    const ports = [silent.port, wrong.port, closing.port, await freePort()];
    const answers = await Promise.all(ports.map((port) => ask(client, port, more)));
    expect(answers.map((each) => each.kind === 'failed' && each.reason)).toEqual([
      'timeout',
      'not-http',
      'closed',
      'refused',
    ]);
    expect(JSON.stringify(answers)).not.toContain(KEY);
  });

  it.each([
    '{"api_key": "s3cret", "admin_api_key":"s3cret"}',
    "ServerArgs(api_key='s3cret', hf_token=s3cret)",
    'api_key=s3cret&x=1',
    'Authorization: Bearer s3cret',
    'token sk-s3cret and hf_s3cret',
    'http://me:s3cret@host/',
  ])('of the engine are masked in the excerpt of its error: %s', async (body) => {
    const engine = await startHttpEngine((_asked, answer) => answer.writeHead(500).end(body));
    const answer = await ask(startClient(), engine.port);
    expect(answer).toHaveProperty('text', expect.stringContaining('***'));
    expect(JSON.stringify(answer)).not.toContain('s3cret');
  });

  it('aside, an error is shown on one line, at most 200 characters of it, and cannot steer the terminal', async () => {
    const body = `first\n\tsecond \x1B[2J\u202E ${'long '.repeat(10_000)}`;
    const engine = await startHttpEngine((_asked, answer) => answer.writeHead(500).end(body));
    const answer = await ask(startClient(), engine.port);
    const text = answer.kind === 'failed' ? answer.text : '';
    const excerpt = text.slice(text.indexOf('first second'));
    expect(excerpt).toMatch(/^first second \\x1B\[2J\\u202E long /);
    expect(excerpt).toHaveLength(200);
  });
});

/** What becomes of an answer of exactly these bytes, and of nothing after them. */
async function fromBytes(bytes: string, thenEnd = false): ReturnType<typeof ask> {
  const engine = await startEngine((socket) =>
    socket.once('data', () => (thenEnd ? socket.end(bytes, 'latin1') : socket.write(bytes, 'latin1'))),
  );
  return ask(startClient(), engine.port, { limitMs: 20_000 });
}
