// The ssh configuration through the real `ssh -G`: aliases, Match and Include, paths, agents, and what is refused.
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveHost, type ResolvedHost, type SshOptions } from '../../../node/ssh/ssh-config.ts';
import { sshTarget } from './ssh2-connecting.ts';

const made = { folder: '' };
beforeEach(async () => {
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-ssh-config-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(made.folder, { recursive: true });
});

async function resolve(target: string, config: string, options: SshOptions = {}): Promise<ResolvedHost> {
  const file = join(made.folder, 'config');
  await writeFile(file, config);
  return resolveHost(sshTarget(target), { sshConfigFile: file, ...options });
}

describe('an alias', () => {
  it('is what the configuration makes of it, Match and Include too', async () => {
    await writeFile(join(made.folder, 'more'), 'Host gpu\n User trainer\n');
    const host = await resolve(
      'gpu',
      `Include ${made.folder}/more\nHost gpu\n HostName node7.lab.example\n AddressFamily inet6\nMatch host node7.lab.example\n Port 2222\n ConnectTimeout 7\n`,
    );
    expect(host).toMatchObject({
      describe: 'trainer@node7.lab.example:2222',
      alias: 'gpu',
      addressFamily: 6,
      connectTimeoutMs: 7000,
      notes: [],
    });
  });

  it('gives way to what the target says itself', async () => {
    const host = await resolve('me@gpu:2200', 'Host gpu\n HostName node7\n Port 2222\n User trainer\n');
    expect(host.describe).toBe('me@node7:2200');
  });

  it('that the configuration does not have stays a host name', async () => {
    const host = await resolve('gpu', '');
    expect(host).toMatchObject({
      host: 'gpu',
      port: 22,
      user: userInfo().username,
      addressFamily: 0,
      connectTimeoutMs: null,
      hostKeyAlias: null,
    });
    expect((await resolve('[::1]:2222', '')).describe).toBe(`${userInfo().username}@[::1]:2222`);
  });
});

describe('paths of the configuration', () => {
  it('are expanded as ssh does it', async () => {
    vi.stubEnv('KEYS', '/mnt/keys');
    const home = userInfo().homedir;
    const host = await resolve(
      'gpu',
      [
        'Host gpu',
        ' HostName node7',
        ' User trainer',
        ' IdentityFile "~/my keys/%h-%r-%p-%n"',
        ' IdentityFile ${KEYS}/%u/%%/%i',
        ' IdentityFile %d/x%z',
        ' UserKnownHostsFile "/etc/with blank/kh" ~/%h.kh',
        ' GlobalKnownHostsFile /dev/null',
      ].join('\n'),
    );
    expect(host.identityFiles).toEqual([
      { path: `${home}/my keys/node7-trainer-22-gpu`, named: true },
      { path: `/mnt/keys/${userInfo().username}/%/${userInfo().uid}`, named: true },
      { path: `${home}/x%z`, named: true },
    ]);
    expect(host.knownHostsFiles).toEqual(['/etc/with blank/kh', `${home}/node7.kh`, '/dev/null']);
  });

  it('may be none', async () => {
    const host = await resolve('gpu', 'UserKnownHostsFile none\nGlobalKnownHostsFile none\nIdentityFile none\n');
    expect(host.knownHostsFiles).toEqual([]);
    expect(host.identityFiles).toEqual([]);
  });

  it('have defaults, which need not be there', async () => {
    const host = await resolve('gpu', '');
    expect(host.identityFiles).toContainEqual({ path: `${userInfo().homedir}/.ssh/id_ed25519`, named: false });
    expect(host.knownHostsFiles).toContain(`${userInfo().homedir}/.ssh/known_hosts`);
    expect(host.knownHostsFiles).toContain('/etc/ssh/ssh_known_hosts');
  });

  it('give way to the command line', async () => {
    const options = { identityFile: '/k/mine', knownHostsFile: '/k/known' };
    const host = await resolve('gpu', 'IdentityFile /k/other\n', options);
    expect(host.identityFiles).toEqual([
      { path: '/k/mine', named: true },
      { path: '/k/other', named: true },
    ]);
    expect(host.knownHostsFiles).toEqual(['/k/known']);
  });
});

describe('the agent', () => {
  it.each([
    ['', '/run/agent'],
    ['IdentityAgent none', null],
    ['IdentityAgent SSH_AUTH_SOCK', '/run/agent'],
    ['IdentityAgent $OTHER_SOCK', '/run/other'],
    ['IdentityAgent ${OTHER_SOCK}', '/run/other'],
    ['IdentityAgent /run/%r.sock', '/run/me.sock'],
  ])('with %j is %j', async (line, socket) => {
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent');
    vi.stubEnv('OTHER_SOCK', '/run/other');
    expect((await resolve('me@gpu', `${line}\n`)).agentSocket).toBe(socket);
  });

  it('is none when the environment names none', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', '');
    expect((await resolve('gpu', '')).agentSocket).toBeNull();
  });
});

describe('a configuration that cannot be used', () => {
  it('is shown with the line that ssh does not understand', async () => {
    await expect(resolve('gpu', 'Host gpu\n Prot 22\n')).rejects.toMatchObject({
      code: 'bad-ssh-config',
      message: expect.stringMatching(/line 2: Bad configuration option: prot/i) as string,
    });
  });

  it('is missed when it was named', async () => {
    const missing = resolveHost(sshTarget('gpu'), { sshConfigFile: join(made.folder, 'nothing') });
    await expect(missing).rejects.toMatchObject({
      code: 'bad-ssh-config',
      message: expect.stringContaining("Can't open user config file") as string,
    });
  });

  it('cannot be read without an ssh client, which is said', async () => {
    const sshProgram = join(made.folder, 'no-ssh');
    await expect(resolve('gpu', '', { sshProgram })).rejects.toMatchObject({ code: 'unsupported' });
    const host = await resolveHost(sshTarget('me@gpu:2222'), { sshProgram });
    expect(host.describe).toBe('me@gpu:2222');
    expect(host.notes).toEqual([expect.stringContaining('~/.ssh/config was not read')]);
    expect(host.identityFiles.every((file) => !file.named)).toBe(true);
  });

  it('is given up with the connection when a program that it names hangs', async () => {
    const giveUp = new AbortController();
    const hung = resolve(
      'gpu',
      `Match exec "touch ${made.folder}/asked; while [ -e ${made.folder} ]; do sleep 0.1; done"\n User me\n`,
      {
        signal: giveUp.signal,
      },
    );
    const outcome = hung.catch((error: unknown) => error);
    await vi.waitFor(() => access(join(made.folder, 'asked')), { timeout: 20_000 });
    const askedMs = performance.now();
    giveUp.abort();
    expect(await outcome).toMatchObject({ code: 'cancelled', message: 'Connecting to gpu was cancelled.' });
    // Far from the 15 s that an answer may take; the program ends with the test's folder.
    expect(performance.now() - askedMs).toBeLessThan(12_000);
  });
});
