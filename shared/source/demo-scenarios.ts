// The nodes that `demo:NAME` can show, each with a sentence that says what there is to see.
import { growthScenario } from './demo-growth.ts';
import { DEMO_SCENARIO } from './demo-scenario.ts';

export interface DemoChoice {
  /** Ends a sentence that begins with "The demo node shows". */
  readonly shows: string;
  /** A scenario (see scenario.ts). No secrets: the demo has nothing that would mask them. */
  readonly text: string;
}

export const DEFAULT_DEMO = 'asleep';

const LEAK = `
node demo-gpu-02 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+11

process good "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --port 30000 --enable-memory-saver" rss 1450 listen 30000
  http sglang weight 0.98 kvcache 7.9 graph 0.44 tokens 690267
  process good-tp0 "sglang::scheduler_TP0" on 3B:00.0 1741 rss 5210
  process good-detok "sglang::detokenizer" rss 690

# It was told to release the same things and kept its KV cache: 60 GiB.
process leaky "python -m sglang.launch_server --model-path Qwen/Qwen2.5-7B-Instruct --port 30100" rss 1502 listen 30100
  http sglang weight 14.27 kvcache 43.45 graph 0.58 tokens 813591
  process leaky-tp0 "sglang::scheduler_TP0" on 41:00.0 61440 rss 6120
  process leaky-detok "sglang::detokenizer" rss 688
`;

const ORPHAN = `
node demo-gpu-03 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9

process server "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --port 30000 --enable-memory-saver" rss 1450 listen 30000
  http sglang weight 0.98 kvcache 7.9 graph 0.44 tokens 690267
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1741 rss 5210
  process detok "sglang::detokenizer" rss 690

# The server of the run before was killed; its scheduler was not: 30 GiB.
orphan left "sglang::scheduler_TP0" on 3B:00.0 30720 rss 6100
`;

/** Ten samples: three awake, one while it lets go, three settled while the trainer works, three awake again. */
const CYCLE = `
node demo-gpu-04 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+11

process engine "python -m sglang.launch_server --model-path Qwen/Qwen2.5-7B-Instruct --tp 2 --port 30000 --enable-memory-saver" rss 1450 listen 30000
  http sglang weight 7.14 kvcache 53.21 graph 0.66 tokens 1992704
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 64210 then 64210 then 64210 then 21504 then 1741 then 1741 then 1741 then 64212 then 64212 then 64212 rss 5210
  process tp1 "sglang::scheduler_TP1" on 41:00.0 64190 then 64190 then 64190 then 30720 then 1741 then 1741 then 1741 then 64192 then 64192 then 64192 rss 5198
  process detok "sglang::detokenizer" rss 690

process raylet "/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5" rss 210
  process actor0 "ray::MegatronTrainRayActor.train" on 3B:00.0 2148 then 2148 then 2148 then 2148 then 38912 then 38912 then 38912 then 2150 then 2150 then 2150 rss 12288
  process actor1 "ray::MegatronTrainRayActor.train" on 41:00.0 2140 then 2140 then 2140 then 2140 then 38904 then 38904 then 38904 then 2142 then 2142 then 2142 rss 12290
`;

/** Both report their state; neither reports memory. Weights of the sleeping one are in host memory: its RSS. */
const VLLM = `
node demo-gpu-06 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+11
gpu AF:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+20

process asleep "/usr/bin/python3 /usr/local/bin/vllm serve Qwen/Qwen2.5-7B-Instruct --tensor-parallel-size 2 --port 8000 --enable-sleep-mode" comm "vllm" rss 1320 listen 0.0.0.0:8000
  http vllm asleep 1
  process asleep-core "VLLM::EngineCore" rss 1810
    process asleep-tp0 "VLLM::Worker_TP0" on 3B:00.0 2214 rss 12840
    process asleep-tp1 "VLLM::Worker_TP1" on 41:00.0 2190 rss 12836

process awake "/usr/bin/python3 /usr/local/bin/vllm serve Qwen/Qwen2.5-0.5B-Instruct --port 8001 --enable-sleep-mode" comm "vllm" rss 1290 listen 8001
  http vllm
  process awake-core "VLLM::EngineCore" on AF:00.0 71520 rss 4980
`;

const NO_DRIVER = `
node demo-gpu-05 driver none
process server "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --port 30000" rss 1450 listen 30000
  http sglang weight 0.98 kvcache 7.9 graph 0.44 tokens 690267
  process tp0 "sglang::scheduler_TP0" rss 5210
  process detok "sglang::detokenizer" rss 690
`;

/** By the name after `demo:`. */
export const DEMO_SCENARIOS: ReadonlyMap<string, DemoChoice> = new Map([
  [
    DEFAULT_DEMO,
    {
      shows:
        'an SGLang engine asleep with 1.7 GiB left on each bus, a second one awake, and a Megatron trainer beside it',
      text: DEMO_SCENARIO,
    },
  ],
  ['leak', { shows: 'two SGLang engines that were told to sleep, of which one kept 60 GiB', text: LEAK }],
  ['orphan', { shows: 'a 30 GiB scheduler whose engine is gone, beside a sleeping engine', text: ORPHAN }],
  [
    'cycle',
    {
      shows: 'an engine that is awake, lets go, settles and wakes again, one step with each sample, over and over',
      text: CYCLE,
    },
  ],
  [
    'growth',
    {
      shows: 'an engine that keeps 38 MiB more on its second GPU after each of thirty sleeps, ten samples a cycle',
      text: growthScenario(),
    },
  ],
  [
    'vllm',
    {
      shows: 'a vLLM engine that reports that it sleeps at level 1, and one that reports that it is awake',
      text: VLLM,
    },
  ],
  ['no-driver', { shows: 'an engine on a node where no NVIDIA driver is loaded', text: NO_DRIVER }],
]);
