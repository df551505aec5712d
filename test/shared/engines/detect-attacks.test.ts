// Detection under attack: engines started in odd ways, strangers that look like one, and titles made to deceive.
import { expect, test } from 'vitest';
import { detectionText, outdented, RAYLET, SPAWN, TRACKER, type Case } from './process-text.ts';

function tell(title: string, cases: readonly Case[]): void {
  test.each(cases)(`${title}: $name`, ({ processes, expected }) => {
    expect(detectionText(processes)).toBe(outdented(expected));
  });
}

tell('what else starts engines', [
  {
    name: 'the SGLang router starts two, and is neither',
    processes: `
1 /sbin/init
  10 python -m sglang_router.launch_server --dp-size 2 --port 30000
    11 sglang::server
      12 sglang::scheduler
    13 ${SPAWN}
      14 sglang::scheduler
  20 python /opt/sglang_router/launch_server.py
    21 sglang::server`,
    expected: `
      engine sglang 11
        11 server
        12 scheduler
      engine sglang 13
        13 spawn-parent
        14 scheduler
      engine sglang 21
        21 server`,
  },
  {
    name: 'the file of SGLang itself, and a file of the user with the same name',
    processes: `
1 /sbin/init
  10 python3.13t /opt/sglang/python/sglang/launch_server.py --port 30000
  20 python launch_server.py --port 31000
  30 python launch_server.py
    31 sglang::scheduler`,
    expected: `
      engine sglang 10 port 30000
        10 server
      engine sglang 30
        30 other
        31 scheduler`,
  },
  {
    name: 'torchrun runs the server itself',
    processes: `
10 torchrun --nproc-per-node 1 -m sglang.launch_server --port 30000
  11 python -u -m sglang.launch_server --port 30000
    12 sglang::scheduler
    13 ${SPAWN}`,
    expected: `
      engine sglang 11 port 30000
        11 server
        12 scheduler
        13 spawn-child
      trainers 10`,
  },
  {
    name: 'a rank of torchrun spawns the server: all below the spawned process is the engine',
    processes: `
10 torchrun train.py
  11 python train.py
    12 ${SPAWN}
      13 sglang::scheduler
      14 ${SPAWN}
    15 ${SPAWN}`,
    expected: `
      engine sglang 12
        12 spawn-parent
        13 scheduler
        14 spawn-child
      trainers 10 11 15`,
  },
  {
    name: 'one script with an engine of each kind: nobody is lost, and nobody is twice',
    processes: `
10 python compare.py
  11 sglang::scheduler
  12 VLLM::EngineCore`,
    expected: `
      engine sglang 10
        10 other
        11 scheduler
        12 engine-core`,
  },
  {
    name: 'a server that holds an engine of another kind is what its command line says',
    processes: `
10 /usr/bin/python3 /usr/local/bin/vllm serve Qwen
  11 sglang::scheduler
  12 VLLM::EngineCore`,
    expected: `
      engine vllm 10
        10 server
        11 scheduler
        12 engine-core`,
  },
  {
    name: 'engines inside each other are two engines',
    processes: `
10 vllm serve Qwen
  11 VLLM::EngineCore
  12 python -m sglang.launch_server
    13 sglang::scheduler`,
    expected: `
      engine vllm 10
        10 server
        11 engine-core
      engine sglang 12
        12 server
        13 scheduler`,
  },
  {
    name: "one engine's process is not the root of another's",
    processes: `
1 /sbin/init
  10 sglang::scheduler | comm=python3
    11 VLLM::EngineCore | comm=python3`,
    expected: `
      orphan sglang
        10 scheduler
      orphan vllm
        11 engine-core`,
  },
  {
    name: 'SGLang with its schedulers as Ray actors, under an actor that hides the flag',
    processes: `
5 ${RAYLET}
  10 ray::SGLangEngine
    11 ${SPAWN}
      12 sglang::detokenizer
  20 ray::SchedulerActor.run_event_loop`,
    expected: `
      engine sglang 11
        11 spawn-parent
        12 detokenizer
        ? tree-incomplete: pid 11 has no scheduler, and Ray runs some beside it (pid 20)`,
  },
  {
    name: 'an engine with schedulers of its own is not concerned by those of another',
    processes: `
5 ${RAYLET}
  10 sglang serve
    11 sglang::scheduler
  20 ray::SchedulerActor`,
    expected: `
      engine sglang 10
        10 server
        11 scheduler`,
  },
  {
    name: 'two engines and a trainer under one raylet; what the trainer started is its own',
    processes: `
5 ${RAYLET}
  10 ray::SGLangEngine
    11 ${SPAWN}
      12 sglang::scheduler_TP0
  20 ray::SGLangEngine.release_memory_occupation
    21 ${SPAWN}
      22 sglang::scheduler_TP0
  30 ray::MegatronTrainRayActor
    31 ${SPAWN}
    32 ${TRACKER}
  40 ray::RolloutManager`,
    expected: `
      engine sglang 11
        11 spawn-parent
        12 scheduler tp0
      engine sglang 21
        21 spawn-parent
        22 scheduler tp0
      trainers 30 31 32`,
  },
  {
    name: 'a server that a trainer holds, below a server of another kind, below one of its own: it is lost in neither',
    processes: `
1 /sbin/init
  10 ray::RolloutRayActor
    11 python -m sglang.launch_server --port 30000
      12 ray::WorkerDict
        13 vllm serve Qwen --port 8000`,
    expected: `
      engine vllm 10
        10 ray-actor
        ? tree-incomplete: pid 10 runs under Ray and has no workers below it
      engine sglang 11 port 30000
        11 server
        13 server
      trainers 12`,
  },
  {
    name: 'a job under a launcher that starts its own Ray: the actors there are not all trainers',
    processes: `
10 accelerate launch main.py
  11 python main.py
    12 ${RAYLET}
      13 ray::RewardJudge
      14 ray::SGLangEngine
        15 ${SPAWN}
          16 sglang::scheduler
      17 ray::FSDPTrainRayActor
    18 ray::RewardJudge
      19 ${SPAWN}`,
    expected: `
      engine sglang 15
        15 spawn-parent
        16 scheduler
      trainers 10 11 17`,
  },
]);

