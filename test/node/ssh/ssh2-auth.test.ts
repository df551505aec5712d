// Keys against a real sshd: files, encrypted ones, a real ssh-agent, and the sentences when nothing fits.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addToAgent, lockKey, makeKey, startAgent, type KeyType } from '../../kit/sshd-keys.ts';
import { startSshd, type Sshd } from '../../kit/sshd.ts';
import { connect, refusal } from './ssh2-connecting.ts';

async function allow(sshd: Sshd, ...publicLines: string[]): Promise<void> {
  await writeFile(join(sshd.folder, 'authorized_keys'), `${publicLines.join('\n')}\n`);
}

describe('a key file', () => {
  it.each<KeyType>(['ed25519', 'ecdsa', 'rsa'])('of type %s lets us in', async (type) => {
    const sshd = await startSshd();
    const key = await makeKey(sshd.folder, 'mine', type);
    await allow(sshd, key.publicLine);
    expect((await connect(sshd, { identityFile: key.file })).describe).toBe(sshd.target);
  });

  it('that the node does not know is refused by name, paths last', async () => {
    const sshd = await startSshd();
    const key = await makeKey(sshd.folder, 'other', 'ed25519');
    await allow(sshd, key.publicLine);
    const error = await refusal(connect(sshd));
    expect(error.code).toBe('auth-failed');
    expect(error.host).toBe(sshd.target);
    expect(error.message).toContain(`${sshd.target} did not let us in: none of 1 key offered was accepted`);
  });

  it('of the command line is tried before those of the configuration', async () => {
    const sshd = await startSshd({ extraConfig: ['MaxAuthTries 2'] });
    const keys = await Promise.all(['a', 'b', 'c'].map((name) => makeKey(sshd.folder, name, 'ed25519')));
    const [right, ...wrong] = keys;
    if (right === undefined) throw new Error('no key');
    await allow(sshd, right.publicLine);
    await writeFile(
      sshd.sshConfigFile,
      `Host ${sshd.alias}\n HostName 127.0.0.1\n Port ${sshd.port}\n UserKnownHostsFile ${sshd.knownHostsFile}\n` +
        ` IdentityAgent none\n${wrong.map((key) => ` IdentityFile ${key.file}\n`).join('')}`,
    );
    expect((await connect(sshd, { identityFile: right.file })).describe).toBe(sshd.target);
    const error = await refusal(connect(sshd));
    expect(error.code).toBe('auth-failed');
    expect(error.message).toContain('Too many authentication failures');
  });

  it('of the command line that is not there, or is no key, stops at once', async () => {
    const sshd = await startSshd();
    const missing = await refusal(connect(sshd, { identityFile: join(sshd.folder, 'nothing') }));
    expect(missing.code).toBe('key-unreadable');
    expect(missing.message).toContain('there is no such key file');
    expect(missing.message.endsWith(join(sshd.folder, 'nothing'))).toBe(true);
    const folder = await refusal(connect(sshd, { identityFile: sshd.folder }));
    expect(folder).toMatchObject({ code: 'key-unreadable', message: expect.stringContaining('EISDIR') as string });
    const junk = await refusal(connect(sshd, { identityFile: sshd.sshConfigFile }));
    expect(junk).toMatchObject({ code: 'key-unreadable', message: expect.stringContaining('format') as string });
    const half = await refusal(connect(sshd, { identityFile: `${sshd.identityFile}.pub` }));
    expect(half).toMatchObject({ code: 'key-unreadable', message: expect.stringContaining('public key') as string });
    expect(await sshd.log()).not.toContain('Connection from');
  });

  it('of the configuration that is not there is mentioned when nothing else fits', async () => {
    const sshd = await startSshd();
    await rm(sshd.identityFile);
    const error = await refusal(connect(sshd));
    expect(error.code).toBe('auth-failed');
    expect(error.message).toContain('there was no key to offer');
    expect(error.message).toContain(`there is no such key file: ${sshd.identityFile}`);
  });
});

