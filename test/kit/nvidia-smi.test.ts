// The stand-in nvidia-smi prints what drivers 340 to 610 print. Expectations are written by hand from the real tool.
import { describe, expect, it } from 'vitest';
import { startNode, type FakeNode } from './fake-node.ts';
import { isAlive, statusLine, tableEntry, until } from './process-table.ts';
import { runCommand, type CommandResult } from './run-command.ts';

const DEVICES = '--query-gpu=pci.bus_id,memory.total,memory.used';
const USAGE = '--query-compute-apps=gpu_bus_id,pid,used_memory';
const PLAIN = '--format=csv,noheader,nounits';
const GPUS = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 551 used 100
gpu AF:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 551 used 200
process a "a" pid 11 on 3B:00.0 50
process b "b" pid 12 on AF:00.0 100
`;

const node = (text: string): Promise<FakeNode> => startNode(text, { processes: 'foreign' });
const smi = (fake: FakeNode, ...args: string[]): Promise<CommandResult> => runCommand('nvidia-smi', args, fake.env);

describe('format', () => {
  it('names the columns by their full names, with units', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}`);
    const devices = await smi(
      fake,
      '--query-gpu=index,gpu_bus_id,gpu_name,memory.total,memory.reserved,memory.free',
      '--format=csv',
    );
    expect(devices).toEqual({
      code: 0,
      out:
        'index, pci.bus_id, name, memory.total [MiB], memory.reserved [MiB], memory.free [MiB]\n' +
        '0, 00000000:3B:00.0, NVIDIA H100 80GB HBM3, 81559 MiB, 551 MiB, 80908 MiB\n' +
        '1, 00000000:AF:00.0, NVIDIA H100 80GB HBM3, 81559 MiB, 551 MiB, 80808 MiB\n',
      err: '',
    });
    expect((await smi(fake, '--query-compute-apps=pid,name,used_memory', '--format=csv')).out).toBe(
      'pid, process_name, used_gpu_memory [MiB]\n11, a, 50 MiB\n12, b, 100 MiB\n',
    );
    expect((await smi(fake, USAGE, '--format=csv,nounits')).out).toBe(
      'gpu_bus_id, pid, used_gpu_memory\n00000000:3B:00.0, 11, 50\n00000000:AF:00.0, 12, 100\n',
    );
  });

  it('prints the header alone, or nothing, when no process runs', async () => {
    const fake = await node('node n driver 550.54.15\ngpu 3B:00.0 "H100" total 80 reserved 1 used 0');
    expect((await smi(fake, USAGE, '--format=csv')).out).toBe('gpu_bus_id, pid, used_gpu_memory [MiB]\n');
    expect(await smi(fake, USAGE, PLAIN)).toEqual({ code: 0, out: '', err: '' });
  });

  it('replaces commas in names and nothing else', async () => {
    const fake = await node(
      'node n driver 550.54.15\ngpu 3B:00.0 "H100" total 80 reserved 1 used 9\n' +
        'process a "a,b\\nc\\td\\e[31m\\xff" title pid 11 on 3B:00.0 1\ngone 12 on 3B:00.0 2',
    );
    expect((await smi(fake, '--query-compute-apps=pid,name', PLAIN)).out).toBe(
      '11, a?b\nc\td\x1b[31m\xff\n12, [Not Found]\n',
    );
  });

  it.each([
    ['375.66', '0000:3B:00.0, 81559, 651'],
    ['390.157', '00000000:3B:00.0, 81559, 651'],
    ['470.256.02', '00000000:3B:00.0, 81559, 651'],
    ['510.39.01', '00000000:3B:00.0, 81559, 100'],
    ['610.43.02', '00000000:3B:00.0, 81559, 100'],
  ])('driver %s: bus and used as that generation prints them', async (driver, first) => {
    const fake = await node(`node n driver ${driver} ${GPUS}`);
    expect((await smi(fake, DEVICES, PLAIN)).out.split('\n')[0]).toBe(first);
  });

  it.each([
    ['390.157', '[Not Supported]'],
    ['418.226.00', '[N/A]'],
  ])('driver %s: memory that it does not know is %s, also with units', async (driver, cell) => {
    const fake = await node(
      `node n driver ${driver}\ngpu 3B:00.0 "H100" total 80 reserved 1 used 9\nprocess a "a" pid 11 on 3B:00.0 [N/A]`,
    );
    expect((await smi(fake, '--query-compute-apps=pid,used_memory', '--format=csv,noheader')).out).toBe(
      `11, ${cell}\n`,
    );
  });

  it('cuts a domain to four digits on old drivers, so that two buses look the same', async () => {
    const text = 'gpu 00010000:01:00.0 "A" total 80 reserved 1 used 9\ngpu 0000:01:00.0 "A" total 80 reserved 1 used 8';
    const old = await node(`node n driver 340.108\n${text}`);
    expect((await smi(old, '--query-gpu=pci.bus_id', PLAIN)).out).toBe('0000:01:00.0\n0000:01:00.0\n');
    const now = await node(`node n driver 550.54.15\n${text}`);
    expect((await smi(now, '--query-gpu=pci.bus_id', PLAIN)).out).toBe('00010000:01:00.0\n00000000:01:00.0\n');
  });
});

