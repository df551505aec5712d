// Nodes that tests play, as text. Each says what a reader of its test needs to know.

const H100 = '"NVIDIA H100 80GB HBM3" total 81559 reserved 479';
const SPAWN =
  "python -c 'from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)' --multiprocessing-fork";
const TRACKER = "python -c 'from multiprocessing.resource_tracker import main;main(4)'";

/** One SGLang server, TP1, asleep with 1.5 GiB left: passes the default gate. */
export const ASLEEP_CLEAN = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
process server "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1536 rss 5210
  process detok "sglang::detokenizer" rss 690
`;

/** The server of a former run died; its scheduler stayed with 30 GiB, beside a sleeping engine that is fine. */
export const ORPHAN_BESIDE_SLEEPING = `${ASLEEP_CLEAN}
orphan left "sglang::scheduler_TP0" on 3B:00.0 30720 rss 6100
`;

/** Two engines were told to sleep; the second still holds nearly all it had. */
export const TWO_ENGINES_ONE_LEAKS = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
gpu 41:00.0 ${H100} used sum+11
process good "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --port 30000"
  process good-tp0 "sglang::scheduler_TP0" on 3B:00.0 1740
  process good-detok "sglang::detokenizer"
process leaky "python -m sglang.launch_server --model-path Qwen/Qwen2.5-7B-Instruct --port 30001"
  process leaky-tp0 "sglang::scheduler_TP0" on 41:00.0 61440
  process leaky-detok "sglang::detokenizer"
`;

/** MILES and slime: the engine's root is the spawn stub under a Ray actor; the trainer is a Ray actor beside it. */
export const MILES_SPAWN_STUB = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
gpu 41:00.0 ${H100} used sum+11
process raylet "/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5"
  process actor "ray::SGLangEngine.init"
    process tracker "${TRACKER}"
    process stub "${SPAWN}"
      process tp0 "sglang::scheduler_TP0" on 3B:00.0 1740
      process tp1 "sglang::scheduler_TP1" on 41:00.0 1700
      process detok "sglang::detokenizer"
  process train0 "ray::MegatronTrainRayActor.train" on 3B:00.0 38912
  process train1 "ray::MegatronTrainRayActor.train" on 41:00.0 38904
`;

/** verl: the Ray actor itself is the HTTP server and the root. */
export const VERL_HTTP_ACTOR = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
process raylet "/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5"
  process server "ray::SGLangHttpServer"
    process tp0 "sglang::scheduler_TP0" on 3B:00.0 1740
    process detok "sglang::detokenizer"
  process train0 "ray::WorkerDict.actor_rollout_update_actor" on 3B:00.0 24576
`;

/** SGLang with dp_size 2: the schedulers are children of the data-parallel controller. */
export const DP_CONTROLLER = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
gpu 41:00.0 ${H100} used sum+11
process server "sglang serve --model-path Qwen/Qwen2.5-0.5B-Instruct --dp 2 --port 30000"
  process controller "sglang::data_parallel_controller"
    process dp0 "sglang::scheduler_DP0_TP0" on 3B:00.0 1740
    process dp1 "sglang::scheduler_DP1_TP0" on 41:00.0 1700
  process detok "sglang::detokenizer"
`;

/** vllm serve with two tensor-parallel workers. */
export const VLLM_SERVE_TP2 = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
gpu 41:00.0 ${H100} used sum+11
process server "/usr/bin/python3 /usr/local/bin/vllm serve Qwen/Qwen2.5-0.5B-Instruct --tensor-parallel-size 2 --port 8000" comm "vllm"
  process core "VLLM::EngineCore"
    process tp0 "VLLM::Worker_TP0" on 3B:00.0 2048
    process tp1 "VLLM::Worker_TP1" on 41:00.0 2040
`;

/** vLLM with the Ray executor: the workers are Ray actors, children of the raylet and not of the engine. */
export const VLLM_ON_RAY = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
gpu 41:00.0 ${H100} used sum+11
process raylet "/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5"
  process server "ray::vLLMHttpServer"
    process core "VLLM::EngineCore"
  process worker0 "ray::RayWorkerWrapper.execute_method" on 3B:00.0 2048
  process worker1 "ray::RayWorkerWrapper.execute_method" on 41:00.0 2040
`;

/** The driver still lists a process that ended, with 20 GiB on the bus of a sleeping engine. */
export const GONE_ROWS = `${ASLEEP_CLEAN}
gone killed on 3B:00.0 20480
`;

/** Rank 1 made a context on the bus of rank 0, as a stray CUDA call before set_device does. */
export const FOREIGN_CONTEXT = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
gpu 41:00.0 ${H100} used sum+11
process server "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --tp 2 --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1740
  process tp1 "sglang::scheduler_TP1" on 41:00.0 1700 on 3B:00.0 516
  process detok "sglang::detokenizer"
`;

/** Nobody is there: two GPUs, no process. */
export const EMPTY_NODE = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100} used 0
gpu 41:00.0 ${H100} used 0
`;
