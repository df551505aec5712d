// What dead engines leave behind, and what a living engine loses when a process between dies: nothing is lost silently.
import { expect, test } from 'vitest';
import { detectionText, outdented, RAYLET, SPAWN, TRACKER, type Case } from './process-text.ts';

function tell(title: string, cases: readonly Case[]): void {
  test.each(cases)(`${title}: $name`, ({ processes, expected }) => {
    expect(detectionText(processes)).toBe(outdented(expected));
  });
}

tell('the process between died, and the root lives', [
  {
    name: 'the ranks of a DP controller went to init, and the engine says that they may be its own',
    processes: `
1 /sbin/init
  10 python -m sglang.launch_server --dp 2 --port 30000
    13 sglang::detokenizer
  11 sglang::scheduler_DP0_TP0
  12 sglang::scheduler_DP1_TP0`,
    expected: `
      engine sglang 10 port 30000
        10 server
        13 detokenizer
        ? tree-incomplete: pid 11 lost its parent and may belong to pid 10
        ? tree-incomplete: pid 12 lost its parent and may belong to pid 10
      orphan sglang
        11 scheduler dp0 tp0
        12 scheduler dp1 tp0`,
  },
  {
    name: 'the controller itself went to init, with the ranks still below it',
    processes: `
1 /sbin/init
  10 python -m sglang.launch_server --dp 2
  11 sglang::data_parallel_controller
    12 sglang::scheduler_DP0_TP0`,
    expected: `
      engine sglang 10
        10 server
        ? tree-incomplete: pid 11 lost its parent and may belong to pid 10
      orphan sglang
        11 data-parallel-controller
        12 scheduler dp0 tp0`,
  },
  {
    name: 'a worker outlived its EngineCore, and the other EngineCore is well',
    processes: `
1 /sbin/init
  10 vllm serve Qwen --data-parallel-size 2
    11 VLLM::EngineCore_DP0
      12 VLLM::Worker_DP0_TP0
  13 VLLM::Worker_DP1_TP0`,
    expected: `
      engine vllm 10
        10 server
        11 engine-core dp0
        12 worker dp0 tp0
        ? tree-incomplete: pid 13 lost its parent and may belong to pid 10
      orphan vllm
        13 worker dp1 tp0`,
  },
  {
    name: 'a subreaper took the scheduler of the stub; the actor and a second engine are not concerned',
    processes: `
1 /sbin/init
  5 ${RAYLET}
    10 ray::SGLangEngine
      11 ${SPAWN}
    20 ray::SGLangEngine
      21 ${SPAWN}
        22 sglang::scheduler_TP0
    30 sglang::scheduler_TP0`,
    expected: `
      engine sglang 11
        11 spawn-parent
        ? tree-incomplete: pid 30 lost its parent and may belong to pid 11
      engine sglang 21
        21 spawn-parent
        22 scheduler tp0
      orphan sglang
        30 scheduler tp0`,
  },
  {
    name: 'not of an engine that started later, of another kind or of another user',
    processes: `
1 /sbin/init
  10 sglang::scheduler_TP0
  11 python -m sglang.launch_server
  12 vllm serve Qwen
  13 python -m sglang.launch_server | uid=1000
  14 VLLM::Worker_TP0 | uid=1000`,
    expected: `
      engine sglang 11
        11 server
      engine vllm 12
        12 server
      engine sglang 13
        13 server
      orphan sglang
        10 scheduler tp0
      orphan vllm
        14 worker tp0`,
  },
  {
    name: 'not of an engine that still has that rank, nor of one without that dimension',
    processes: `
1 /sbin/init
  10 vllm serve Qwen
    11 VLLM::EngineCore
  20 vllm serve Qwen
    21 VLLM::EngineCore_DP0
    22 VLLM::EngineCore_DP1
  30 VLLM::Worker_DP0_TP0`,
    expected: `
      engine vllm 10
        10 server
        11 engine-core
      engine vllm 20
        20 server
        21 engine-core dp0
        22 engine-core dp1
      orphan vllm
        30 worker dp0 tp0`,
  },
]);

tell('what dead engines left', [
  {
    name: 'two engines with the same adopter stay two: a title that comes again is of the next one',
    processes: `
1 /sbin/init
  10 sglang::scheduler_TP0
  11 sglang::scheduler_TP1
  12 sglang::detokenizer
  20 sglang::scheduler_TP0
  21 sglang::scheduler_TP1
  22 sglang::detokenizer`,
    expected: `
      orphan sglang
        10 scheduler tp0
        11 scheduler tp1
        12 detokenizer
      orphan sglang
        20 scheduler tp0
        21 scheduler tp1
        22 detokenizer`,
  },
  {
    name: 'ranks of another shape, user or container are of another engine',
    processes: `
1 /sbin/init
  10 sglang::scheduler
  11 sglang::scheduler_TP0
  12 sglang::scheduler_TP1 | uid=1000
  13 sglang::scheduler_TP2 | cgroup=/docker/a
  14 sglang::scheduler_TP1`,
    expected: `
      orphan sglang
        10 scheduler
      orphan sglang
        11 scheduler tp0
        14 scheduler tp1
      orphan sglang
        12 scheduler tp1
      orphan sglang
        13 scheduler tp2`,
  },
  {
    name: 'what an orphan started stays with it, also without a title',
    processes: `
1 /sbin/init
  10 VLLM::EngineCore
    11 ${SPAWN}
      12 python -c compile
    13 ${TRACKER}`,
    expected: `
      orphan vllm
        10 engine-core
        11 spawn-child
        12 other
        13 resource-tracker`,
  },
  {
    name: 'adopted by a Python program that holds no engine',
    processes: `
1 /sbin/init
  10 /usr/bin/python3 /usr/bin/supervisord -n
    11 sglang::scheduler_TP0
  20 /usr/bin/python3 /usr/local/bin/jupyter-lab --ip 0.0.0.0 | inside=1
    21 sglang::scheduler_TP0
  30 /usr/bin/python3 /usr/local/bin/ray start --block | inside=1
    31 VLLM::EngineCore
  40 /usr/bin/python3 /usr/local/bin/torchrun train.py
    41 VLLM::Worker_TP0
    42 python train.py`,
    expected: `
      orphan sglang
        11 scheduler tp0
      orphan sglang
        21 scheduler tp0
      orphan vllm
        31 engine-core
      orphan vllm
        41 worker tp0
      trainers 40 42`,
  },
  {
    name: 'process 1 of a container adopts what is left, also when it is a Python program',
    processes: `
1 python entrypoint.py
  10 sglang::scheduler_TP0
  20 python -m sglang.launch_server
    21 sglang::scheduler_TP0`,
    expected: `
      engine sglang 20
        20 server
        21 scheduler tp0
      orphan sglang
        10 scheduler tp0`,
  },
  {
    name: 'a notebook kernel holds its engine; the server of the notebooks does not',
    processes: `
20 /usr/bin/python3 /usr/local/bin/jupyter-lab
  21 /usr/bin/python3 -m ipykernel_launcher -f kernel.json
    22 VLLM::EngineCore`,
    expected: `
      engine vllm 21
        21 other
        22 engine-core`,
  },
]);
