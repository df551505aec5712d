// The ssh2 link against a real sshd: the common suite, ways in, and ways to be lost.
import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectSsh } from '../../../node/ssh/connect-ssh.ts';
import { startSshd } from '../../kit/sshd.ts';
import { isRunning } from '../../kit/sshd-processes.ts';
import { lineReader, linkSuite, readAll, within } from '../link/link-suite.ts';
import { connect, sshTarget } from './ssh2-connecting.ts';

describe('an ssh2 link', () => {
  linkSuite(async () => connect(await startSshd()));
});

describe('getting in', () => {
  it('by an alias of the ssh configuration', async () => {
    const sshd = await startSshd();
    const link = await connect(sshd);
    expect(link.describe).toBe(`${sshd.user}@127.0.0.1:${sshd.port}`);
    expect(link.transport).toBe('ssh2');
    expect(link.notes).toEqual([]);
    expect(await readAll(await link.run('echo hello'))).toBe('hello\n');
  });

  it('by user@host:port with a key and a known_hosts file', async () => {
    const sshd = await startSshd();
    const link = await connectSsh(sshTarget(sshd.target), {
      identityFile: sshd.identityFile,
      knownHostsFile: sshd.knownHostsFile,
      sshConfigFile: '/dev/null',
    });
    onTestFinished(() => link.close());
    expect(await readAll(await link.run('echo hello'))).toBe('hello\n');
  });

  it('without an ssh client on this machine, and says what that means', async () => {
    const sshd = await startSshd();
    const link = await connectSsh(sshTarget(sshd.target), {
      identityFile: sshd.identityFile,
      knownHostsFile: sshd.knownHostsFile,
      sshProgram: '/nowhere/ssh',
    });
    onTestFinished(() => link.close());
    expect(link.notes).toEqual([expect.stringContaining('No ssh client was found')]);
  });

  it("sets the variables of the server's configuration", async () => {
    const sshd = await startSshd({ env: { RESIDUUM_PROC_ROOT: '/tmp/a "quoted" \\ place', OTHER: 'x=y' } });
    const link = await connect(sshd);
    const running = await link.run('printf "%s|%s" "$RESIDUUM_PROC_ROOT" "$OTHER"');
    expect(await readAll(running)).toBe('/tmp/a "quoted" \\ place|x=y');
  });

  it('through login noise, which comes before the output', async () => {
    const sshd = await startSshd({ loginNoise: 'Welcome to gpu-01!\r\n*** maintenance on Friday ***\n' });
    const link = await connect(sshd);
    const running = await link.run('exec sh -s');
    running.stdin.write('echo ready\n');
    running.stdin.end();
    expect(await readAll(running)).toMatch(/^Welcome to gpu-01!\r\n[^]*\nready\n$/);
  });

  it('as a user whose login shell only says no', async () => {
    const sshd = await startSshd({ loginShell: '/usr/sbin/nologin' });
    const link = await connect(sshd);
    const running = await link.run('exec sh -s');
    running.stdin.end();
    expect(await readAll(running)).toContain('not available');
    expect((await running.closed).exitCode).toBe(1);
  });
});

describe('being lost', () => {
  it('says so when the session is killed in the middle of a stream', async () => {
    const sshd = await startSshd();
    const link = await connect(sshd);
    const running = await link.run('while :; do echo tick; sleep 0.02; done');
    const nextLine = lineReader(running);
    expect(await nextLine()).toBe('tick');
    await sshd.killSessions();
    while ((await nextLine()) !== null);
    expect(await running.closed).toEqual({ exitCode: null, signal: null, lost: true });
    expect(await link.closed).toMatchObject({ code: 'lost', host: link.describe });
    await expect(link.run('true')).rejects.toMatchObject({ code: 'lost' });
  });

  it('says so even when nobody reads', async () => {
    const sshd = await startSshd();
    const link = await connect(sshd);
    const running = await link.run('exec cat /dev/zero');
    expect(await within(10_000, async () => (await sshd.commandPids()).length > 0)).toBe(true);
    await sshd.killSessions();
    expect((await running.closed).lost).toBe(true);
  });

  it('notices a peer that is frozen, by its keepalive', async () => {
    const sshd = await startSshd();
    const link = await connect(sshd, { keepaliveIntervalMs: 400, keepaliveCount: 2 });
    const running = await link.run('exec cat');
    await sshd.freezeSessions();
    expect((await running.closed).lost).toBe(true);
    expect(await link.closed).toMatchObject({
      code: 'lost',
      message: expect.stringContaining('no longer answers') as string,
    });
  });

  it('closes in bounded time although the peer is frozen', async () => {
    const sshd = await startSshd();
    const link = await connect(sshd);
    const running = await link.run('exec cat');
    await sshd.freezeSessions();
    const before = Date.now();
    await link.close();
    expect(Date.now() - before).toBeLessThan(15_000);
    expect(await running.closed).toEqual({ exitCode: null, signal: null, lost: false });
    expect(await link.closed).toBeNull();
  });

  it('says that the node refuses one more session', async () => {
    const sshd = await startSshd({ extraConfig: ['MaxSessions 1'] });
    const link = await connect(sshd);
    const first = await link.run('exec cat');
    await expect(link.run('true')).rejects.toMatchObject({
      code: 'no-session',
      message: expect.stringContaining('MaxSessions') as string,
    });
    first.stdin.write('still here\n');
    expect(await lineReader(first)()).toBe('still here');
  });

  it('leaves nothing connected after close()', async () => {
    const sshd = await startSshd();
    const link = await connect(sshd);
    const running = await link.run('echo $$; exec cat');
    const pid = Number(await lineReader(running)());
    expect(await sshd.connectionPids()).not.toEqual([]);
    await link.close();
    expect(await within(10_000, async () => (await sshd.connectionPids()).length === 0)).toBe(true);
    expect(await isRunning(pid)).toBe(false);
  });
});

describe('the kit itself', () => {
  it('removes the server, its folder and its processes', async () => {
    const sshd = await startSshd({ stoppedBy: 'caller' });
    const link = await connect(sshd);
    await link.run('exec sleep 600');
    expect(await within(10_000, async () => (await sshd.commandPids()).length > 0)).toBe(true);
    const pids = [...(await sshd.connectionPids()), ...(await sshd.commandPids())];
    expect(pids.length).toBeGreaterThan(1);
    await sshd.stop();
    expect(await within(10_000, async () => !(await Promise.all(pids.map(isRunning))).includes(true))).toBe(true);
    await expect(readFile(sshd.sshConfigFile)).rejects.toThrow(/ENOENT/);
  });
});
