// Training processes beside engines, above them and around them: they are never part of one.
import { expect, test } from 'vitest';
import { detectionText, RAYLET, SPAWN, outdented, type Case } from './process-text.ts';

const TRAINERS: readonly Case[] = [
  {
    name: 'Ray actors of each framework; an actor that only generates is none',
    processes: `
5 ${RAYLET}
  10 ray::MegatronTrainRayActor.train
  11 ray::TrainRayActor
  12 ray::WorkerDict.actor_rollout_update_actor
  13 ray::ActorRolloutRefWorker
  14 ray::PolicyModelActor.fit
  15 ray::DTensorPolicyWorker
  16 ray::RolloutManager
  17 ray::IDLE`,
    expected: 'trainers 10 11 12 13 14 15',
  },
  {
    name: 'ranks under torchrun and DeepSpeed, and their loaders; a lone train.py is an ordinary process',
    processes: `
10 /usr/bin/python3 /usr/local/bin/torchrun --nproc-per-node 2 train.py
  11 /usr/bin/python3 -u train.py
    12 ${SPAWN}
20 python -m torch.distributed.run finetune.py
  21 python -u finetune.py
30 python -u -m deepspeed.launcher.launch run.py
  31 python -u run.py --local_rank=0
40 python train.py`,
    expected: 'trainers 10 11 12 20 21 30 31',
  },
  {
    name: 'beside an engine under one script: the trainer is never inside the engine',
    processes: `
10 python rl.py
  11 sglang::scheduler
  12 torchrun train.py
    13 python train.py
      14 ${SPAWN}`,
    expected: `
      engine sglang 10
        10 other
        11 scheduler
      trainers 12 13 14`,
  },
  {
    name: "an engine inside a trainer: only the engine's own processes are judged, and it says so",
    processes: `
5 ${RAYLET}
  10 ray::WorkerDict.actor_rollout_generate
    11 sglang::scheduler_TP0
      12 python -c compile
    13 sglang::detokenizer
    14 ${SPAWN}`,
    expected: `
      engine sglang 10
        11 scheduler tp0
        12 other
        13 detokenizer
        ? tree-incomplete: pid 10 trains and holds this engine: its own memory cannot be divided between the two
      trainers 10 14`,
  },
  {
    name: 'a server that a rank of torchrun started is an engine of its own',
    processes: `
10 torchrun train.py
  11 python train.py
    12 python -m sglang.launch_server --port 30000
      13 sglang::scheduler`,
    expected: `
      engine sglang 12 port 30000
        12 server
        13 scheduler
      trainers 10 11`,
  },
];

test.each(TRAINERS)('trainers: $name', ({ processes, expected }) => {
  expect(detectionText(processes)).toBe(outdented(expected));
});
