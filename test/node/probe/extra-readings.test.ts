// What is read on request only: sockets, environments and holders of GPU device files, of real processes.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startNode } from '../../kit/fake-node.ts';
import { freePort } from '../../kit/sshd-port.ts';
import { oneSample, TWO_PAIRS } from './probe-host.ts';

const GPU = 'gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9';

it.each(TWO_PAIRS)('names the sockets that engines listen on, and only those, with %s and %s', async (shell, awk) => {
  const port = await freePort('127.0.0.1');
  const other = await freePort('127.0.0.1');
  const node = await startNode(
    `${GPU}\nprocess server "python -m sglang.launch_server --port ${port}"\nprocess stranger "python web.py"`,
    { sockets: { server: [{ port }], stranger: [{ port: other }] } },
  );
  const { snapshot } = await oneSample(node, { shell, awk, want: ['sockets'] });
  expect(snapshot.sockets.filter(({ pid }) => [...node.pids.values()].includes(pid))).toEqual([
    { pid: node.pid('server'), family: 'tcp', addressHex: '0100007F', port },
  ]);
  const unasked = await oneSample(node, { shell, awk, want: ['environment', 'holders'] });
  expect(unasked.snapshot.sockets).toEqual([]);
});

it.each(TWO_PAIRS)('reads the variables of the list and no other, with %s and %s', async (shell, awk) => {
  const node = await startNode(`
${GPU}
process server "python -m sglang.launch_server" env "RANK=3" env "LOCAL_RANK=" env "SECRET_THING=Zq9" env "X=a\\nRANK=Zq9" env "CUDA_VISIBLE_DEVICES=0,1" env "PYTORCH_CUDA_ALLOC_CONF=a\\nb"
process stranger "vim" env "RANK=7"
`);
  const { frame, snapshot } = await oneSample(node, { shell, awk, want: ['environment'] });
  expect(snapshot.environment.get(node.pid('server'))).toEqual({
    readable: true,
    variables: new Map([
      ['RANK', '3'],
      ['LOCAL_RANK', ''],
      ['CUDA_VISIBLE_DEVICES', '0,1'],
      ['PYTORCH_CUDA_ALLOC_CONF', 'a\u0001b'],
    ]),
  });
  expect(snapshot.environment.has(node.pid('stranger'))).toBe(false);
  expect(frame.text).not.toContain('Zq9');
});

it.runIf(process.getuid?.() === 0)('says that an environment could not be read [needs root]', async () => {
  const node = await startNode(`${GPU}\nprocess server "python -m sglang.launch_server" env "RANK=3"`);
  const shell = path.join(node.dir, 'as-nobody');
  await writeFile(shell, '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups sh "$@"\n', {
    mode: 0o755,
  });
  const { snapshot } = await oneSample(node, { through: shell, want: ['environment', 'sockets'] });
  expect(snapshot.environment.get(node.pid('server'))).toEqual({ readable: false, variables: new Map() });
  expect(snapshot.sockets.filter(({ pid }) => pid === node.pid('server'))).toEqual([]);
});

/** A character device beside the real ones, if this machine lets us make it. Never one of theirs. */
async function makeDevice(): Promise<string> {
  const file = `/dev/nvidia-residuum-test-${process.pid}`;
  onTestFinished(() => rm(file, { force: true }));
  // The numbers of /dev/null: nothing happens to who opens it.
  execFileSync('mknod', [file, 'c', '1', '3']);
  return file;
}

it.runIf(process.getuid?.() === 0)('names living holders of GPU device files [needs root]', async () => {
  const device = await makeDevice();
  const node = await startNode(GPU);
  const held = openSync(device, 'r');
  const sleeper = spawn('sleep', ['60'], { stdio: [held, 'ignore', 'ignore'] });
  onTestFinished(() => void sleeper.kill('SIGKILL'));
  await once(sleeper, 'spawn');
  closeSync(held);
  for (const [shell, awk] of TWO_PAIRS) {
    const { snapshot } = await oneSample(node, { shell, awk, want: ['holders'] });
    const ours = snapshot.holders.filter(({ paths }) => paths.includes(device));
    expect(ours).toEqual([{ pid: sleeper.pid, paths: [device] }]);
  }
});

it.each(TWO_PAIRS)('takes no file for a device or a socket because of its name, with %s and %s', async (shell, awk) => {
  const node = await startNode(`${GPU}\nprocess server "python -m sglang.launch_server --port 30000" listen 30000`, {
    processes: 'foreign',
  });
  const fd = node.tree.path(node.pid('server'), 'fd');
  await mkdir(fd, { recursive: true });
  const names = [
    '/tmp/a -> /dev/nvidia0',
    '/tmp/a\n7 -> /dev/nvidia0',
    '/tmp/a\n\n1/fd:\nl 7 -> /dev/nvidia1',
    '/x/socket:[70001]',
    '/x\nl -> socket:[70001]',
  ];
  for (const [at, name] of names.entries()) await symlink(name, path.join(fd, String(10 + at)));
  const { snapshot } = await oneSample(node, { shell, awk, want: ['holders', 'sockets'] });
  expect(snapshot.holders).toEqual([]);
  expect(snapshot.sockets).toHaveLength(1);
  await rm(path.join(fd, '3'));
  expect((await oneSample(node, { shell, awk, want: ['sockets'] })).snapshot.sockets).toEqual([]);
});
