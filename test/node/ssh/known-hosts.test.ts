// known_hosts as ssh-keygen reads it: the same file, the same names, the same lines.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostKeyAlgorithms } from '../../../node/ssh/host-key.ts';
import {
  fingerprint,
  formatKnownHost,
  judgeHostKey,
  keyTypeOf,
  knownKeyTypes,
  linesFor,
  parseKnownHosts,
} from '../../../node/ssh/known-hosts.ts';
import { makeKey } from '../../kit/sshd-keys.ts';

const run = promisify(execFile);
const made = { folder: '', one: '', two: '', ecdsa: '' };

beforeAll(async () => {
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-known-hosts-'));
  const line = async (name: string, type: 'ed25519' | 'ecdsa'): Promise<string> =>
    (await makeKey(made.folder, name, type)).publicLine.split(' ').slice(0, 2).join(' ');
  [made.one, made.two, made.ecdsa] = await Promise.all([
    line('one', 'ed25519'),
    line('two', 'ed25519'),
    line('ecdsa', 'ecdsa'),
  ]);
});
afterAll(() => rm(made.folder, { recursive: true }));

const blob = (publicLine: string): Buffer => Buffer.from(publicLine.split(' ')[1] ?? '', 'base64');
const at = (host: string, port = 22): { host: string; port: number } => ({ host, port });

describe('a known_hosts file', () => {
  it('has the lines for a host that ssh-keygen -F finds in it', async () => {
    const { one, two, ecdsa } = made;
    const text = [
      '# a comment',
      '',
      `plain ${one}`,
      `listed,also.listed,10.0.0.7 ${one} with a comment`,
      `\tindented\t${one.replace(' ', '\t')}`,
      `[ported]:2222 ${one}`,
      `*.lab.example,!old.lab.example ${one}`,
      `!all.example,* ${two}`,
      `gpu-0? ${ecdsa}`,
      `[gpu-*]:2200 ${ecdsa}`,
      `MiXed.Case ${one}`,
      `@revoked bad ${two}`,
      `@cert-authority *.ca.example ${two}`,
      `@unknown-marker plain ${one}`,
      `dos.line ${one}\r`,
      `[fe80::1]:22 ${one}`,
      `2001:db8::7 ${one}`,
      `no.line.end ${one}`,
    ].join('\n');
    const file = join(made.folder, 'mixed');
    await writeFile(file, text);
    const lines = parseKnownHosts(text, file);

    const names = ['plain', 'listed', 'also.listed', '10.0.0.7', 'indented', 'ported', '[ported]:2222', 'ported:2222'];
    names.push('a.lab.example', 'old.lab.example', 'all.example', 'gpu-01', 'gpu-011', '[gpu-7]:2200', 'gpu-7');
    names.push('mixed.case', 'bad', 'x.ca.example', 'dos.line', '2001:db8::7', 'no.line.end', 'lab.example', 'fe80::1');
    for (const name of names) {
      const ours = linesFor(lines, name).map((line) => line.line);
      expect({ name, lines: ours }).toEqual({ name, lines: await foundBySshKeygen(file, name) });
    }
  });

  it('is read past lines without a key, which ssh passes over too', () => {
    const [, encoded] = made.one.split(' ');
    const broken = ['gpu', 'gpu ssh-ed25519', 'gpu ssh-ed25519 !!!', `gpu ssh-rsa ${encoded}`, 'gpu 1024 35 123456789'];
    const lines = parseKnownHosts([...broken, '@revoked gpu', `gpu ${made.one}`].join('\n'), 'known_hosts');
    expect(lines.map((line) => line.line)).toEqual([7]);
  });

  it('is read the same after ssh-keygen -H has hashed it', async () => {
    const file = join(made.folder, 'hashed');
    await writeFile(file, `plain ${made.one}\n[ported]:2222 ${made.two}\na,b ${made.ecdsa}\n`);
    await run('ssh-keygen', ['-q', '-H', '-f', file]);
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain('plain');
    const lines = parseKnownHosts(text, file);
    for (const name of ['plain', '[ported]:2222', 'ported', 'a', 'b', 'c']) {
      const ours = linesFor(lines, name).map((line) => line.line);
      expect({ name, lines: ours }).toEqual({ name, lines: await foundBySshKeygen(file, name) });
    }
  });

  it('takes the lines that we write, plain and hashed', async () => {
    const file = join(made.folder, 'written');
    const salt = Buffer.from('0123456789abcdefghij');
    const names = [at('GPU-01'), at('gpu-02', 2222), at('2001:db8::7'), at('2001:db8::7', 2222)];
    const lines = names.flatMap((name) => [
      formatKnownHost(name, blob(made.one), null),
      formatKnownHost(name, blob(made.two), salt),
    ]);
    await writeFile(file, `${lines.join('\n')}\n`);
    expect(await foundBySshKeygen(file, 'gpu-01')).toEqual([1, 2]);
    expect(await foundBySshKeygen(file, '[gpu-02]:2222')).toEqual([3, 4]);
    expect(await foundBySshKeygen(file, '2001:db8::7')).toEqual([5, 6]);
    expect(await foundBySshKeygen(file, '[2001:db8::7]:2222')).toEqual([7, 8]);
    expect(judgeHostKey(parseKnownHosts(lines.join('\n'), file), at('gpu-01'), blob(made.two)).kind).toBe('trusted');
  });

  it('shows fingerprints as ssh-keygen -l does', async () => {
    const { stdout } = await run('ssh-keygen', ['-l', '-f', join(made.folder, 'ecdsa.pub')]);
    expect(stdout).toContain(` ${fingerprint(blob(made.ecdsa))} `);
  });
});

