// Exit code 3: wrong usage and failed connections, each with a sentence that names the cause, as text and as JSON.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { snapshotReportSchema } from '../../shared/evidence/gate/snapshot-schema.ts';
import { startSshd } from '../kit/sshd.ts';
import { command, gateJson, oneGate } from './command.ts';

/** The same in text on standard error and in JSON on standard output; the sentence of both. */
async function refused(args: readonly string[], env = {}): Promise<string> {
  const text = await command(['gate', ...args], { env });
  expect([text.code, text.out]).toEqual([3, '']);
  const json = await command(['gate', ...args, '--json'], { env });
  expect([json.code, json.err]).toEqual([3, '']);
  const report = oneGate(json.out);
  expect(report).toMatchObject({ verdict: null, exitCode: 3, engines: [], devices: [], reasons: [] });
  expect(text.err).toContain(report.error?.text ?? 'no error');
  return report.error?.text ?? '';
}

it.each(['nan', 'inf', '0', '-1', 'abc', '', '0x10', '3,0', '1e999', '1e-12'])('a limit of %j', async (limit) => {
  expect(await refused(['local', `--max-residual-gib=${limit}`])).toContain(`--max-residual-gib must be`);
  expect(await refused(['local', `--max-residual-gib=${limit}`])).toContain(`got ${JSON.stringify(limit)}`);
});

it('a limit of this machine that is no number, even where the default would do', async () => {
  expect(await refused(['local'], { MILES_MAX_RESIDUAL_GPU_MEM_GB: 'nan' })).toBe(
    `MILES_MAX_RESIDUAL_GPU_MEM_GB in this machine's environment must be a number of GiB, got "nan".`,
  );
});

it.each([
  ['an unknown option', ['local', '--nonsense'], "unknown option '--nonsense'"],
  [
    'an unknown policy',
    ['local', '--policy', 'strict'],
    "argument 'strict' is invalid. Allowed choices are engine-tree, whole-gpu.",
  ],
  ['a second target', ['local', 'other'], 'too many arguments'],
  [
    'a bad selector',
    ['local', '--engine', 'name:x'],
    '--engine must be pid:N, port:N, kind:sglang, kind:vllm, or title:TEXT, got "name:x".',
  ],
  ['a bad exemption', ['local', '--expect-awake', '4001'], '--expect-awake must be pid:N'],
  ['a bad pid', ['local', '--root-pid', '-3'], '--root-pid must be a process id, got "-3".'],
  ['pid 0', ['local', '--root-pid', '0'], '--root-pid must be a process id, got "0".'],
  [
    'a bad bus',
    ['local', '--policy', 'whole-gpu', '--bus', '3B:00.0,GPU1'],
    '--bus must be PCI bus ids such as 00000000:3B:00.0, got "GPU1".',
  ],
  ['a bus for engine-tree', ['local', '--bus', '3B:00.0'], '--bus gives --policy whole-gpu its cards'],
  ['two limits', ['local', '--limit-from-run', '--max-residual-gib', '3'], 'use one'],
  ['two roots', ['local', '--root-pid', '1', '--engine', 'port:1'], 'use one'],
  ['a bad time', ['local', '--smi-timeout', '1h'], '--smi-timeout must be a number of seconds above 0'],
  ['no time at all', ['local', '--smi-timeout', '0'], '--smi-timeout must be a number of seconds above 0'],
])('%s', async (_name, args, sentence) => expect(await refused(args)).toContain(sentence));

it('JSON names the target wherever it stands, and is empty where there is none', async () => {
  const target = async (...args: string[]): Promise<unknown> => oneGate((await command(args)).out).target;
  expect(await target('gate', '--json', '--max-residual-gib', '3', 'node-7', '--nonsense')).toBe('node-7');
  expect(await target('gate', 'node-7', '--json', '--nonsense')).toBe('node-7');
  expect(await target('gate', '--max-residual-gib=3', '--json', '--nonsense', 'node-7')).toBe('node-7');
  expect(await target('gate', '--json')).toBe('');
  expect(await target('gate', '--json', '--max-residual-gib')).toBe('');
});

it('the same for probe and watch, each in its own shape', async () => {
  const probe = await command(['probe', 'node-7', '--json', '--nonsense']);
  expect(probe).toMatchObject({ code: 3, err: '' });
  expect(snapshotReportSchema.parse(JSON.parse(probe.out))).toMatchObject({
    target: 'node-7',
    error: { code: 'usage' },
  });
  const watch = await command(['watch', 'node-7', '--json', '--interval', '0']);
  expect(watch).toMatchObject({ code: 3, err: '' });
  expect(oneGate(watch.out).error?.text).toContain('--interval must be a number of seconds above 0');
});

it('a command that does not exist, and none at all', async () => {
  expect(await command(['gait', 'local'])).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringContaining('gait') as unknown,
  });
  expect(await command([])).toMatchObject({ code: 3, out: '' });
});

it('help is no failure', async () => {
  const help = await command(['gate', '--help']);
  expect([help.code, help.err]).toEqual([0, '']);
  expect(help.out).toContain('--max-residual-gib');
});

it('a port where nobody listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const folder = await mkdtemp(join(tmpdir(), 'residuum-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, 'config');
  await writeFile(config, '');
  const sentence = await refused([`root@127.0.0.1:${port}`, '--ssh-config', config]);
  expect(sentence).toContain('refused');
  expect(sentence).toContain(String(port));
});

it('a host that does not exist, a scenario that does not exist', async () => {
  expect(await refused(['no-such-host.invalid'])).toContain('no-such-host.invalid');
  expect(await refused(['demo:nonsense'])).toContain('nonsense');
});

it('an unknown host key, a changed one, a key that is not let in, a key that is not there', async () => {
  const sshd = await startSshd();
  const other = await startSshd();
  const none = join(sshd.folder, 'empty');
  await writeFile(none, '');
  const changed = join(sshd.folder, 'changed');
  await writeFile(changed, `[127.0.0.1]:${sshd.port} ${other.hostKeyLines[0]}\n`);
  const at = async (knownHosts: string, identity: string, ...more: string[]): Promise<string> =>
    await refused([sshd.target, '--ssh-config', none, '--known-hosts', knownHosts, '--identity', identity, ...more]);
  expect(await at(none, sshd.identityFile)).toContain('--accept-new-host-key');
  expect(await at(changed, sshd.identityFile)).toMatch(/changed/i);
  expect(await at(changed, sshd.identityFile, '--accept-new-host-key')).toMatch(/changed/i);
  expect(await at(sshd.knownHostsFile, other.identityFile)).toMatch(/key/i);
  expect(await at(sshd.knownHostsFile, join(sshd.folder, 'missing'))).toContain('missing');
});

it('an account without a shell', async () => {
  const sshd = await startSshd({ loginShell: '/usr/sbin/nologin' });
  const report = await gateJson([sshd.alias, '--ssh-config', sshd.sshConfigFile]);
  expect(report.error).toMatchObject({ code: 'no-shell', text: expect.stringContaining(sshd.target) as unknown });
});
