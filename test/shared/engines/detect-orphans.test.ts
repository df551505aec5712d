// Engine processes whose root is gone, and processes that only look like an engine.
import { expect, test } from 'vitest';
import { detectionText, RAYLET, outdented, type Case } from './process-text.ts';

const ORPHANS: readonly Case[] = [
  {
    name: 'under init, a user manager, tini and a container shim; one group for each dead engine',
    processes: `
1 /sbin/init
  10 sglang::scheduler_TP0
  11 sglang::detokenizer
  20 /usr/lib/systemd/systemd --user
    21 VLLM::EngineCore
      22 VLLM::Worker_TP0
  30 /usr/bin/tini -- bash
    31 sglang::data_parallel_controller
      32 sglang::scheduler_DP0_TP0
  40 /usr/bin/containerd-shim-runc-v2 -namespace moby
    41 VLLM::Worker_TP1`,
    expected: `
      orphan sglang
        10 scheduler tp0
        11 detokenizer
      orphan vllm
        21 engine-core
        22 worker tp0
      orphan sglang
        31 data-parallel-controller
        32 scheduler dp0 tp0
      orphan vllm
        41 worker tp1`,
  },
  {
    name: 'under a raylet, a shell, and nobody',
    processes: `
5 ${RAYLET}
  10 sglang::scheduler_TP0
20 bash -c python -m sglang.launch_server --port 30000
  21 sglang::scheduler_TP1
30 sglang::scheduler_TP2 | ppid=29`,
    expected: `
      orphan sglang
        10 scheduler tp0
      orphan sglang
        21 scheduler tp1
      orphan sglang
        30 scheduler tp2`,
  },
  {
    name: 'beside a sleeping engine that is whole',
    processes: `
1 /sbin/init
  10 python -m sglang.launch_server --port 30000
    11 sglang::scheduler_TP0
  20 sglang::scheduler_TP0`,
    expected: `
      engine sglang 10 port 30000
        10 server
        11 scheduler tp0
      orphan sglang
        20 scheduler tp0`,
  },
  {
    name: 'a zombie has no command line, only the name that the kernel cut',
    processes: `
1 /sbin/init
  10  | comm=sglang::schedul, state=Z
  11  | comm=VLLM::EngineCor, state=Z`,
    expected: `
      orphan sglang
        10 scheduler
      orphan vllm
        11 engine-core`,
  },
];

test.each(ORPHANS)('orphans: $name', ({ processes, expected }) => {
  expect(detectionText(processes)).toBe(outdented(expected));
});

const FORGED: readonly Case[] = [
  {
    name: 'editors, readers and searchers that name an engine',
    processes: `
1 /sbin/init
  10 vim sglang::scheduler notes
  11 grep -r sglang.launch_server .
  12 tail -f sglang.launch_server.log
  13 watch nvidia-smi
  14 less /tmp/VLLM::EngineCore
  15 python -m pytest -k sglang.launch_server
  16 python -c import sglang.launch_server
  17 python bench.py --cmd python -m sglang.launch_server --port 30000
  18 sglang::schedulers-of-mine
  19 echo vllm serve Qwen
  20 vllm bench serve --port 8000
  21 python -m vllm.entrypoints.cli.main bench latency
  22 python -m sglang_router.launch_router --port 30000
  23 mini-sglang::scheduler`,
    expected: '',
  },
  {
    name: 'wrappers whose command line contains the server are not its root',
    processes: `
1 /sbin/init
  10 tmux new-session -d sudo python -m sglang.launch_server --port 30000
    11 bash -c sudo timeout 1h python -m sglang.launch_server --port 30000
      12 sudo timeout 1h python -m sglang.launch_server --port 30000
        13 timeout 1h python -m sglang.launch_server --port 30000
          14 python -m sglang.launch_server --port 30000
            15 sglang::scheduler
  20 srun --gpus 2 vllm serve Qwen
    21 vllm serve Qwen
      22 VLLM::EngineCore
  30 python /opt/conda/bin/conda run -n env vllm serve Qwen
    31 vllm serve Qwen`,
    expected: `
      engine sglang 14 port 30000
        14 server
        15 scheduler
      engine vllm 21
        21 server
        22 engine-core
      engine vllm 31
        31 server`,
  },
  {
    name: 'a reused pid does not give a scheduler to a server that is younger',
    processes: `
10 python -m sglang.launch_server --port 30000 | start=900
  11 sglang::scheduler_TP0 | start=500`,
    expected: `
      engine sglang 10 port 30000
        10 server
      orphan sglang
        11 scheduler tp0`,
  },
  {
    name: 'parents in a circle',
    processes: `
10 sglang::scheduler_TP0 | ppid=11, start=5
11 sglang::scheduler_TP1 | ppid=10, start=5`,
    expected: `
      orphan sglang
        10 scheduler tp0
        11 scheduler tp1`,
  },
];

test.each(FORGED)('not fooled: $name', ({ processes, expected }) => {
  expect(detectionText(processes)).toBe(outdented(expected));
});
