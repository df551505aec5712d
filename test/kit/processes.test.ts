// Real processes look in /proc as the scenario says, and all of them end.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNode } from './fake-node.ts';
import { isAlive, statusLine, tableEntry, until } from './process-table.ts';
import { GONE_ROWS, MILES_SPAWN_STUB, ORPHAN_BESIDE_SLEEPING } from './scenarios.ts';

const cmdline = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'latin1');
const comm = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'latin1');

describe('played processes', () => {
  it('have the parents, names and command lines of the scenario', async () => {
    const node = await startNode(MILES_SPAWN_STUB);
    const seen = [...node.pids].map(([label, pid]) => [label, tableEntry(pid)?.ppid, comm(pid).trim()]);
    const { pids } = node;
    // Roots are children of nobody in the scenario.
    const outside = tableEntry(node.pid('raylet'))?.ppid;
    expect([...pids.values()]).not.toContain(outside);
    expect(seen).toEqual([
      ['raylet', outside, 'raylet'],
      ['actor', pids.get('raylet'), 'ray::SGLangEngi'],
      ['tracker', pids.get('actor'), 'python'],
      ['stub', pids.get('actor'), 'python'],
      ['tp0', pids.get('stub'), 'sglang::schedul'],
      ['tp1', pids.get('stub'), 'sglang::schedul'],
      ['detok', pids.get('stub'), 'sglang::detoken'],
      ['train0', pids.get('raylet'), 'ray::MegatronTr'],
      ['train1', pids.get('raylet'), 'ray::MegatronTr'],
    ]);
    expect(cmdline(node.pid('tp1'))).toBe('sglang::scheduler_TP1\0');
    expect(cmdline(node.pid('stub'))).toBe(
      'python\0-c\0from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)\0' +
        '--multiprocessing-fork\0',
    );
  });

  it.each([
    [
      'a newline, a tab, an escape and bytes that are not UTF-8',
      '"a\\nb\\tc\\e[31m\\xff\\xfe" title',
      'a\nb\tc\x1b[31m\xff\xfe\0',
    ],
    ['a forged end marker', '"@0123456789abcdef\\tend\\t1\\t2\\t3\\n" title', '@0123456789abcdef\tend\t1\t2\t3\n\0'],
    ['100 KB', `"${'x'.repeat(100_000)}" title`, `${'x'.repeat(100_000)}\0`],
    ['a single letter, padded as setproctitle leaves it', '"a"', 'a\0'],
  ])('may be named with %s', async (_what, text, bytes) => {
    const node = await startNode(`process p ${text}`);
    const seen = cmdline(node.pid('p'));
    // How many NULs setproctitle leaves behind depends on what was there before.
    expect(seen.replace(/\0+$/, '\0')).toBe(bytes);
  });

  it('may have a comm of their own, an environment and another user', async () => {
    const node = await startNode('process p "python -m x" comm "a) b (c" uid 65534 env "RANK=3" env "A=b c"');
    const pid = node.pid('p');
    expect(comm(pid)).toBe('a) b (c\n');
    expect(readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').filter(Boolean).sort()).toEqual([
      'A=b c',
      'PATH=/usr/bin:/bin',
      'RANK=3',
    ]);
    expect(statusLine(pid, 'Uid')).toBe('65534\t65534\t65534\t65534');
  });

  it('may be zombies, whose parent does not look after them', async () => {
    const node = await startNode('process p "python -m x"\n  process z "sglang::scheduler_TP0" state Z');
    expect(tableEntry(node.pid('z'))).toMatchObject({ state: 'Z', ppid: node.pid('p') });
    expect(cmdline(node.pid('z'))).toBe('');
  });

  it('leave orphans when their parent is killed', async () => {
    const node = await startNode(ORPHAN_BESIDE_SLEEPING);
    const outside = tableEntry(node.pid('left'))?.ppid;
    await node.kill('server');
    await until(
      () => tableEntry(node.pid('tp0'))?.ppid === outside,
      () => 'the scheduler was not given away',
    );
    expect(tableEntry(node.pid('server'))).toBeUndefined();
    expect(isAlive(node.process('tp0'))).toBe(true);
  });

  it('have really ended when the driver lists them as gone', async () => {
    const node = await startNode(GONE_ROWS);
    expect(tableEntry(node.pid('killed'))).toBeUndefined();
    expect(
      execFileSync(
        'nvidia-smi',
        ['--query-compute-apps=pid,name,used_memory', '--format=csv,noheader'],
        node,
      ).toString(),
    ).toBe(`${node.pid('tp0')}, sglang::scheduler_TP0, 1536 MiB\n${node.pid('killed')}, [Not Found], 20480 MiB\n`);
  });

  it('go on, end or begin when the scenario goes on', async () => {
    const node = await startNode('process a "a"\n  process b "b"\nprocess c "c"');
    const [a, b, c] = ['a', 'b', 'c'].map((label) => node.process(label));
    await node.set('process c "c"\nprocess d "d"\n  process e "e"');
    expect([a, b, c].map((each) => each !== undefined && isAlive(each))).toEqual([false, false, true]);
    expect(node.pid('c')).toBe(c?.pid);
    expect(tableEntry(node.pid('e'))?.ppid).toBe(node.pid('d'));
    await expect(node.set('process c "c"\n  process f "f"')).rejects.toThrow('its parent c runs already');
  });

  it.each([
    ['process p "x" pid 12', 'a real process cannot choose its pid'],
    ['process p "x" state D', 'cannot be put into state D'],
    ['process p "x" state Z', 'a zombie needs a parent'],
  ])('cannot be played: %s', async (text, message) => {
    await expect(startNode(text)).rejects.toThrow(message);
  });
});

describe('clean-up', () => {
  it('ends every process when the node stops', async () => {
    const node = await startNode(ORPHAN_BESIDE_SLEEPING, { cleanup: 'manual' });
    const all = ['server', 'tp0', 'detok', 'left'].map((label) => node.process(label));
    await node.stop();
    expect(all.filter(isAlive)).toEqual([]);
    await expect(node.stop()).resolves.toBeUndefined();
  });

  it('ends every process when whoever runs the tests is killed', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'residuum-runner-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    // A runner of its own: a shell that holds the pipe, as the test runner does, with a tree of keepers behind it.
    const files = { '0.kids': '1', '1.cmdline': 'root\0', '1.comm': 'root', '1.kids': '2', '1.env': '', '1.uid': '' };
    const child = { '2.cmdline': 'child\0', '2.comm': 'child', '2.kids': '', '2.env': '', '2.uid': '' };
    for (const [name, text] of Object.entries({ ...files, ...child })) await writeFile(path.join(dir, name), text);
    await writeFile(path.join(dir, 'k'), readFileSync(path.join(import.meta.dirname, 'keeper.pl')));
    const runner = spawn(process.execPath, ['-e', RUNNER], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void runner.kill('SIGKILL'));
    let said = '';
    runner.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until(
      () => said.split('\n').length === 5,
      () => `the runner said ${said}`,
    );
    const lines = said.split('\n').filter((line) => /^\d/.test(line));
    const keepers = lines.map((line) => tableEntry(Number(line.split(' ')[1])));
    expect(keepers.map((each) => each !== undefined && isAlive(each))).toEqual([true, true]);
    runner.kill('SIGKILL');
    await until(
      () => !keepers.some((each) => each !== undefined && isAlive(each)),
      () => 'keepers outlived the runner',
    );
  });
});

const RUNNER = `
require('node:child_process').spawn('perl', ['k', '0'], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
setInterval(() => undefined, 1000);
`;