describe('a host key', () => {
  const judge = (text: string, name: { host: string; port: number }, key: string): object =>
    judgeHostKey(parseKnownHosts(text, 'known_hosts'), name, blob(key));

  it('is trusted when any line of the host has it', () => {
    const text = `gpu ${made.two}\ngpu ${made.ecdsa}\n*.x,gpu ${made.one}`;
    expect(judge(text, at('gpu'), made.one)).toMatchObject({ kind: 'trusted', line: { line: 3 } });
  });

  it('is unknown when no line speaks of the host', () => {
    expect(judge(`gpu2 ${made.one}`, at('gpu'), made.one)).toEqual({ kind: 'unknown', authorities: [] });
    expect(judge('', at('gpu'), made.one)).toEqual({ kind: 'unknown', authorities: [] });
  });

  it('is changed when the host is known by others, of this type or another', () => {
    const text = `gpu ${made.one}\ngpu ${made.ecdsa}`;
    expect(judge(text, at('gpu'), made.two)).toMatchObject({ kind: 'changed', known: [{ line: 1 }, { line: 2 }] });
    expect(judge(`gpu ${made.ecdsa}`, at('gpu'), made.two)).toMatchObject({ kind: 'changed' });
  });

  it('is revoked whatever else trusts it, but only for hosts that the line speaks of', () => {
    const text = `gpu ${made.one}\n@revoked gpu,other ${made.one}`;
    expect(judge(text, at('gpu'), made.one)).toMatchObject({ kind: 'revoked', line: { line: 2 } });
    expect(judge(`gpu ${made.one}\n@revoked gpu ${made.two}`, at('gpu'), made.one)).toMatchObject({ kind: 'trusted' });
    expect(judge(`gpu ${made.one}\n@revoked other ${made.one}`, at('gpu'), made.one)).toMatchObject({
      kind: 'trusted',
    });
  });

  it('may be the one that the host has on port 22, which never counts against it', () => {
    expect(judge(`gpu ${made.one}`, at('gpu', 2222), made.one)).toMatchObject({ kind: 'trusted' });
    expect(judge(`gpu ${made.one}`, at('gpu', 2222), made.two)).toMatchObject({ kind: 'unknown' });
    expect(judge(`[gpu]:2222 ${made.one}`, at('gpu'), made.one)).toMatchObject({ kind: 'unknown' });
    expect(judge(`gpu ${made.one}\n[gpu]:2222 ${made.two}`, at('gpu', 2222), made.one)).toMatchObject({
      kind: 'changed',
    });
    expect(judge(`@revoked gpu ${made.one}`, at('gpu', 2222), made.one)).toMatchObject({ kind: 'revoked' });
  });

  it('is not trusted because a certificate authority has the same key', () => {
    expect(judge(`@cert-authority gpu ${made.one}`, at('gpu'), made.one)).toMatchObject({
      kind: 'unknown',
      authorities: [{ line: 1 }],
    });
  });

  it('is asked for by the types that are known, RSA with its newer signatures first', () => {
    const lines = parseKnownHosts(`gpu ${made.ecdsa}\n[gpu]:2222 ${made.one}\n@revoked gpu ${made.two}`, 'known_hosts');
    expect(knownKeyTypes(lines, at('gpu'))).toEqual(['ecdsa-sha2-nistp256']);
    expect(knownKeyTypes(lines, at('gpu', 2222))).toEqual(['ssh-ed25519']);
    expect(knownKeyTypes(lines, at('gpu', 2200))).toEqual(['ecdsa-sha2-nistp256']);
    expect(hostKeyAlgorithms([])[0]).toBe('ssh-ed25519');
    expect(hostKeyAlgorithms(['ecdsa-sha2-nistp256'])[0]).toBe('ecdsa-sha2-nistp256');
    expect(hostKeyAlgorithms(['ssh-rsa']).slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']);
    expect(new Set(hostKeyAlgorithms(['ssh-rsa', 'ssh-dss'])).size).toBe(7);
  });

  it('that is cut has no type', () => {
    expect(keyTypeOf(Buffer.alloc(0))).toBeUndefined();
    expect(keyTypeOf(Buffer.from([0, 0, 0, 9, 1]))).toBeUndefined();
    expect(keyTypeOf(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]))).toBeUndefined();
  });
});

/** Line numbers that `ssh-keygen -F` reports; it exits with 1 when there are none. */
async function foundBySshKeygen(file: string, name: string): Promise<number[]> {
  const { stdout } = await run('ssh-keygen', ['-F', name, '-f', file]).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? '',
  }));
  return [...stdout.matchAll(/found: line (\d+)/g)].map((match) => Number(match[1]));
}