describe('refusals', () => {
  it.each([
    ['470.256.02', '--query-gpu=memory.reserved', 'memory.reserved'],
    ['550.54.15', '--query-gpu=pci.bus_id,nonsense', 'nonsense'],
    ['550.54.15', '--query-compute-apps=gpu_index,pid', 'gpu_index'],
  ])('driver %s refuses %s', async (driver, query, field) => {
    const fake = await node(`node n driver ${driver} ${GPUS}`);
    const out = `Field "${field}" is not a valid field to query.\n\n`;
    expect(await smi(fake, query, PLAIN)).toEqual({ code: 2, out, err: '' });
  });

  it('can refuse a field that every driver has, under both its names', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi refuse gpu_bus_id`);
    expect((await smi(fake, USAGE, PLAIN)).code).toBe(2);
    expect((await smi(fake, '--query-compute-apps=pid,used_memory', PLAIN)).out).toBe('11, 50\n12, 100\n');
  });

  it('needs one query and a format', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}`);
    expect(await smi(fake, DEVICES)).toMatchObject({ code: 2, out: expect.stringContaining('"--format=" switch') });
    expect(await smi(fake, DEVICES, USAGE, PLAIN)).toMatchObject({
      code: 2,
      out: 'Only one --query-* switch can be used at a time.\n',
    });
  });
});

describe('failures of the whole call', () => {
  const MISMATCH = 'Failed to initialize NVML: Driver/library version mismatch\n';
  const BLOCKED = 'Failed to initialize NVML: GPU access blocked by the operating system\n';
  it.each([
    ['550.54.15', 'no-devices', 6, 'No devices were found\n'],
    ['418.226.00', 'mismatch', 231, MISMATCH],
    ['470.256.02', 'mismatch', 255, MISMATCH],
    ['535.261.03', 'mismatch', 18, `${MISMATCH}NVML library version: 535.261\n`],
    ['550.54.15', 'permissions', 4, 'Failed to initialize NVML: Insufficient Permissions\n'],
    ['550.54.15', 'unknown-error', 255, 'Failed to initialize NVML: Unknown Error\n'],
    ['550.54.15', 'lost', 15, 'Failed to initialize NVML: GPU is lost\n'],
    ['550.54.15', 'irq', 11, 'Failed to initialize NVML: Interrupt Request Issue\n'],
    ['340.108', 'blocked', 231, BLOCKED],
    ['550.54.15', 'blocked', 17, BLOCKED],
  ])('driver %s, %s: exit %i', async (driver, why, code, out) => {
    const fake = await node(`node n driver ${driver} ${GPUS}\nsmi fails ${why}`);
    expect(await smi(fake, DEVICES, PLAIN)).toEqual({ code, out, err: '' });
    expect(await smi(fake, USAGE, PLAIN)).toEqual({ code, out, err: '' });
  });

  it('says that the driver or the library is missing', async () => {
    const driverless = await node(`node n driver none ${GPUS}`);
    const noDriver = await smi(driverless, DEVICES, PLAIN);
    expect(noDriver.code).toBe(9);
    expect(noDriver.out).toMatch(/^NVIDIA-SMI has failed because it couldn't communicate .* running\.\n\n$/);
    await driverless.set(`node n driver 550.54.15 ${GPUS}\nsmi fails no-library`);
    const noLibrary = await smi(driverless, DEVICES, PLAIN);
    expect(noLibrary.code).toBe(12);
    expect(noLibrary.out.split('\n')).toHaveLength(3);
  });

  it('is not on PATH when it is missing', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi missing`);
    expect((await runCommand('sh', ['-c', 'nvidia-smi'], fake.env)).code).toBe(127);
  });

  it('prints garbage and says that all is well', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi garbage "<html>\\xff\\n"`);
    expect(await smi(fake, DEVICES, PLAIN)).toEqual({ code: 0, out: '<html>\xff\n', err: '' });
  });
});