describe('an encrypted key', () => {
  it.each(['with', 'without'])('%s its public half beside it is named with the way on', async (how) => {
    const sshd = await startSshd();
    const key = await makeKey(sshd.folder, 'locked', 'ed25519', 'a secret phrase');
    if (how === 'without') await rm(`${key.file}.pub`);
    await allow(sshd, key.publicLine);
    const error = await refusal(connect(sshd, { identityFile: key.file }));
    expect(error.code).toBe('key-encrypted');
    expect(error.message).toContain('ssh-add');
    expect(error.message).toContain(key.file);
    expect(error.message).not.toContain('secret');
  });

  it('does not stand in the way of another key', async () => {
    const sshd = await startSshd();
    const key = await makeKey(sshd.folder, 'locked', 'ed25519', 'a secret phrase');
    expect((await connect(sshd, { identityFile: key.file })).describe).toBe(sshd.target);
  });

  it.each(['with', 'without'])('%s its public half beside it is used through the agent', async (how) => {
    const sshd = await startSshd();
    const open = await makeKey(sshd.folder, 'mine', 'ed25519');
    const socket = await startAgent(sshd.folder);
    await addToAgent(socket, open.file);
    await lockKey(open.file, 'a secret phrase');
    if (how === 'without') await rm(`${open.file}.pub`);
    await allow(sshd, open.publicLine);
    await writeFile(sshd.sshConfigFile, agentConfig(sshd, socket, [`IdentityFile ${open.file}`, 'IdentitiesOnly yes']));
    expect((await connect(sshd)).describe).toBe(sshd.target);
  });
});

describe('an ssh-agent', () => {
  it('lets us in with a key that is in no file', async () => {
    const sshd = await startSshd();
    const key = await makeKey(sshd.folder, 'mine', 'ed25519');
    const socket = await startAgent(sshd.folder);
    await addToAgent(socket, key.file);
    await rm(key.file);
    await allow(sshd, key.publicLine);
    await writeFile(sshd.sshConfigFile, agentConfig(sshd, socket, []));
    expect((await connect(sshd)).describe).toBe(sshd.target);
  });

  it('signs with RSA as servers of today want it', async () => {
    const sshd = await startSshd();
    const key = await makeKey(sshd.folder, 'mine', 'rsa');
    const socket = await startAgent(sshd.folder);
    await addToAgent(socket, key.file);
    await allow(sshd, key.publicLine);
    await writeFile(sshd.sshConfigFile, agentConfig(sshd, socket, []));
    expect((await connect(sshd)).describe).toBe(sshd.target);
  });

  it('is asked with IdentitiesOnly for the named keys alone', async () => {
    const sshd = await startSshd();
    const [named, other] = await Promise.all(['named', 'other'].map((name) => makeKey(sshd.folder, name, 'ed25519')));
    if (named === undefined || other === undefined) throw new Error('no keys');
    const socket = await startAgent(sshd.folder);
    await addToAgent(socket, other.file);
    await addToAgent(socket, named.file);
    const only = ['IdentitiesOnly yes', `IdentityFile ${named.file}.pub`];
    await writeFile(sshd.sshConfigFile, agentConfig(sshd, socket, only));
    await allow(sshd, other.publicLine);
    expect((await refusal(connect(sshd))).message).toContain('none of 1 key offered');
    await allow(sshd, named.publicLine);
    expect((await connect(sshd)).describe).toBe(sshd.target);
  });

  it('that is not there is mentioned, and files are tried', async () => {
    const sshd = await startSshd();
    const gone = join(sshd.folder, 'no-agent.sock');
    await writeFile(sshd.sshConfigFile, agentConfig(sshd, gone, [`IdentityFile ${sshd.identityFile}`]));
    expect((await connect(sshd)).describe).toBe(sshd.target);
    await allow(sshd, '# nobody');
    expect((await refusal(connect(sshd))).message).toContain('the ssh-agent could not be asked');
  });
});

describe('a node that wants something else than a key', () => {
  it('is said to, with what it takes', async () => {
    const sshd = await startSshd({ extraConfig: ['PubkeyAuthentication no', 'PasswordAuthentication yes'] });
    const error = await refusal(connect(sshd));
    expect(error.code).toBe('auth-failed');
    expect(error.message).toContain('takes no keys (password)');
  });

  it('is said to after it took the key', async () => {
    const sshd = await startSshd({
      extraConfig: ['AuthenticationMethods publickey,password', 'PasswordAuthentication yes'],
    });
    const error = await refusal(connect(sshd));
    expect(error.code).toBe('auth-failed');
    expect(error.message).toContain('accepted the key and wants more (password)');
  });
});

function agentConfig(sshd: Sshd, socket: string, lines: readonly string[]): string {
  return [
    `Host ${sshd.alias}`,
    'HostName 127.0.0.1',
    `Port ${sshd.port}`,
    `UserKnownHostsFile ${sshd.knownHostsFile}`,
    `IdentityAgent ${socket}`,
    ...lines,
    '',
  ].join('\n');
}
