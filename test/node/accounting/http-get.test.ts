// GET from an engine: what is asked, how, over which connections, and what must not be asked.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { httpGet } from './http-engine.ts';
import { ACCOUNTING_PATHS, type AccountingPath } from '../../../shared/model/accounting.ts';
import { openLocal } from '../../../node/link/local-link.ts';
import { carriers, nothingLeft, reach, startEngine } from '../link/address-ways.ts';
import { ask, startClient, startHttpEngine } from './http-engine.ts';
import { within } from '../link/link-suite.ts';

describe('what may be asked', () => {
  it.each(ACCOUNTING_PATHS)('%s, as it stands', async (path) => {
    const engine = await startHttpEngine((_asked, answer) => answer.end('{}'));
    expect(await ask(startClient(), engine.port, { path })).toMatchObject({ kind: 'ok', body: '{}' });
    expect(engine.requests.map((each) => [each.method, each.url])).toEqual([['GET', path]]);
  });

  it.each([
    '/health',
    '/health_generate',
    '/flush_cache',
    '/release_memory_occupation',
    '/resume_memory_occupation',
    '/sleep',
    '/wake_up',
    '/v1/loads',
    '/v1/loads?include=all',
    '/metrics/',
    '/metrics?x',
    '//metrics',
    '/metrics/../flush_cache',
    'http://127.0.0.1/metrics',
    '/METRICS',
    'metrics',
    '/metrics HTTP/1.1\r\nHost: x\r\n\r\nGET /flush_cache',
    '',
  ])('not %j: nothing is sent and nothing is connected', async (path) => {
    const engine = await startEngine(() => undefined);
    const client = startClient();
    await expect(ask(client, engine.port, { path: path as AccountingPath })).rejects.toThrow(
      /does not ask an engine for/,
    );
    const address = { host: '127.0.0.1', port: engine.port };
    await expect(httpGet(openLocal(), { address, path: path as AccountingPath })).rejects.toThrow(/does not ask/);
    expect(engine.accepted()).toBe(0);
  });

  it('not an address that is none, and not with a key that no header can carry, which is not repeated', async () => {
    const engine = await startEngine(() => undefined);
    const client = startClient();
    const address = { host: '127.0.0.1\r\nX: y', port: engine.port };
    await expect(ask(client, engine.port, { address })).rejects.toMatchObject({ code: 'bad-target' });
    const error: unknown = await ask(client, engine.port, { bearerKey: 'k3y-0f-mine\r\nX: y' }).catch((why) => why);
    expect(String(error)).toMatch(/API key/);
    expect(String(error)).not.toContain('k3y');
    expect(engine.accepted()).toBe(0);
  });

  it('with these headers and no others', async () => {
    const engine = await startHttpEngine((_asked, answer) => answer.end());
    await ask(startClient(), engine.port, { bearerKey: 'k3y' });
    expect(engine.requests[0]?.rawHeaders).toEqual([
      'accept',
      '*/*',
      'accept-encoding',
      'identity',
      'user-agent',
      'residuum',
      'authorization',
      'Bearer k3y',
      'Host',
      `127.0.0.1:${engine.port}`,
      'Connection',
      'keep-alive',
    ]);
  });
});