describe('one bad GPU', () => {
  const HEALTHY = '00000000:3B:00.0, 81559, 100\n';
  it.each([
    ['550.54.15', 'lost', 15, 'GPU0000:AF:00.0: GPU is lost.  Reboot the system to recover this GPU\n\n\n'],
    ['470.256.02', 'unknown-error', 255, 'GPU 0000:AF:00.0: Unknown Error\n'],
    ['550.54.15', 'blocked', 17, 'GPU0000:AF:00.0: Unknown Error\n'],
  ])('driver %s: a handle that is %s ends the answer of all', async (driver, why, code, text) => {
    const fake = await node(`node n driver ${driver} ${GPUS}\nsmi handle AF:00.0 ${why}`);
    const failure = { code, out: `Unable to determine the device handle for ${text}`, err: '' };
    expect(await smi(fake, DEVICES, PLAIN)).toEqual(failure);
    expect(await smi(fake, DEVICES, PLAIN, '-i', '1')).toEqual(failure);
    expect(await smi(fake, DEVICES, PLAIN, '-i', '00000000:3B:00.0')).toEqual(failure);
    expect((await smi(fake, '--query-gpu=index', PLAIN, '-i', '0')).out).toBe('0\n');
    expect((await smi(fake, '--query-compute-apps=pid', PLAIN, '-i', '0')).out).toBe('11\n');
  });

  it('is left out in silence when its handle is not permitted', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi handle AF:00.0 permissions`);
    expect(await smi(fake, DEVICES, PLAIN)).toEqual({ code: 0, out: HEALTHY, err: '' });
  });

  it('is a row of lost cells when it is lost after its handle', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi row AF:00.0 lost`);
    expect((await smi(fake, DEVICES, PLAIN)).out).toBe(`${HEALTHY}[GPU is lost], [GPU is lost], [GPU is lost]\n`);
    expect((await smi(fake, USAGE, PLAIN)).out).toBe(
      '00000000:3B:00.0, 11, 50\n[GPU is lost], [GPU is lost], [GPU is lost]\n',
    );
  });

  it.each(['[N/A]', '[Insufficient Permissions]', '[Unknown Error]'])('refuses its process list: %s', async (cell) => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi processes AF:00.0 ${cell}`);
    expect((await smi(fake, USAGE, PLAIN)).out).toBe(`00000000:3B:00.0, 11, 50\n00000000:AF:00.0, ${cell}, ${cell}\n`);
    expect((await smi(fake, DEVICES, PLAIN)).code).toBe(0);
  });
});

describe('memory that moves', () => {
  it('goes on with each device reading and stays at its last value', async () => {
    const fake = await node('node n driver 550.54.15\ngpu 3B:00.0 "H100" total 80 reserved 1 used 9 then 5 then 3');
    const query = ['--query-gpu=memory.used,memory.free', PLAIN];
    const seen = [];
    // A refused call and one without memory are no readings.
    await smi(fake, '--query-gpu=memory.used,nonsense', PLAIN);
    await smi(fake, '--query-gpu=index', PLAIN);
    for (let call = 0; call < 4; call += 1) seen.push((await smi(fake, ...query)).out.trim());
    expect(seen).toEqual(['9, 70', '5, 74', '3, 76', '3, 76']);
    await fake.set('node n driver 550.54.15\ngpu 3B:00.0 "H100" total 80 reserved 1 used 20 then 21');
    expect((await smi(fake, ...query)).out).toBe('20, 59\n');
  });

  it('moves the rows too, and can repeat them', async () => {
    const fake = await node(
      'node n driver 550.54.15\ngpu 3B:00.0 "H100" total 80 reserved 1 used sum+2\n' +
        'process a "a" pid 11 on 3B:00.0 30 then 4\nsmi repeat',
    );
    expect((await smi(fake, USAGE, PLAIN)).out).toBe('00000000:3B:00.0, 11, 30\n00000000:3B:00.0, 11, 30\n');
    expect((await smi(fake, USAGE, PLAIN)).out).toBe('00000000:3B:00.0, 11, 4\n00000000:3B:00.0, 11, 4\n');
    expect((await smi(fake, '--query-gpu=memory.used', PLAIN)).out).toBe('32\n');
    expect((await smi(fake, '--query-gpu=memory.used', PLAIN)).out).toBe('6\n');
  });
});

describe('a driver that does not answer', () => {
  const started = async (fake: FakeNode): Promise<number> => {
    await until(
      () => fake.runningSmiCalls().length > 0,
      () => 'nvidia-smi was not started',
    );
    return fake.runningSmiCalls()[0] ?? 0;
  };

  it('is slow only in the call that it is told to be slow in', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi slow usage 300`);
    const begin = performance.now();
    expect((await smi(fake, USAGE, PLAIN)).code).toBe(0);
    expect(performance.now() - begin).toBeGreaterThan(290);
    expect((await smi(fake, DEVICES, PLAIN)).code).toBe(0);
  });

  it('hangs in one process named nvidia-smi, ignores TERM and dies from KILL', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi hung devices`);
    const call = smi(fake, DEVICES, PLAIN);
    const pid = await started(fake);
    expect((await runCommand('cat', [`/proc/${pid}/comm`], fake.env)).out).toBe('nvidia-smi\n');
    expect((await runCommand('cat', [`/proc/${pid}/task/${pid}/children`], fake.env)).out).toBe('');
    await until(
      () => ignoresTerm(pid),
      () => 'the call does not ignore TERM',
    );
    process.kill(pid, 'SIGTERM');
    expect((await smi(fake, USAGE, PLAIN)).code).toBe(0);
    // It looks twice a second whether its owner is still there.
    await expect.poll(() => tableEntry(pid)?.state).toBe('S');
    process.kill(pid, 'SIGKILL');
    expect((await call).code).toBe(-1);
    expect(fake.smiCalls()).toEqual([
      { pid, arguments: [DEVICES, PLAIN] },
      { pid: expect.any(Number), arguments: [USAGE, PLAIN] },
    ]);
  });

  it('shows itself in state D in a foreign tree, and stays there after it was killed', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi stuck usage`);
    const call = smi(fake, USAGE, PLAIN);
    const pid = await started(fake);
    await until(
      () => tableEntry(pid, fake.tree.root) !== undefined,
      () => 'the call is not in the tree',
    );
    const entry = tableEntry(pid, fake.tree.root);
    expect(entry).toEqual({ pid, state: 'D', ppid: 1, startTicks: tableEntry(pid)?.startTicks });
    process.kill(pid, 'SIGKILL');
    await call;
    await fake.set(`node n driver 550.54.15 ${GPUS}`);
    expect(tableEntry(pid, fake.tree.root)?.state).toBe('D');
  });

  it('leaves no call behind when the node stops', async () => {
    const fake = await node(`node n driver 550.54.15 ${GPUS}\nsmi hung`);
    const call = smi(fake, DEVICES, PLAIN);
    const entry = tableEntry(await started(fake));
    await fake.stop();
    expect((await call).code).toBe(-1);
    expect(entry !== undefined && isAlive(entry)).toBe(false);
  });
});

function ignoresTerm(pid: number): boolean {
  // SigIgn is a bit set; TERM is signal 15.
  const mask = statusLine(pid, 'SigIgn');
  return mask !== undefined && ((BigInt(`0x${mask}`) >> 14n) & 1n) === 1n;
}
