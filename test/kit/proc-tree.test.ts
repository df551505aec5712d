// A foreign process tree reads like /proc: same files, same fields as this machine's kernel writes.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startNode, type FakeNode } from './fake-node.ts';
import { tableEntry } from './process-table.ts';

const TEXT = `
node gpu-07 driver 550.54.15 memory 2048
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 00010000:C1:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 0
process server "python -m x" listen 30000
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 5 comm "a) b (c" uid 1000 rss 900 nspid "12 1" cgroup "0::/a.scope" env "RANK=3"
`;

const foreign = (text = TEXT, options = {}): Promise<FakeNode> => startNode(text, { processes: 'foreign', ...options });
const read = (node: FakeNode, ...parts: (string | number)[]): string =>
  readFileSync(node.tree.path(...parts), 'latin1');

describe('a foreign tree', () => {
  it('holds the files of a process', async () => {
    const node = await foreign();
    const pid = node.pid('tp0');
    expect(readdirSync(node.tree.path(pid)).sort()).toEqual([
      'cgroup',
      'cmdline',
      'comm',
      'environ',
      'fd',
      'stat',
      'status',
    ]);
    expect(read(node, pid, 'cmdline')).toBe('sglang::scheduler_TP0\0');
    expect(read(node, node.pid('server'), 'cmdline')).toBe('python\0-m\0x\0');
    expect(read(node, pid, 'comm')).toBe('a) b (c\n');
    expect(read(node, pid, 'cgroup')).toBe('0::/a.scope\n');
    expect(read(node, pid, 'environ')).toBe('RANK=3\0');
    const status = read(node, pid, 'status');
    expect(status).toContain(`\nUid:\t1000\t1000\t1000\t1000\n`);
    expect(status).toContain(`\nNSpid:\t${pid}\t12\t1\n`);
    expect(status).toContain('\nVmRSS:\t  921600 kB\n');
    expect(tableEntry(pid, node.tree.root)).toMatchObject({ ppid: node.pid('server'), state: 'S' });
  });

  it('has as many fields in stat as this kernel', async () => {
    const node = await foreign();
    const fields = (text: string): number => text.slice(text.lastIndexOf(')')).split(' ').length;
    expect(fields(read(node, node.pid('tp0'), 'stat'))).toBe(fields(readFileSync('/proc/self/stat', 'latin1')));
  });

  it('describes the node, its driver and its buses', async () => {
    const node = await foreign(TEXT, { namespace: 'host' });
    expect(read(node, 'driver/nvidia/version').split('\n')[0]).toMatch(
      /^NVRM version: NVIDIA UNIX x86_64 Kernel Module {2}550\.54\.15 {2}/,
    );
    expect(readdirSync(node.tree.path('driver/nvidia/gpus')).sort()).toEqual(['0000:3b:00.0', '00010000:c1:00.0']);
    expect(read(node, 'sys/kernel/hostname')).toBe('gpu-07\n');
    expect(read(node, 'meminfo')).toMatch(/^MemTotal: +2097152 kB\n/);
    expect(readlinkSync(node.tree.path('self/ns/pid'))).toBe('pid:[4026531836]');
  });

  it('has a LISTEN socket that leads to its process', async () => {
    const node = await foreign();
    const line = read(node, 'net/tcp').split('\n')[1]?.trim().split(/\s+/);
    expect(line?.slice(1, 4)).toEqual(['0100007F:7530', '00000000:0000', '0A']);
    expect(readlinkSync(node.tree.path(node.pid('server'), 'fd/3'))).toBe(`socket:[${line?.[9]}]`);
  });

  it('loses its driver with the scenario', async () => {
    const node = await foreign();
    await node.set('node gpu-07 driver none');
    expect(existsSync(node.tree.path('driver/nvidia'))).toBe(false);
    expect(existsSync(node.tree.path(node.pid('tp0')))).toBe(false);
  });

  it('is damaged on purpose: unreadable, hollow, gone, a cycle', async () => {
    const node = await foreign();
    const { tree } = node;
    const [server, tp0] = [node.pid('server'), node.pid('tp0')];
    await tree.makeUnreadable(tp0, 'cmdline');
    expect(() => read(node, tp0, 'cmdline')).toThrow('EISDIR');
    await tree.setParent(server, tp0);
    expect(tableEntry(server, tree.root)?.ppid).toBe(tp0);
    await tree.hollow(server);
    expect(readdirSync(tree.path(server))).toEqual([]);
    await node.kill('tp0');
    expect(existsSync(tree.path(tp0))).toBe(false);
  });

  it('may be big', async () => {
    const node = await foreign(TEXT, { extra: 2000 });
    const pids = readdirSync(node.tree.root).filter((name) => /^\d+$/.test(name));
    expect(pids).toHaveLength(2000 + 2 + 2);
  });
});
