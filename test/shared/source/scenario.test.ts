// A node written as text becomes a value; mistakes name their line.
import { describe, expect, it } from 'vitest';
import { DEMO_SCENARIO } from '../../../shared/source/demo-scenario.ts';
import { driverDevices, driverRows } from '../../../shared/source/scenario-driver.ts';
import { placeScenario } from '../../../shared/source/scenario-placement.ts';
import { parseScenario } from '../../../shared/source/scenario.ts';

const GPU = 'gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used';

describe('a scenario', () => {
  it('reads the node and its GPUs', () => {
    const scenario = parseScenario(`node gpu-07 driver 470.256.02 memory 2048\n${GPU} 6130 # a comment`);
    expect(scenario).toMatchObject({ hostname: 'gpu-07', driver: '470.256.02', memoryMib: 2048, processes: [] });
    expect(scenario.gpus).toEqual([
      {
        bus: '00000000:3B:00.0',
        name: 'NVIDIA H100 80GB HBM3',
        uuid: 'GPU-00000000-0000-4000-8000-000000003b00',
        serial: '1650123010000',
        total: { mib: 81559 },
        reserved: { mib: 479 },
        used: [{ mib: 6130 }],
        free: undefined,
      },
    ]);
  });

  it('takes parentage from indentation', () => {
    const { processes } = parseScenario(
      [
        'process raylet "raylet"',
        '  process actor "ray::SGLangEngine"',
        '    process stub "python -c x"',
        '      process tp0 "sglang::scheduler_TP0"',
        '  process trainer "ray::MegatronTrainRayActor.train"',
        'orphan left "sglang::scheduler_TP1"',
      ].join('\n'),
    );
    expect(processes.map((each) => [each.label, each.parent])).toEqual([
      ['raylet', undefined],
      ['actor', 'raylet'],
      ['stub', 'actor'],
      ['tp0', 'stub'],
      ['trainer', 'raylet'],
      ['left', undefined],
    ]);
  });

  it.each([
    ['"sglang::scheduler_TP0"', ['sglang::scheduler_TP0'], 'sglang::schedul'],
    ['"VLLM::EngineCore rank 0"', ['VLLM::EngineCore rank 0'], 'VLLM::EngineCor'],
    ['"/usr/bin/python3 -m sglang.launch_server"', ['/usr/bin/python3', '-m', 'sglang.launch_server'], 'python3'],
    [`"python -c 'from x import y; y()' --fork"`, ['python', '-c', 'from x import y; y()', '--fork'], 'python'],
    ['"two words" title', ['two words'], 'two words'],
    ['"python" comm "a) b (c"', ['python'], 'a) b (c'],
    ['"é\\xff\\n\\"q\\" \\\\" title', ['\xc3\xa9\xff\n"q" \\'], '\xc3\xa9\xff\n"q" \\'],
    ['""', [], 'p'],
  ])('reads the command line %s', (text, argv, comm) => {
    expect(parseScenario(`process p ${text}`).processes[0]).toMatchObject({ argv, comm });
  });

  it('reads what else a process may say', () => {
    const text =
      `${GPU} 9\nprocess p "p" on 3B:00.0 [N/A] state D uid 1000 pid 77 start 5 rss 900 nspid "12 1" ` +
      'cgroup "0::/x" env "A=b c" env "B=" listen 30000 listen 10.0.0.5:80';
    expect(parseScenario(text).processes[0]).toMatchObject({
      holds: [{ bus: '00000000:3B:00.0', used: [{ cell: '[N/A]' }] }],
      state: 'D',
      uid: 1000,
      pid: 77,
      startTicks: 5,
      rssMib: 900,
      innerPids: [12, 1],
      cgroup: '0::/x',
      environment: ['A=b c', 'B='],
      listens: [
        { address: '127.0.0.1', port: 30000 },
        { address: '10.0.0.5', port: 80 },
      ],
    });
  });

  it('reads what the sockets of a process answer over HTTP', () => {
    const text = `
process server "sglang serve" listen 30000
  http sglang weight 0.98 kvcache 7.9 graph -0.44 tokens 690267
  process tp0 "sglang::scheduler_TP0"
process old "sglang serve" listen 30001
  process old-tp0 "sglang::scheduler_TP0"
  http old-sglang
process other "vllm serve m" listen 8000
  http vllm asleep 2
`;
    const numbers = { weight: undefined, kvcache: undefined, graph: undefined, tokens: undefined, asleep: undefined };
    expect(parseScenario(text).processes.map((each) => each.http)).toEqual([
      { kind: 'sglang', weight: 0.98, kvcache: 7.9, graph: -0.44, tokens: 690_267, asleep: undefined },
      undefined,
      { kind: 'old-sglang', ...numbers },
      undefined,
      { kind: 'vllm', ...numbers, asleep: 2 },
    ]);
  });

  it.each([
    ['http sglang', 'an http line is indented, below the process that answers'],
    ['process p "p"\n  http sglang', 'p answers nobody: give it listen PORT'],
    ['process p "p" listen 80\n  http sglang\n  http vllm', 'p has an http line already'],
    ['process p "p" listen 80\n  http nginx', 'nginx is none of sglang, old-sglang, vllm'],
    ['process p "p" listen 80\n  http sglang weight NaN', 'NaN is not a number of GiB'],
    ['process p "p" listen 80\n  http vllm weight 1', 'weight is not known here; use asleep'],
    ['process p "p" listen 80\n  http vllm asleep 3', '3 is not a level of sleep: 1 or 2'],
  ])('refuses the http line of %j', (text, why) => {
    expect(() => parseScenario(text)).toThrow(why);
  });

  it('reads how nvidia-smi fails', () => {
    const { smi } = parseScenario(
      `${GPU} 9\nsmi handle 3B:00.0 lost\nsmi row 3B:00.0 lost\nsmi processes 3B:00.0 [N/A]\nsmi slow 20\n` +
        'smi hung devices\nsmi stuck usage\nsmi garbage "x"\nsmi refuse gpu_bus_id\nsmi repeat\nsmi missing\nsmi fails irq',
    );
    expect(smi).toEqual({
      missing: true,
      fails: 'irq',
      handles: new Map([['00000000:3B:00.0', 'lost']]),
      lostRows: new Set(['00000000:3B:00.0']),
      refusedLists: new Map([['00000000:3B:00.0', '[N/A]']]),
      delaysMs: new Map([
        ['devices', 20],
        ['usage', 20],
      ]),
      hangs: new Map([
        ['devices', 'hung'],
        ['usage', 'stuck'],
      ]),
      garbage: 'x',
      refusedFields: ['gpu_bus_id'],
      repeat: true,
    });
  });

  it.each([
    ['node a\nnonsense', 'line 2: nonsense is not known; a line begins with'],
    ['node a driver new', 'line 1: new is not a driver version'],
    ['gpu 3B "x" total 1 reserved 0 used 0', 'line 1: 3B is not a PCI bus id'],
    ['gpu 3B:00.0 "x" total 1 used 0', 'line 1: a GPU needs total, reserved and used'],
    [`${GPU} 1\n${GPU} 1`, 'line 2: bus 00000000:3B:00.0 is described twice'],
    [`${GPU} 1 colour 2`, 'line 1: colour is not known here; use total'],
    [`${GPU} lots`, 'line 1: lots is not a whole number'],
    [`${GPU}`, 'line 1: the line ends where MiB or a cell'],
    ['process p', 'line 1: the line ends where a title or a command line in quotes was expected'],
    ['process p "x', 'line 1: a text that begins with " has no closing "'],
    ['process p "\\q"', 'line 1: \\q is not an escape'],
    ['process p "x" on 3B:00.0 1', 'line 1: no gpu line above describes 00000000:3B:00.0'],
    ['process p "x"\nprocess p "y"', 'line 2: the label p is used twice'],
    ['  process p "x"', 'line 1: an indented process needs a process above it'],
    ['process p "x"\n  gpu 3B:00.0', 'line 2: gpu belongs at the beginning of a line'],
    ['\tprocess p "x"', 'line 1: indent with blanks'],
    ['gone 12', 'line 1: a gone process needs `on BUS MIB`'],
    ['smi fails loudly', 'line 1: loudly is not one of no-library'],
    [`node a\n${GPU} sum+9\nprocess p "x" on 3B:00.0 [N/A]`, 'line 2: used cannot be a sum'],
  ])('refuses %j', (text, message) => {
    expect(() => parseScenario(text)).toThrow(`scenario, ${message}`);
  });
});