tell('the prefix of vLLM titles can be configured', [
  {
    name: 'under vllm serve, and left behind',
    processes: `
1 /sbin/init
  10 MYRUN::APIServer
    11 MYRUN::EngineCore_DP0
      12 MYRUN::Worker_DP0_TP1
  20 PD-L1_binder::EngineCore
    21 PD-L1_binder::Worker_TP0`,
    expected: `
      engine vllm 10
        10 api-server
        11 engine-core dp0
        12 worker dp0 tp1
      orphan vllm
        20 engine-core
        21 worker tp0`,
  },
  {
    name: 'an actor called Worker, and the workers of other programs, are not vLLM',
    processes: `
5 ${RAYLET}
  10 ray::Worker
  11 ray::EngineCore.step
  12 ray::APIServer
20 celery::Worker
21 sidekiq::Worker job
22 myapp::Workers_TP0`,
    expected: '',
  },
]);

const PADDING = 'x'.repeat(512);

tell('titles that were cut, masked, padded or made to deceive', [
  {
    name: 'a port is read whole, or not at all',
    processes: `
10 sglang serve --port 0
11 sglang serve --port 65536
12 sglang serve --port
13 sglang serve --port --host
14 sglang serve --port=30000 --port 30000
15 sglang serve --served-model-name a --port 22 --port 30000
16 ${`sglang serve --model ${PADDING}`.slice(0, 512 - ' --port 300'.length)} --port 300
17 ${`sglang serve --port 30000 --model ${PADDING}`.slice(0, 512)}
18 ${`sglang serve --model ${'ü'.repeat(300)}`.slice(0, 262)} --port 300
19 vllm serve Qwen --api-key *** --port 8000`,
    expected: `
      engine sglang 10
        10 server
      engine sglang 11
        11 server
      engine sglang 12
        12 server
      engine sglang 13
        13 server
      engine sglang 14 port 30000
        14 server
      engine sglang 15
        15 server
      engine sglang 16
        16 server
      engine sglang 17 port 30000
        17 server
      engine sglang 18
        18 server
      engine vllm 19 port 8000
        19 server`,
  },
  {
    name: 'blanks behind a title, and characters that move the cursor',
    processes: `
1 /sbin/init
  10 sglang::scheduler_TP0                    .
  11 sglang::scheduler_TP1\u001b[2J\u202e
  12 \u001b[2Jsglang::scheduler_TP2
  13 sglang::scheduler_TP999999
  14 VLLM::Worker_TP0_constructor`,
    expected: `
      orphan sglang
        10 scheduler tp0
      orphan sglang
        11 scheduler
        13 scheduler
      orphan vllm
        14 worker tp0`,
  },
  {
    name: 'comm with blanks and parentheses decides nothing',
    processes: `
1 /sbin/init
  10 python -m sglang.launch_server | comm=a) S 1 (b
    11 sglang::scheduler_TP0 | comm=sglang) R (x`,
    expected: `
      engine sglang 10
        10 server
        11 scheduler tp0`,
  },
  {
    name: 'notes, logs and code that name an engine',
    processes: `
1 /sbin/init
  10 vim sglang::scheduler notes
  11 tail -f sglang.launch_server.log
  12 python -c print('sglang.launch_server')
  13 less vllm serve.txt
  14 python notes.py vllm serve
  15 vllm serve.txt
  16 python -m http.server
  17 python -W ignore -m
  18 python -X dev -c import vllm
  19 bash -c python -m sglang.launch_server
  20 env A=b python -m sglang.launch_server
  21 docker-init -- python -m sglang.launch_server
  22 screen -dm vllm serve Qwen
  23 python /usr/local/bin/ray job submit -- python -m sglang.launch_server`,
    expected: '',
  },
]);
