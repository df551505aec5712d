// Host keys against a real sshd: unknown, new, changed, revoked, hashed, of several types.
import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeKey } from '../../kit/sshd-keys.ts';
import { startSshd, type Sshd } from '../../kit/sshd.ts';
import { connect, refusal } from './ssh2-connecting.ts';

const run = promisify(execFile);

async function shownFingerprint(sshd: Sshd): Promise<string> {
  const { stdout } = await run('ssh-keygen', ['-l', '-f', join(sshd.folder, 'host_ed25519.pub')]);
  return stdout.split(' ')[1] ?? '';
}

describe('an unknown host key', () => {
  it('is refused with its type, its fingerprint and the way on', async () => {
    const sshd = await startSshd();
    await writeFile(sshd.knownHostsFile, '');
    const error = await refusal(connect(sshd));
    expect(error.code).toBe('host-key-unknown');
    expect(error.host).toBe(sshd.target);
    expect(error.message).toContain(`ssh-ed25519 ${await shownFingerprint(sshd)}`);
    expect(error.message).toContain('--accept-new-host-key');
    expect(error.message).toMatch(new RegExp(`Looked in: ${sshd.knownHostsFile}`));
    expect(await readFile(sshd.knownHostsFile, 'utf8')).toBe('');
  });

  it('is accepted and remembered on request, on a line of its own', async () => {
    const sshd = await startSshd();
    const before = '# kept as it is, without a line end';
    await writeFile(sshd.knownHostsFile, before);
    const link = await connect(sshd, { acceptNewHostKey: 'any' });
    expect(link.notes).toEqual([expect.stringContaining(await shownFingerprint(sshd))]);
    const written = await readFile(sshd.knownHostsFile, 'utf8');
    const [type, key] = (sshd.hostKeyLines[0] ?? '').split(' ');
    expect(written).toBe(`${before}\n[127.0.0.1]:${sshd.port} ${type} ${key}\n`);

    const again = await connect(sshd);
    expect(again.notes).toEqual([]);
    expect((await connect(sshd, { acceptNewHostKey: 'any' })).describe).toBe(sshd.target);
    expect(await readFile(sshd.knownHostsFile, 'utf8')).toBe(written);
  });

  it('makes the file and its folder for the owner only', async () => {
    const sshd = await startSshd();
    const file = join(sshd.folder, 'home', '.ssh', 'known_hosts');
    expect((await connect(sshd, { acceptNewHostKey: 'any', knownHostsFile: file })).describe).toBe(sshd.target);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(sshd.folder, 'home', '.ssh'))).mode & 0o777).toBe(0o700);
  });

  it('is written hashed where the configuration says so, and ssh-keygen finds it', async () => {
    const sshd = await startSshd({ extraClientConfig: ['HashKnownHosts yes'] });
    await writeFile(sshd.knownHostsFile, '');
    expect((await connect(sshd, { acceptNewHostKey: 'any' })).describe).toBe(sshd.target);
    expect(await readFile(sshd.knownHostsFile, 'utf8')).toMatch(/^\|1\|\S+ ssh-ed25519 \S+\n$/);
    const found = await run('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', sshd.knownHostsFile]);
    expect(found.stdout).toContain('found: line 1');
    expect((await connect(sshd)).describe).toBe(sshd.target);
  });

  it('is not written when the node does not let us in', async () => {
    const sshd = await startSshd();
    await writeFile(sshd.knownHostsFile, '');
    await writeFile(join(sshd.folder, 'authorized_keys'), '');
    const error = await refusal(connect(sshd, { acceptNewHostKey: 'any' }));
    expect(error.code).toBe('auth-failed');
    expect(await readFile(sshd.knownHostsFile, 'utf8')).toBe('');
  });

  it('says that a certificate authority is known but not supported', async () => {
    const sshd = await startSshd();
    await writeFile(sshd.knownHostsFile, `@cert-authority * ${sshd.hostKeyLines[0]}\n`);
    const error = await refusal(connect(sshd));
    expect(error.code).toBe('host-key-unknown');
    expect(error.message).toContain('host certificates are not supported yet');
  });
});