describe('placement', () => {
  const text = 'process a "a"\n  process b "b" pid 50 start 9\nprocess c "c"';

  it('gives pids, parents and starts, always the same', () => {
    const seen = placeScenario(parseScenario(text)).processes.map(({ pid, ppid, startTicks }) => [
      pid,
      ppid,
      startTicks,
    ]);
    expect(seen).toEqual([
      [4001, 1, 671],
      [50, 4001, 9],
      [4008, 1, 672],
    ]);
  });

  it('keeps the pids of a scenario that goes on, and knows those that are gone', () => {
    const { pids } = placeScenario(parseScenario(text));
    const next = placeScenario(parseScenario(`${GPU} 0\nprocess c "c"\nprocess d "d"\ngone a on 3B:00.0 5`), pids);
    expect(next.processes.map((each) => [each.process.label, each.pid])).toEqual([
      ['c', 4008],
      ['d', 4015],
    ]);
    expect(driverRows(parseScenario(`${GPU} 0\ngone a on 3B:00.0 5`), next.pids)[0]?.pid).toBe(4001);
  });
});

describe('what the driver reports', () => {
  it('sums the rows of the bus at each step', () => {
    const scenario = parseScenario(
      `${GPU} sum+9\nprocess a "a" on 3B:00.0 100 then 20\nprocess b "b" on 3B:00.0 1\ngone 12 on 3B:00.0 1000`,
    );
    expect(driverDevices(scenario)[0]).toMatchObject({
      used: [{ mib: 1110 }, { mib: 1030 }],
      free: [{ mib: 79970 }, { mib: 80050 }],
    });
  });

  it('does not know what is free when it does not know what is used', () => {
    const scenario = parseScenario('gpu 3B:00.0 "GB10" total [N/A] reserved [N/A] used [N/A]');
    expect(driverDevices(scenario)[0]).toMatchObject({ used: [{ cell: '[N/A]' }], free: [{ cell: '[N/A]' }] });
  });

  it('lists rows by GPU, names them by their first string, and has no name for the dead', () => {
    const scenario = parseScenario(
      `${GPU} 0\ngpu 41:00.0 "H100" total 80 reserved 1 used 0\n` +
        'process a "python -m x" on 41:00.0 2 on 3B:00.0 1\n  process z "z" state Z on 3B:00.0 4\ngone 12 on 3B:00.0 3',
    );
    const rows = driverRows(scenario, placeScenario(scenario).pids);
    expect(rows.map((row) => [row.bus, row.pid, row.name])).toEqual([
      ['00000000:3B:00.0', 4001, 'python'],
      ['00000000:3B:00.0', 4008, undefined],
      ['00000000:3B:00.0', 12, undefined],
      ['00000000:41:00.0', 4001, 'python'],
    ]);
  });
});

it('the demo reads, and leaves 1.7 GiB of the sleeping engine on each of its buses', () => {
  const scenario = parseScenario(DEMO_SCENARIO);
  const asleep = scenario.processes.filter((each) => each.parent === 'asleep').flatMap((each) => each.holds);
  expect(asleep.map((hold) => hold.used)).toEqual([[{ mib: 1741 }], [{ mib: 1741 }]]);
  expect(driverDevices(scenario).map((device) => device.used)).toEqual([
    [{ mib: 40662 }],
    [{ mib: 40656 }],
    [{ mib: 10362 }],
    [{ mib: 10332 }],
  ]);
});
