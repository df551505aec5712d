// The address of an engine is the node's, never this machine's: a decoy waits on our own loopback at the same port.
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpGet } from '../accounting/http-engine.ts';
import { mayUnshareNetwork, reachFarNode } from './address-far-node.ts';
import { CARRIER_WAYS, onlyWith, reach, SSH_WAYS, startEngine } from './address-ways.ts';

const HOST = '127.0.0.1';

describe.runIf(mayUnshareNetwork())('a node with a loopback of its own [needs network namespaces]', () => {
  it.each(SSH_WAYS)('answers itself, not the decoy on our loopback at the same port (%s)', async (way) => {
    const decoy = await startDecoy();
    const options = way === 'forward' ? {} : await onlyWith([way]);
    const link = await reachFarNode(decoy.port, 'the engine of the node', options);
    const asked = { address: { host: HOST, port: decoy.port }, path: '/model_info' } as const;
    expect(await httpGet(link, asked)).toMatchObject({ kind: 'ok', body: 'the engine of the node' });
    expect(await httpGet(link, { ...asked, address: { host: 'localhost', port: decoy.port } })).toMatchObject({
      kind: 'ok',
      body: 'the engine of the node',
    });
    expect(decoy.connections()).toBe(0);
  });

  it('answers with nothing when only the decoy listens', async () => {
    const decoy = await startDecoy();
    const elsewhere = await startDecoy();
    const link = await reachFarNode(elsewhere.port, 'the engine of the node');
    const asked = { address: { host: HOST, port: decoy.port }, path: '/model_info' } as const;
    expect(await httpGet(link, asked)).toMatchObject({ kind: 'failed', reason: 'refused' });
    expect(decoy.connections()).toBe(0);
  });

  it('would show a connection that starts here: the decoy does answer us', async () => {
    const decoy = await startDecoy();
    const { link } = await reach('local');
    const asked = { address: { host: HOST, port: decoy.port }, path: '/model_info' } as const;
    expect(await httpGet(link, asked)).toMatchObject({ body: 'the decoy' });
    expect(decoy.connections()).toBe(1);
  });
});

describe('who connects', () => {
  it.each(SSH_WAYS)('is a process of the node, not this one (%s)', async (way) => {
    const { link, sshd } = await reach(way);
    const arrived: Socket[] = [];
    const engine = await startEngine((socket) => arrived.push(socket));
    await link.open({ host: HOST, port: engine.port });
    // The node knows of the connection before we have accepted it.
    await expect.poll(() => arrived.length).toBe(1);
    const owners = await ownersOf(arrived[0]?.remotePort ?? Number.NaN, engine.port);
    const ofTheNode = [...((await sshd?.connectionPids()) ?? []), ...((await sshd?.commandPids()) ?? [])];
    expect(owners.length).toBeGreaterThan(0);
    expect(owners.filter((pid) => !ofTheNode.includes(pid))).toEqual([]);
  });

  it('is this process for a local link', async () => {
    const { link } = await reach('local');
    const arrived: Socket[] = [];
    const engine = await startEngine((socket) => arrived.push(socket));
    await link.open({ host: HOST, port: engine.port });
    await expect.poll(() => arrived.length).toBe(1);
    expect(await ownersOf(arrived[0]?.remotePort ?? Number.NaN, engine.port)).toContain(process.pid);
  });
});

describe('a proxy of the environment', () => {
  it.each(['local', 'forward', ...CARRIER_WAYS] as const)('is not used (%s)', async (way) => {
    const proxy = await startEngine((socket) => socket.end());
    const engine = await startDecoy('the engine itself');
    const names = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
    const before = names.map((name) => [name, process.env[name]] as const);
    onTestFinished(() => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://${HOST}:${proxy.port}`;
    const { link } = await reach(way);
    const asked = { address: { host: HOST, port: engine.port }, path: '/version' } as const;
    expect(await httpGet(link, asked)).toMatchObject({ kind: 'ok', body: 'the engine itself' });
    expect(proxy.accepted()).toBe(0);
  });
});

interface Decoy {
  readonly port: number;
  connections(): number;
}

async function startDecoy(body = 'the decoy'): Promise<Decoy> {
  let count = 0;
  const server: Server = createServer((_asked, answer) => answer.end(body));
  server.on('connection', () => (count += 1));
  await new Promise<void>((resolve) => server.listen(0, HOST, () => resolve()));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, connections: () => count };
}

/** The pids that hold the client's end of a loopback connection, by its row in /proc/net/tcp. */
async function ownersOf(clientPort: number, serverPort: number): Promise<number[]> {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  const row = new RegExp(`^ *\\d+: \\w+:${hex(clientPort)} \\w+:${hex(serverPort)} (?:\\S+ +){6}(\\d+) `, 'm');
  const inode = row.exec(await readFile('/proc/net/tcp', 'latin1'))?.[1];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const owning = await Promise.all(
    pids.map(async (pid) => {
      // Processes and files come and go while we look.
      const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
      return targets.includes(`socket:[${inode}]`) ? [pid] : [];
    }),
  );
  return owning.flat();
}
