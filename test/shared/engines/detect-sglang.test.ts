// How SGLang is found, in every way in which people and frameworks start it; and where its tree is not whole.
import { expect, test } from 'vitest';
import { detectionText, RAYLET, SPAWN, TRACKER, outdented, type Case } from './process-text.ts';

const SGLANG: readonly Case[] = [
  {
    name: '(A) python -m sglang.launch_server',
    processes: `
1 /sbin/init
  10 python3 -u -m sglang.launch_server --model-path Qwen --tp 2 --port 30000
    11 ${TRACKER}
    12 sglang::scheduler_TP0
    13 sglang::scheduler_TP1
    14 sglang::detokenizer`,
    expected: `
      engine sglang 10 port 30000
        10 server
        11 resource-tracker
        12 scheduler tp0
        13 scheduler tp1
        14 detokenizer`,
  },
  {
    name: '(A) sglang serve, run by its interpreter, with a DP controller between',
    processes: `
10 /usr/bin/python3 /usr/local/bin/sglang serve --model-path Qwen --dp 2 --port=30001 --nccl-port 9000
  11 sglang::data_parallel_controller
    12 sglang::scheduler_DP0_TP0
    13 sglang::scheduler_DP1_TP0
  14 sglang::detokenizer`,
    expected: `
      engine sglang 10 port 30001
        10 server
        11 data-parallel-controller
        12 scheduler dp0 tp0
        13 scheduler dp1 tp0
        14 detokenizer`,
  },
  {
    name: 'a server that has just started',
    processes: '10 sglang serve --model-path Qwen --port 30000',
    expected: `
      engine sglang 10 port 30000
        10 server`,
  },
  {
    name: 'a server that forked a copy of itself, and one given by joined options',
    processes: `
10 python -um sglang.launch_server --port 30000
  11 python -um sglang.launch_server --port 30000
    12 sglang::scheduler`,
    expected: `
      engine sglang 10 port 30000
        10 server
        11 server
        12 scheduler`,
  },
  {
    name: '(B) MILES and slime: the spawned process is the root, the actor is not',
    processes: `
5 ${RAYLET}
  10 ray::SGLangEngine.init
    11 ${TRACKER}
    12 ${SPAWN}
      13 sglang::scheduler_TP0
      14 sglang::scheduler_TP1
      15 sglang::detokenizer
  20 ray::MegatronTrainRayActor.train
  21 ray::FSDPTrainRayActor`,
    expected: `
      engine sglang 12
        12 spawn-parent
        13 scheduler tp0
        14 scheduler tp1
        15 detokenizer
      trainers 20 21`,
  },
  {
    name: '(B) MILES, just started: no scheduler yet',
    processes: `
5 ${RAYLET}
  10 ray::SGLangGenerationWorker
    11 ${TRACKER}
    12 ${SPAWN}`,
    expected: `
      engine sglang 12
        12 spawn-parent`,
  },
  {
    name: '(B) the actor died and its server lives on',
    processes: `
5 ${RAYLET}
  12 ${SPAWN}
    13 sglang::scheduler_TP0`,
    expected: `
      engine sglang 12
        12 spawn-parent
        13 scheduler tp0`,
  },
  {
    name: "(C) verl: the actor is the server; ROLL's own title",
    processes: `
5 ${RAYLET}
  10 ray::SGLangHttpServer.launch_server
    11 sglang::scheduler_TP0
    12 sglang::detokenizer
  20 ray::InferWorker
    21 sglang::server
      22 sglang::scheduler_TP0`,
    expected: `
      engine sglang 10
        10 server
        11 scheduler tp0
        12 detokenizer
      engine sglang 21
        21 server
        22 scheduler tp0`,
  },
  {
    name: "(H) in-process: a user's own script, and a Ray actor",
    processes: `
1 /sbin/init
  10 -bash
    11 python generate.py --port 9
      12 sglang::scheduler
      13 sglang::detokenizer
  20 ray::InferWorker.generate
    21 sglang::scheduler_TP0`,
    expected: `
      engine sglang 11 port 9
        11 other
        12 scheduler
        13 detokenizer
      engine sglang 20
        20 ray-actor
        21 scheduler tp0`,
  },
  {
    name: '(I) schedulers as Ray actors',
    processes: '10 python -m sglang.launch_server --use-ray --tp 8',
    expected: `
      engine sglang 10
        10 server
        ? tree-incomplete: pid 10 runs with --use-ray`,
  },
];

test.each(SGLANG)('SGLang: $name', ({ processes, expected }) => {
  expect(detectionText(processes)).toBe(outdented(expected));
});

const NODES: readonly Case[] = [
  {
    name: 'with its share of the ranks here, an engine over two nodes is whole on this one',
    processes: `
10 python -m sglang.launch_server --tp 4 --nnodes 2 --node-rank 1
  11 sglang::scheduler_TP2
  12 sglang::scheduler_TP3`,
    expected: `
      engine sglang 10
        10 server
        11 scheduler tp2
        12 scheduler tp3`,
  },
  {
    name: 'with fewer than its share it is not',
    processes: `
10 python -m sglang.launch_server --tp-size=8 --nnodes=2 --node-rank=0
  11 sglang::scheduler_TP0`,
    expected: `
      engine sglang 10
        10 server
        11 scheduler tp0
        ? tree-incomplete: pid 10 spans 2 nodes, and has 1 of its 4 ranks on this one`,
  },
  {
    name: 'on one node, too, an engine without one of its ranks is not whole',
    processes: `
10 python -m sglang.launch_server --tp 2
  11 sglang::scheduler_TP0`,
    expected: `
      engine sglang 10
        10 server
        11 scheduler tp0
        ? tree-incomplete: pid 10 has 1 of its 2 ranks`,
  },
];

test.each(NODES)('the ranks that are promised: $name', ({ processes, expected }) => {
  expect(detectionText(processes)).toBe(outdented(expected));
});

test('MOE_DP is another dimension than DP', () => {
  const text = detectionText('10 sglang serve\n  11 sglang::scheduler_DP2_PP0_ATTN_CP1_MOE_DP1_TP3_EP4_DCP5');
  expect(text).toContain('11 scheduler dp2 tp3 pp0 ep4');
});