describe('a changed host key', () => {
  it.each(['none', 'any'] as const)('is refused, with %s accepted', async (acceptNewHostKey) => {
    const sshd = await startSshd();
    const other = await makeKey(sshd.folder, 'other', 'ed25519');
    const text = `[127.0.0.1]:${sshd.port} ${other.publicLine}\n`;
    await writeFile(sshd.knownHostsFile, text);
    const error = await refusal(connect(sshd, { acceptNewHostKey }));
    expect(error.code).toBe('host-key-changed');
    expect(error.message).toContain(await shownFingerprint(sshd));
    expect(error.message).toContain('(line 1)');
    expect(error.message).toContain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}'`);
    expect(error.message.endsWith(sshd.knownHostsFile)).toBe(true);
    expect(await readFile(sshd.knownHostsFile, 'utf8')).toBe(text);
  });

  it('is also one of another type, because the known type was asked for first', async () => {
    const sshd = await startSshd({ hostKeys: ['ecdsa'] });
    const other = await makeKey(sshd.folder, 'other', 'ed25519');
    await writeFile(sshd.knownHostsFile, `[127.0.0.1]:${sshd.port} ${other.publicLine}\n`);
    const error = await refusal(connect(sshd, { acceptNewHostKey: 'any' }));
    expect(error.code).toBe('host-key-changed');
    expect(error.message).toContain('ecdsa-sha2-nistp256 SHA256:');
  });
});

describe('a revoked host key', () => {
  it('is refused although another line trusts it', async () => {
    const sshd = await startSshd();
    const trusted = await readFile(sshd.knownHostsFile, 'utf8');
    await writeFile(sshd.knownHostsFile, `${trusted}@revoked * ${sshd.hostKeyLines[0]}\n`);
    const error = await refusal(connect(sshd, { acceptNewHostKey: 'any' }));
    expect(error.code).toBe('host-key-revoked');
    expect(error.message).toContain('line 2');
  });
});

describe('a known host key', () => {
  it('is found in a file that ssh-keygen -H has hashed', async () => {
    const sshd = await startSshd();
    await run('ssh-keygen', ['-H', '-f', sshd.knownHostsFile]);
    expect(await readFile(sshd.knownHostsFile, 'utf8')).toMatch(/^\|1\|/);
    expect((await connect(sshd)).describe).toBe(sshd.target);
  });

  it.each(['ecdsa', 'rsa'] as const)('is asked for by its type (%s), though the node prefers another', async (type) => {
    const sshd = await startSshd({ hostKeys: ['ed25519', type] });
    await writeFile(sshd.knownHostsFile, `[127.0.0.1]:${sshd.port} ${sshd.hostKeyLines[1]}\n`);
    expect((await connect(sshd)).describe).toBe(sshd.target);
  });

  it('is found under HostKeyAlias, without a port', async () => {
    const sshd = await startSshd({ extraClientConfig: ['HostKeyAlias gpu-rack-7'] });
    await writeFile(sshd.knownHostsFile, `gpu-rack-7 ${sshd.hostKeyLines[0]}\n`);
    expect((await connect(sshd)).describe).toBe(sshd.target);
  });

  it('stays the same one when the session keys are renewed', async () => {
    const sshd = await startSshd({ extraConfig: ['RekeyLimit 256K'] });
    await writeFile(sshd.knownHostsFile, '');
    const link = await connect(sshd, { acceptNewHostKey: 'any' });
    const running = await link.run('head -c 3000000 /dev/zero');
    let read = 0;
    for await (const chunk of running.output) read += chunk.byteLength;
    expect(read).toBe(3_000_000);
  });

  it('is not looked for when a known_hosts file cannot be read', async () => {
    const sshd = await startSshd();
    const error = await refusal(connect(sshd, { knownHostsFile: sshd.folder, acceptNewHostKey: 'any' }));
    expect(error.code).toBe('known-hosts-unreadable');
    expect(error.message).toContain('EISDIR');
  });
});
