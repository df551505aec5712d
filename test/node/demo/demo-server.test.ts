// Who may come in: the one key of this run, and nobody else on this machine.
import { connect as connectSocket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeDemoKey, type DemoKey } from '../../../node/demo/demo-key.ts';
import { DEMO_USER, startDemoServer, type DemoServer } from '../../../node/demo/demo-server.ts';
import type { Offer } from '../../../node/ssh/identities.ts';
import type { Link } from '../../../node/link/link.ts';
import { openSsh2 } from '../../../node/ssh/ssh2-link.ts';
import { demoNode } from '../../../shared/source/demo-frame.ts';
import { DEMO_SCENARIO } from '../../../shared/source/demo-scenario.ts';
import { parseScenario } from '../../../shared/source/scenario.ts';

async function start(key: DemoKey): Promise<DemoServer> {
  const server = await startDemoServer(demoNode(parseScenario(DEMO_SCENARIO)), key.key);
  onTestFinished(() => server.stop());
  return server;
}

function enter(server: DemoServer, keys: readonly DemoKey[], user = DEMO_USER): Promise<Link> {
  const offers = keys.map(({ key, blob }): Offer => ({ kind: 'file', key, blob }));
  const endpoint = {
    host: server.host,
    port: server.port,
    user,
    addressFamily: 4,
    alias: 'demo',
    describe: 'demo',
  } as const;
  return openSsh2(endpoint, {
    hostKey: { knownTypes: [], decide: () => ({ kind: 'trusted' }) },
    identities: { offers, encrypted: [], passedOver: [] },
    rememberHostKey: () => Promise.resolve(''),
    connectLimitMs: 5_000,
    keepaliveIntervalMs: 0,
    keepaliveCount: 0,
    notes: [],
  });
}

const refused = expect.objectContaining({ code: 'auth-failed' }) as Error;

describe('the door', () => {
  it('opens for the key of this run, also after another was offered', async () => {
    const key = makeDemoKey();
    const server = await start(key);
    const link = await enter(server, [makeDemoKey(), key]);
    expect(link.describe).toBe('demo');
    await link.close();
  });

  it('stays shut without a key', async () => {
    await expect(enter(await start(makeDemoKey()), [])).rejects.toEqual(refused);
  });

  it('stays shut for another key', async () => {
    await expect(enter(await start(makeDemoKey()), [makeDemoKey()])).rejects.toEqual(refused);
  });

  it('stays shut for another user with the right key', async () => {
    const key = makeDemoKey();
    await expect(enter(await start(key), [key], 'root')).rejects.toEqual(refused);
  });

  it('stays shut for who knows the public half and signs with another', async () => {
    const key = makeDemoKey();
    const other = makeDemoKey();
    const mixed = Object.assign(Object.create(other.key) as DemoKey['key'], { getPublicSSH: () => key.blob });
    await expect(enter(await start(key), [{ ...other, key: mixed, blob: key.blob }])).rejects.toEqual(refused);
  });

  it('is on loopback only, and gone when the server stops, whoever hangs at it', async () => {
    const server = await start(makeDemoKey());
    expect(server.host).toBe('127.0.0.1');
    const silent = connectSocket(server.port, server.host);
    onTestFinished(() => void silent.destroy());
    const closed = new Promise((resolve) => silent.once('close', resolve));
    silent.on('error', () => undefined);
    await new Promise((resolve) => silent.once('data', resolve));
    await server.stop();
    await server.stop();
    await closed;
    const late = connectSocket(server.port, server.host);
    const why = await new Promise((resolve) => late.once('error', resolve));
    expect(why).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('keys', () => {
  it('can all be read, though ssh2 makes one in 256 that it cannot read itself', () => {
    const blobs = Array.from({ length: 1_000 }, () => makeDemoKey().blob.toString('base64'));
    expect(new Set(blobs).size).toBe(1_000);
    // Length, name, length, 32 bytes.
    expect(new Set(blobs.map((blob) => Buffer.from(blob, 'base64').length))).toEqual(new Set([4 + 11 + 4 + 32]));
  });
});
