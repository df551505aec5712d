// A node of the kit gives an environment, goes on while it is read, and leaves nothing behind.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startNode } from './fake-node.ts';
import { runCommand } from './run-command.ts';
import { ASLEEP_CLEAN } from './scenarios.ts';

const QUERY = ['--query-gpu=memory.used', '--format=csv,noheader,nounits'];
const used = (mib: number): string => `gpu 3B:00.0 "H100" total 81559 reserved 479 used ${mib}`;

it('gives real processes a driver file, and a foreign tree its root', async () => {
  const real = await startNode(ASLEEP_CLEAN);
  expect(Object.keys(real.env)).toEqual(['PATH', 'RESIDUUM_DRIVER_FILE']);
  expect(readFileSync(real.env['RESIDUUM_DRIVER_FILE'] ?? '', 'utf8')).toMatch(/^NVRM version: .* 550\.54\.15 /);
  const foreign = await startNode(ASLEEP_CLEAN, { processes: 'foreign' });
  expect(Object.keys(foreign.env)).toEqual(['PATH', 'RESIDUUM_PROC_ROOT']);
  expect(existsSync(`${foreign.env['RESIDUUM_PROC_ROOT']}/${foreign.pid('tp0')}/stat`)).toBe(true);
  expect(() => real.tree).toThrow('has real processes');
});

it('has no driver file while no driver is loaded', async () => {
  const node = await startNode('node n driver none');
  expect(existsSync(node.env['RESIDUUM_DRIVER_FILE'] ?? '')).toBe(false);
  await node.set('node n driver 550.54.15');
  expect(existsSync(node.env['RESIDUUM_DRIVER_FILE'] ?? '')).toBe(true);
});

it('answers each call from one state while the state is replaced', async () => {
  const node = await startNode(used(1), { processes: 'foreign' });
  const running = { yes: true };
  const writer = (async () => {
    for (let mib = 1; running.yes; mib = 3 - mib) await node.set(`${used(mib)}\n${'# padding\n'.repeat(50)}`);
  })();
  const seen = new Set<string>();
  for (let call = 0; call < 30; call += 1) {
    const { code, out, err } = await runCommand('nvidia-smi', QUERY, node.env);
    seen.add(`${code} ${out.trim()} ${err}`);
  }
  running.yes = false;
  await writer;
  expect([...seen].filter((each) => each !== '0 1 ' && each !== '0 2 ')).toEqual([]);
});

it('keeps unchanged processes in place while the scenario goes on', async () => {
  const node = await startNode(ASLEEP_CLEAN, { processes: 'foreign' });
  const stat = node.tree.path(node.pid('tp0'), 'stat');
  const running = { yes: true };
  const writer = (async () => {
    while (running.yes) await node.set(ASLEEP_CLEAN.replace('5210', String(5000 + Math.round(performance.now()))));
  })();
  const begin = performance.now();
  // Every look finds it: a reader must not take a rewritten process for one that ended.
  while (performance.now() - begin < 150) {
    expect(readFileSync(stat, 'latin1')).toContain('(sglang::schedul)');
    await new Promise(setImmediate);
  }
  running.yes = false;
  await writer;
});

it('counts the calls, with their arguments', async () => {
  const node = await startNode(used(1), { processes: 'foreign' });
  await Promise.all([1, 2, 3].map(() => runCommand('nvidia-smi', QUERY, node.env)));
  expect(node.smiCalls().map((call) => call.arguments)).toEqual([QUERY, QUERY, QUERY]);
  expect(new Set(node.smiCalls().map((call) => call.pid)).size).toBe(3);
});

it('leaves no folder behind, also when it could not start', async () => {
  const node = await startNode(ASLEEP_CLEAN, { processes: 'foreign', cleanup: 'manual' });
  const folders = [node.dir, node.tree.root];
  await node.stop();
  await node.stop();
  expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
  await expect(startNode('nonsense')).rejects.toThrow('scenario, line 1: nonsense is not known');
});
