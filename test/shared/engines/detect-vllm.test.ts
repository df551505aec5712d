// How vLLM is found, in every way in which people and frameworks start it; and where its tree is not whole.
import { expect, test } from 'vitest';
import { detectionText, RAYLET, SPAWN, TRACKER, outdented, type Case } from './process-text.ts';

const VLLM: readonly Case[] = [
  {
    name: '(D) verl with the multiprocessing executor is whole, though it is a Ray actor',
    processes: `
5 ${RAYLET}
  10 ray::vLLMHttpServer
    11 VLLM::EngineCore
      12 VLLM::Worker_TP0
      13 VLLM::Worker_TP1`,
    expected: `
      engine vllm 10
        10 server
        11 engine-core
        12 worker tp0
        13 worker tp1`,
  },
  {
    name: '(E) vllm serve with several API servers and data parallel engines',
    processes: `
10 /usr/bin/python3 /usr/local/bin/vllm serve Qwen --port 8000
  11 VLLM::APIServer_0
  12 VLLM::APIServer_1
  13 VLLM::EngineCore_DP0
    14 VLLM::Worker_DP0_PP0_TP1_EP1
  15 VLLM::EngineCore_DP1`,
    expected: `
      engine vllm 10 port 8000
        10 server
        11 api-server
        12 api-server
        13 engine-core dp0
        14 worker dp0 tp1 pp0 ep1
        15 engine-core dp1`,
  },
  {
    name: '(E) without setproctitle the children have no title, and belong by descent',
    processes: `
10 python -m vllm.entrypoints.openai.api_server --port 8000
  11 ${SPAWN} | comm=pt_main_thread
    12 ${SPAWN} | comm=pt_main_thread
  13 ${TRACKER}`,
    expected: `
      engine vllm 10 port 8000
        10 server
        11 spawn-child
        12 spawn-child
        13 resource-tracker`,
  },
  {
    name: 'the older title, after the name of the main thread of PyTorch',
    processes: `
10 vllm serve Qwen
  11 pt_main_thread Worker_TP1 | comm=pt_main_thread`,
    expected: `
      engine vllm 10
        10 server
        11 worker tp1`,
  },
  {
    name: '(F) OpenRLHF: under a Ray actor without workers below, the rest may be anywhere',
    processes: `
5 ${RAYLET}
  10 ray::RolloutRayActor
    11 VLLM::EngineCore`,
    expected: `
      engine vllm 10
        10 ray-actor
        11 engine-core
        ? tree-incomplete: pid 10 runs under Ray and has no workers below it`,
  },
  {
    name: '(F) with the workers of the Ray executor in sight, outside the tree',
    processes: `
5 ${RAYLET}
  10 ray::RolloutRayActor
    11 VLLM::EngineCore
  12 ray::RayWorkerWrapper.execute_method
  13 ray::RayWorkerProc.run`,
    expected: `
      engine vllm 10
        10 ray-actor
        11 engine-core
        ? tree-incomplete: pid 10 has no workers, and Ray workers run beside it (pid 12, 13)`,
  },
  {
    name: '(G) NeMo-RL: the engine inside the actor',
    processes: `
5 ${RAYLET}
  10 ray::VllmAsyncGenerationWorker.generate
  11 ray::MegatronPolicyWorker.train`,
    expected: `
      engine vllm 10
        10 ray-actor
        ? tree-incomplete: pid 10 runs under Ray and has no workers below it
      trainers 11`,
  },
  {
    name: 'the Ray executor on the command line; the multiprocessing one under Ray',
    processes: `
10 vllm serve Qwen --distributed-executor-backend=ray
  11 VLLM::EngineCore
20 ray::ServeReplica
  21 vllm serve Qwen --distributed-executor-backend mp
    22 VLLM::EngineCore`,
    expected: `
      engine vllm 10
        10 server
        11 engine-core
        ? tree-incomplete: pid 10 uses the Ray executor
      engine vllm 21
        21 server
        22 engine-core`,
  },
  {
    name: 'a whole engine is not spoiled by the Ray workers of another',
    processes: `
10 vllm serve Qwen
  11 VLLM::EngineCore
    12 VLLM::Worker_TP0
20 ray::RayWorkerWrapper`,
    expected: `
      engine vllm 10
        10 server
        11 engine-core
        12 worker tp0`,
  },
];

test.each(VLLM)('vLLM: $name', ({ processes, expected }) => {
  expect(detectionText(processes)).toBe(outdented(expected));
});
