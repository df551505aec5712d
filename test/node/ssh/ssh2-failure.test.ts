// Connections that do not come about: each with its code and a sentence to act on.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectSsh, type ConnectOptions } from '../../../node/ssh/connect-ssh.ts';
import type { LinkError } from '../../../node/link/link-error.ts';
import { freePort, startListener } from '../../kit/sshd-port.ts';
import { startSshd } from '../../kit/sshd.ts';
import { connect, refusal, sshTarget } from './ssh2-connecting.ts';

const NO_CONFIG: ConnectOptions = { sshConfigFile: '/dev/null', knownHostsFile: '/dev/null' };

function failure(target: string, options: ConnectOptions = {}): Promise<LinkError> {
  return refusal(connectSsh(sshTarget(target), { ...NO_CONFIG, ...options }));
}

describe('a connection that does not come about', () => {
  it('because nothing listens', async () => {
    const port = await freePort();
    const error = await failure(`me@127.0.0.1:${port}`);
    expect(error.code).toBe('refused');
    expect(error.host).toBe(`me@127.0.0.1:${port}`);
    expect(error.message).toMatch(/refused the connection: nothing listens on that port\. Check/);
  });

  it('because there is no such alias or host', async () => {
    const error = await failure('gpu-nowhere.invalid');
    expect(error.code).toBe('no-such-host');
    expect(error.message).toMatch(/^No such alias or host: .*"gpu-nowhere\.invalid"/);
  });

  it('because an alias stands for a host that does not exist', async () => {
    const sshd = await startSshd();
    const file = join(sshd.folder, 'other_config');
    await writeFile(file, 'Host gpu\n HostName gpu-nowhere.invalid\n');
    const error = await failure('gpu', { sshConfigFile: file });
    expect(error.code).toBe('no-such-host');
    expect(error.message).toContain('"gpu" is "gpu-nowhere.invalid"');
  });

  it('because the address has no route', async () => {
    // The discard prefix of RFC 6666; where it were routed, the time limit would answer.
    const error = await failure('me@[100::1]:22', { connectLimitMs: 500 });
    expect(['no-route', 'timeout']).toContain(error.code);
    expect(error.host).toBe('me@[100::1]:22');
  });

  it('because the peer accepts and says nothing', async () => {
    const port = await startListener(() => undefined);
    const before = Date.now();
    const error = await failure(`me@127.0.0.1:${port}`, { connectLimitMs: 1_000 });
    expect(Date.now() - before).toBeLessThan(20_000);
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('accepted the connection and then said nothing useful for 1 s (handshake)');
  });

  it('because the peer hangs up at once', async () => {
    const port = await startListener((socket) => socket.end());
    const error = await failure(`me@127.0.0.1:${port}`);
    expect(error.code).toBe('lost');
    expect(error.message).toContain('closed the connection during the handshake');
  });

  it('because the peer resets the connection', async () => {
    const port = await startListener((socket) => socket.resetAndDestroy());
    const error = await failure(`me@127.0.0.1:${port}`);
    expect(error.code).toBe('lost');
  });

  it('because something else than SSH answers', async () => {
    const port = await startListener((socket) => {
      socket.write(`HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n${'x'.repeat(40_000)}\r\n`);
    });
    const error = await failure(`me@127.0.0.1:${port}`, { connectLimitMs: 20_000 });
    expect(error.code).toBe('not-ssh');
    expect(error.message).toContain('does not speak SSH');
  });

  it('because the peer garbles the handshake', async () => {
    const port = await startListener((socket) => socket.write(`SSH-2.0-x\r\n${'\xff'.repeat(64)}`));
    const error = await failure(`me@127.0.0.1:${port}`, { connectLimitMs: 20_000 });
    expect(error.code).toBe('not-ssh');
  });

  it('because the two have no algorithm in common', async () => {
    const sshd = await startSshd({ extraConfig: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    const error = await refusal(connect(sshd));
    expect(error.code).toBe('unsupported');
    expect(error.message).toContain('no algorithm in common');
  });

  it('because it was cancelled', async () => {
    const port = await startListener(() => undefined);
    const stop = new AbortController();
    const connecting = failure(`me@127.0.0.1:${port}`, { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    expect((await connecting).code).toBe('cancelled');
    expect((await failure(`me@127.0.0.1:${port}`, { signal: stop.signal })).code).toBe('cancelled');
  });
});

describe('a configuration that asks for what is not supported', () => {
  it.each([
    ['ProxyJump', 'ProxyJump bastion'],
    ['ProxyCommand', 'ProxyCommand nc %h %p'],
    ['RevokedHostKeys', 'RevokedHostKeys /etc/ssh/revoked'],
  ])('%s is refused, and nothing is connected', async (name, line) => {
    const sshd = await startSshd({ extraClientConfig: [line] });
    const error = await refusal(connect(sshd));
    expect(error.code).toBe('unsupported');
    expect(error.message).toContain(`asks for ${name} to reach ${sshd.alias}`);
    expect(error.message).toContain('Nothing was connected');
    expect(await sshd.log()).not.toContain('Connection from');
  });

  it.each(['ProxyJump none', 'ProxyCommand none'])('"%s" is fine', async (line) => {
    const sshd = await startSshd({ extraClientConfig: [line] });
    expect((await connect(sshd)).describe).toBe(sshd.target);
  });
});
