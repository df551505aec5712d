// The service against a real sshd with a played node behind it: keys, losses, hung drivers, and nothing left behind.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import type { Service, ServiceOptions } from '../../../node/service/service.ts';
import { PROBE_LIMITS } from '../../../node/probe/probe-session.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { makeKey } from '../../kit/sshd-keys.ts';
import { ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';
import { startSshd, type Sshd } from '../../kit/sshd.ts';
import { hasLooked, openAndWatch, startService, watch, type Watching } from './watching.ts';

const run = promisify(execFile);
const call = { signal: new AbortController().signal };

interface Machine {
  readonly node: FakeNode;
  readonly sshd: Sshd;
  readonly service: Service;
}

async function machine(text = ASLEEP_CLEAN, options: Partial<ServiceOptions> = {}): Promise<Machine> {
  const node = await startNode(text, { processes: 'foreign' });
  const sshd = await startSshd({ env: node.env });
  const service = await startService({ ssh: { sshConfigFile: sshd.sshConfigFile }, ...options });
  return { node, sshd, service };
}

/** Failed and waiting for somebody to do something. */
const hasFailed = (watching: Watching): boolean => watching.links().at(-1)?.state === 'failed';

async function nothingLeft({ node, sshd }: Machine): Promise<void> {
  await expect.poll(() => sshd.commandPids()).toEqual([]);
  await expect.poll(() => node.runningSmiCalls()).toEqual([]);
}

/**
 * In the middle of the first frame, as node and host see it: the devices have come, the call for the rows hangs. A call
 * that only runs may be the one for the devices, and the host may not have heard of it.
 */
async function middleOfFrame({ node }: Machine, watching: Watching): Promise<void> {
  await watching.until((seen) => node.isAskingUsage() && seen.steps()['nvidia-smi'] !== undefined, 'a frame under way');
}

async function shownFingerprint(sshd: Sshd): Promise<string> {
  const { stdout } = await run('ssh-keygen', ['-l', '-f', join(sshd.folder, 'host_ed25519.pub')]);
  return stdout.split(' ')[1] ?? '';
}

it('fills in every line over ssh, and leaves nothing on the node when it is closed', async () => {
  const played = await machine();
  const watching = await openAndWatch(played.service, played.sshd.alias);
  await watching.until((seen) => (seen.steps().accounting?.durationMs ?? null) !== null, 'the checklist');
  const lines = Object.values(watching.steps()).map(({ step, state, durationMs }) => {
    expect(durationMs).toBeGreaterThanOrEqual(0);
    return `${step} ${state}`;
  });
  expect(lines).toEqual([
    'resolve ok',
    'tcp ok',
    'host-key ok',
    'login ok',
    'shell ok',
    'driver ok',
    'nvidia-smi ok',
    'processes ok',
    'engines ok',
    // Nobody listens at the port of the played engine.
    'accounting warning',
  ]);
  expect(watching.steps().accounting).toMatchObject({
    text: `0 of 1 engines say what they use; port 30000 of pid ${played.node.pid('server')}: nothing listens at this address.`,
    next: 'The engine may still be starting: check its port, then try again.',
  });
  await played.service.handlers['node.close']({ node: watching.node }, call);
  await nothingLeft(played);
});

it('shows an unknown host key, and accepts exactly the one that was looked at', async () => {
  const { sshd, service } = await machine();
  await writeFile(sshd.knownHostsFile, '');
  const watching = await openAndWatch(service, sshd.alias);
  await watching.until(hasFailed, 'the refusal');
  const shown = await shownFingerprint(sshd);
  expect(watching.links().at(-1)).toMatchObject({ code: 'host-key-unknown', retryMs: null });
  const { resolve, tcp, login, 'host-key': hostKey } = watching.steps();
  expect([resolve?.state, tcp?.state, hostKey?.state, login?.state]).toEqual(['ok', 'ok', 'failed', undefined]);
  expect(hostKey?.text).toBe(`The host key of ${sshd.target} is not known: ssh-ed25519 ${shown}.`);
  expect(hostKey?.next).toMatch(
    /^Compare it with the node's own .* accept exactly this key here, or connect once with ssh\./,
  );
  expect(hostKey?.next).not.toContain('--');

  const other = `SHA256:${'A'.repeat(43)}`;
  await service.handlers['node.retry']({ node: watching.node, acceptHostKey: other }, call);
  await watching.until(
    (seen) => seen.links().filter(({ state }) => state === 'failed').length === 2,
    'the second refusal',
  );
  expect(watching.steps()['host-key']?.text).toContain(`It is not the key that was accepted, which is ${other}.`);
  expect(await readFile(sshd.knownHostsFile, 'utf8')).toBe('');

  await service.handlers['node.retry']({ node: watching.node, acceptHostKey: shown }, call);
  await watching.until(hasLooked, 'a look');
  expect(watching.steps().login?.text).toContain(
    `was accepted, ssh-ed25519 ${shown}, and added to ${sshd.knownHostsFile}`,
  );
  const [type, key] = (sshd.hostKeyLines[0] ?? '').split(' ');
  expect(await readFile(sshd.knownHostsFile, 'utf8')).toBe(`[127.0.0.1]:${sshd.port} ${type} ${key}\n`);
});

it('accepts no changed host key, whatever fingerprint is accepted', async () => {
  const { sshd, service } = await machine();
  const other = await makeKey(sshd.folder, 'other', 'ed25519');
  await writeFile(sshd.knownHostsFile, `[127.0.0.1]:${sshd.port} ${other.publicLine}\n`);
  const shown = await shownFingerprint(sshd);
  const { node } = await service.handlers['node.open'](
    { target: sshd.alias, intervalMs: 500, acceptHostKey: shown },
    call,
  );
  const watching = watch(service, node);
  await watching.until(hasFailed, 'the refusal');
  expect(watching.links().at(-1)).toMatchObject({ code: 'host-key-changed', retryMs: null });
});

it('connects again when the connection is killed in the middle of a frame, and the fold goes on', async () => {
  const played = await machine(`${ASLEEP_CLEAN}smi hung usage`);
  const watching = await openAndWatch(played.service, played.sshd.alias);
  await middleOfFrame(played, watching);
  await played.node.set(ASLEEP_CLEAN);
  await played.sshd.killSessions();
  await watching.until(hasLooked, 'a look over the second connection');
  expect(watching.links().map(({ state, retryMs }) => [state, retryMs])).toEqual([
    ['connecting', null],
    ['connected', null],
    ['lost', 20],
    ['connecting', null],
    ['connected', null],
  ]);
  const { code, text } = watching.links()[2] ?? {};
  expect(code).toBe('lost');
  expect(text).toContain(played.sshd.target);
  // That is what happens by itself.
  expect(text).not.toContain('Connect again');
  expect(watching.seen.filter((each) => each.kind === 'step' && each.state === 'failed')).toEqual([
    expect.objectContaining({ step: 'nvidia-smi', next: 'Connect again.' }),
  ]);
  // Nothing of the frame that was cut.
  expect(
    watching
      .frames()
      .map(({ fresh }) => fresh)
      .slice(0, 2),
  ).toEqual([true, false]);

  await watching.until((seen) => seen.frames().length >= 4, 'a second look');
  await played.sshd.killSessions();
  await watching.until(
    (seen) => seen.links().filter(({ state }) => state === 'connected').length === 3,
    'a third connection',
  );
  await played.node.set(TWO_ENGINES_ONE_LEAKS);
  await watching.until((seen) => seen.session().moment?.session.latest?.detection.engines.length === 2, 'what is new');
  expect(watching.session().problems).toEqual([]);
  await played.service.handlers['node.close']({ node: watching.node }, call);
  await nothingLeft(played);
});

it('says that nvidia-smi hangs, goes on looking, and sees that it answers again', async () => {
  const limits = { ...PROBE_LIMITS, firstCallMs: 1_500, callMs: 1_500 };
  const played = await machine(`${ASLEEP_CLEAN}smi hung devices`, { probeLimits: limits });
  const watching = await openAndWatch(played.service, played.sshd.alias);
  await watching.until((seen) => seen.steps().engines !== undefined, 'the first look');
  expect(watching.steps()['nvidia-smi']).toMatchObject({ state: 'failed', text: 'Nvidia-smi did not answer in time.' });
  expect(watching.steps().driver).toMatchObject({ state: 'ok', text: 'NVIDIA driver 550.54.15.' });
  expect(watching.session().moment?.sighting.snapshot.driverReasons.map(({ code }) => code)).toEqual(['smi-timeout']);
  await played.node.set(ASLEEP_CLEAN);
  await watching.until((seen) => seen.steps()['nvidia-smi']?.state === 'ok', 'nvidia-smi again');
  expect(watching.links().map(({ state }) => state)).toEqual(['connecting', 'connected']);
});

it('gives two observers the same, and goes on for the one when the other leaves', async () => {
  const { sshd, service } = await machine();
  const one = await openAndWatch(service, sshd.alias);
  const two = watch(service, one.node);
  await two.until((seen) => seen.frames().length >= 4, 'two looks');
  await two.stop();
  const count = one.frames().length;
  await one.until((seen) => seen.frames().length >= count + 2, 'another look');
  const texts = one.frames().map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(two.frames().map(({ text }) => text)));
});