describe.each(['local', 'forward', 'bash', 'python3', 'perl'] as const)('connections to engines (%s)', (way) => {
  it('are used again, and are gone with the client', async () => {
    const { link, sshd } = await reach(way);
    const engine = await startHttpEngine((asked, answer) => answer.end(`${asked.url} ${'x'.repeat(100_000)}`));
    const client = startClient(link);
    for (const path of ACCOUNTING_PATHS) {
      const answer = await ask(client, engine.port, { path });
      expect(answer).toMatchObject({ kind: 'ok', body: `${path} ${'x'.repeat(100_000)}` });
    }
    expect(engine.connections()).toBe(1);
    const pids = await carriers(sshd);
    client.close();
    expect(await nothingLeft(sshd, pids)).toBe(true);
  });

  it('are ended when an answer does not come, in time', async () => {
    const { link, sshd } = await reach(way);
    const engine = await startEngine((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')),
    );
    const client = startClient(link);
    expect(await ask(client, engine.port)).toMatchObject({ kind: 'ok' });
    engine.sockets.forEach((socket) => socket.resume());
    const pids = await carriers(sshd);
    const before = performance.now();
    const answer = await ask(client, engine.port, { limitMs: 300 });
    expect(performance.now() - before).toBeLessThan(20_000);
    expect(answer).toMatchObject({ kind: 'failed', reason: 'timeout', status: null });
    expect(engine.accepted()).toBe(1);
    expect(await within(10_000, async () => engine.sockets.size === 0)).toBe(true);
    expect(await nothingLeft(sshd, pids)).toBe(true);
  });
});

describe('requests to one engine', () => {
  it('go one at a time and in order', async () => {
    const active = { now: 0, most: 0 };
    const engine = await startHttpEngine((_asked, answer) => {
      active.now += 1;
      active.most = Math.max(active.most, active.now);
      setTimeout(() => {
        active.now -= 1;
        answer.end();
      }, 30);
    });
    const client = startClient();
    const answers = await Promise.all(ACCOUNTING_PATHS.map((path) => ask(client, engine.port, { path })));
    expect(answers.map((each) => each.kind)).toEqual(ACCOUNTING_PATHS.map(() => 'ok'));
    expect(active.most).toBe(1);
    expect(engine.requests.map((each) => each.url)).toEqual([...ACCOUNTING_PATHS]);
    expect(engine.connections()).toBe(1);
  });

  it('do not wait for another engine, and each has its whole time', async () => {
    const deaf = await startEngine(() => undefined);
    const engine = await startHttpEngine((_asked, answer) => answer.end('well'));
    const client = startClient();
    const limitMs = 2_500;
    const hanging = [ask(client, deaf.port, { limitMs }), ask(client, deaf.port, { limitMs })];
    const first = await Promise.race([ask(client, engine.port), ...hanging]);
    expect(first).toMatchObject({ body: 'well' });
    expect((await Promise.all(hanging)).map((each) => each.kind === 'failed' && each.reason)).toEqual([
      'timeout',
      'timeout',
    ]);
    // The second was really asked: it did not lose its time while it waited.
    expect(deaf.accepted()).toBe(2);
  });

  it('use a new connection when the engine has ended the idle one', async () => {
    const connections: Socket[] = [];
    const engine = await startHttpEngine((asked, answer) => {
      connections.push(asked.socket);
      answer.end('well');
    });
    const client = startClient();
    await ask(client, engine.port);
    connections[0]?.end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await ask(client, engine.port)).toMatchObject({ body: 'well' });
    expect(engine.connections()).toBe(2);
  });

  it('are asked again, once, when the engine ends the idle connection at that very moment', async () => {
    const engine = await startHttpEngine((asked, answer) => {
      if (engine.requests.length === 2) asked.socket.destroy();
      else answer.end('well');
    });
    const client = startClient();
    await ask(client, engine.port);
    expect(await ask(client, engine.port)).toMatchObject({ body: 'well' });
    expect(engine.requests).toHaveLength(3);
  });

  it('are not asked again on a new connection', async () => {
    const engine = await startHttpEngine((asked) => asked.socket.destroy());
    expect(await ask(startClient(), engine.port)).toMatchObject({ kind: 'failed', reason: 'closed' });
    expect(engine.requests).toHaveLength(1);
  });

  it('end as closed with the client, and none follows', async () => {
    const engine = await startEngine((socket) => socket.resume());
    const client = startClient();
    const asking = [ask(client, engine.port), ask(client, engine.port)];
    await within(10_000, async () => engine.accepted() === 1);
    client.close();
    for (const each of [...asking, ask(client, engine.port)]) {
      expect(await each).toMatchObject({ kind: 'failed', reason: 'closed', status: null });
    }
    expect(engine.accepted()).toBe(1);
    expect(await within(10_000, async () => engine.sockets.size === 0)).toBe(true);
  });

  it('end as closed when the link is lost', async () => {
    const { link, sshd } = await reach('forward');
    const engine = await startEngine(() => undefined);
    const client = startClient(link);
    const asking = ask(client, engine.port);
    await within(10_000, async () => engine.accepted() === 1);
    await sshd?.killSessions();
    expect(await asking).toMatchObject({ kind: 'failed', reason: 'closed' });
    expect(await ask(client, engine.port)).toMatchObject({ kind: 'failed', reason: 'closed' });
  });
});

describe('a single request', () => {
  it('leaves no connection', async () => {
    const engine = await startEngine((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')),
    );
    const { link } = await reach('local');
    const address = { host: '127.0.0.1', port: engine.port };
    expect(await httpGet(link, { address, path: '/version' })).toEqual({
      kind: 'ok',
      status: 200,
      contentType: null,
      body: '{}',
    });
    expect(await within(10_000, async () => engine.sockets.size === 0)).toBe(true);
  });
});
