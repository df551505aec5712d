// The list of targets: recent ones, aliases with their details, this machine, the demos; and nothing that is run for it.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { listTargets, type TargetsOptions } from '../../../node/service/targets.ts';
import type { RecentTarget } from '../../../node/service/settings.ts';
import type { TargetEntry } from '../../../shared/rpc/contract.ts';
import { DEMO_SCENARIOS } from '../../../shared/source/demo-scenarios.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'residuum-targets-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** With this text as the ssh configuration, on a machine that has nothing. */
async function list(config: string, options: Partial<TargetsOptions> = {}, recent: readonly RecentTarget[] = []) {
  const made = await folder();
  await writeFile(join(made, 'config'), config.replaceAll('FOLDER', made));
  const all = { env: {}, machineRoot: made, sshConfigFile: join(made, 'config'), ...options };
  return { made, ...(await listTargets(recent, all)) };
}

const ofKind = (targets: readonly TargetEntry[], kind: TargetEntry['kind']): TargetEntry[] =>
  targets.filter((each) => each.kind === kind);

it('says what ssh makes of an alias, and why one cannot be used', async () => {
  const config = `
Host gpu-1
  HostName 10.0.0.1
  Port 2222
  User ada
Host behind
  HostName 10.0.0.2
  User ada
  ProxyJump bastion
Host local demo *.x -odd
`;
  const { targets, notes } = await list(config);
  expect(ofKind(targets, 'ssh-config')).toEqual([
    { target: 'gpu-1', kind: 'ssh-config', label: 'gpu-1', detail: 'ada@10.0.0.1:2222', problem: '', lastMs: null },
    {
      target: 'behind',
      kind: 'ssh-config',
      label: 'behind',
      detail: 'ada@10.0.0.2:22',
      problem: expect.stringContaining('asks for ProxyJump') as unknown,
      lastMs: null,
    },
  ]);
  expect(notes).toEqual([]);
});

it('runs nothing for the list: with Match exec aliases come without details, and it says why', async () => {
  const { targets, notes, made } = await list(
    'Host gpu-1\n  HostName 10.0.0.1\nMatch exec "touch FOLDER/ran"\n  User eve\n',
  );
  expect(ofKind(targets, 'ssh-config').map(({ target, detail }) => [target, detail])).toEqual([['gpu-1', '']]);
  expect(notes).toEqual([expect.stringContaining('Match exec')]);
  expect(existsSync(join(made, 'ran'))).toBe(false);
});

it('puts recent targets first, with what is known of them', async () => {
  const recent = [
    { target: 'gpu-1', lastMs: 20 },
    { target: 'ada@elsewhere', lastMs: 10 },
  ];
  const { targets } = await list('Host gpu-1\n  HostName 10.0.0.1\n  User ada\n', {}, recent);
  expect(targets.slice(0, 2)).toEqual([
    { target: 'gpu-1', kind: 'recent', label: 'gpu-1', detail: 'ada@10.0.0.1:22', problem: '', lastMs: 20 },
    { target: 'ada@elsewhere', kind: 'recent', label: 'ada@elsewhere', detail: '', problem: '', lastMs: 10 },
  ]);
});

it('says that this machine has no driver, unless one of its signs is there', async () => {
  const without = ofKind((await list('')).targets, 'local');
  expect(without).toEqual([
    {
      target: 'local',
      kind: 'local',
      label: 'This machine',
      detail: '',
      problem: expect.stringMatching(/^No NVIDIA driver was found on this machine/) as unknown,
      lastMs: null,
    },
  ]);
  for (const sign of ['proc/driver/nvidia', 'dev/dxg', 'usr/bin/nvidia-smi']) {
    const machineRoot = await folder();
    await mkdir(join(machineRoot, sign), { recursive: true });
    const { targets } = await list('', { machineRoot, env: { PATH: '/usr/local/bin:/usr/bin' } });
    expect(ofKind(targets, 'local').map(({ problem }) => problem)).toEqual(['']);
  }
});

it('lists every demo with what it shows', async () => {
  const demos = ofKind((await list('')).targets, 'demo');
  expect(demos.map(({ target }) => target)).toEqual([...DEMO_SCENARIOS.keys()].map((name) => `demo:${name}`));
  expect(demos[0]?.detail).toMatch(/^An SGLang engine asleep with 1\.7 GiB left on each bus, .*\.$/);
});