it('leaves nothing when it is closed while it connects', async () => {
  const accepted: Socket[] = [];
  // Somebody who accepts and says nothing.
  const silent = createServer((socket) => {
    accepted.push(socket.resume());
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const service = await startService();
  const watching = await openAndWatch(service, `nobody@127.0.0.1:${port}`);
  await watching.until(() => accepted.length > 0, 'a connection');
  const open = (): Promise<number> =>
    new Promise((resolve, reject) =>
      silent.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  await service.close();
  await watching.ended;
  await expect.poll(open).toBe(0);
  expect(watching.links().map(({ state }) => state)).toEqual(['connecting', 'closed']);
});

it('leaves nothing when it is closed in the middle of a frame', async () => {
  const played = await machine(`${ASLEEP_CLEAN}smi hung usage`);
  const watching = await openAndWatch(played.service, played.sshd.alias);
  await middleOfFrame(played, watching);
  await played.service.close();
  await watching.ended;
  await nothingLeft(played);
  expect(watching.frames()).toEqual([]);
});

it('waits for a person where trying again cannot help, and tries again when asked to', async () => {
  const { sshd, service } = await machine();
  await writeFile(join(sshd.folder, 'authorized_keys'), '');
  const watching = await openAndWatch(service, sshd.alias);
  await watching.until(hasFailed, 'the refusal');
  expect(watching.links().at(-1)).toMatchObject({ code: 'auth-failed', retryMs: null });
  expect(watching.steps().login?.state).toBe('failed');
  const line = (await readFile(`${sshd.identityFile}.pub`, 'utf8')).trim();
  await writeFile(join(sshd.folder, 'authorized_keys'), `${line}\n`);
  await service.handlers['node.retry']({ node: watching.node }, call);
  await watching.until(hasLooked, 'a look');
});

it('counts down and tries again where nobody listens', async () => {
  const service = await startService();
  const watching = await openAndWatch(service, 'nobody@127.0.0.1:1');
  await watching.until(
    (seen) => seen.links().filter(({ state }) => state === 'failed').length >= 2,
    'a second attempt',
  );
  expect(watching.links()[1]).toMatchObject({ state: 'failed', code: 'refused', retryMs: 20 });
  expect(watching.steps().tcp).toMatchObject({ state: 'failed', next: 'Check the port, and that sshd runs there.' });
});
