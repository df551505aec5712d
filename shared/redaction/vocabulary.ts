// The words that tell nobody who or where: engines, frameworks, flags, messages of the driver. All others get a stand-in.

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''));
}

/** Programs and scripts by which engines, launchers and adopters are told; also as the last part of a path. */
export const PROGRAMS = words(`
  vllm sglang ray raylet gcs_server torchrun deepspeed accelerate launch_server.py api_server.py supervisord honcho circusd
  conda jupyter tini dumb-init systemd init bash sh dash zsh sshd slurmstepd docker-init containerd-shim nvidia-smi
  nvidia-persistenced Xorg cron
`);

/** Modules behind `python -m`, whole. */
export const MODULES = words(`
  sglang sglang.launch_server sglang.cli sglang.cli.main vllm vllm.entrypoints.cli.main vllm.entrypoints.api_server
  vllm.entrypoints.openai.api_server vllm.entrypoints.grpc_server torch.distributed.run torch.distributed.launch
  torch.distributed.launcher deepspeed.launcher.runner deepspeed.launcher.launch accelerate.commands.launch
  supervisor.supervisord supervisord honcho circusd ray conda jupyter tini dumb-init
`);

/** Of flags, between dashes and underscores. A flag with any other part becomes `--arg-1`. */
const FLAG_PARTS = words(`
  a address all allow api attention auto backend backup base batch bs cache capture chunked code comm command config context cp cpu
  cuda d data dcp debug decode default device devices disable disaggregation dist distributed dp dpb draft dtype dump eager
  enable endpoint enforce engine ep ep-size eplb eviction executor expert experts fork format fp8 fraction free frontend gb
  gpu gpus graph graphs group head heap host id ids init input interval ip is json kv layers len length level limit list load
  local log lora m mamba manager master max mem memory metrics min mm mode model moe multi multiprocessing name nccl new
  nnodes no node nodes nproc num object of offload on output overlap page parallel parser path per pipeline pool port pp
  prealloc prefill prefix prefix-caching priority process proxy quantization rank ranks ray rdzv remote requests revision
  run running running-requests saver schedule scheduler seed served server session sets size sleep spec speculative start
  static step steps store swap table tasks tensor text threads time timeout to tokenizer tokens torch total tp trust type u
  use utilization v version w wait warmup watchdog weight weights with worker workers world
`);

/** Values that change what an engine is, and harmless words of command lines and settings. */
export const VALUES = words(`
  serve start run launch main auto none null true false True False on off ray mp uni external_launcher cuda cpu gpu
  bfloat16 float16 float32 half fp8 fp8_e4m3 fp8_e5m2 bf16 fp16 int8 awq gptq localhost flashinfer triton fa3 nccl gloo nixl
  mooncake native cudaMallocAsync expandable_segments max_split_size_mb garbage_collection_threshold backend
  roundup_power2_divisions pinned_use_cuda_host_register default NULL EAGLE EAGLE3 NEXTN prefill decode awake asleep
  weights_offloaded discard_all ready starting up from import spawn_main spawn_main; main main; -
`);

/** Ray actors that tell what a process is. */
export const ACTORS = words(`
  SGLangEngine SGLangGenerationWorker SGLangHttpServer SchedulerActor vLLMHttpServer AsyncvLLMServer RolloutRayActor
  VllmGenerationWorker VllmAsyncGenerationWorker LLMRayActor LLMRayActorAsync RayWorkerWrapper RayWorker IDLE
  MegatronTrainRayActor FSDPTrainRayActor WorkerDict ActorRolloutRefWorker PolicyModelActor ReferenceModelActor
  RewardModelActor CriticModelActor MegatronPolicyWorker DTensorPolicyWorker ActorWorker CriticWorker RolloutManager
`);

export const METHODS = words(
  'train generate sleep wake_up update_weights init __init__ run execute_method step release resume',
);

/** Of marks, messages of the driver, and places that a reason names. */
export const SENTENCE_WORDS = words(`
  a after an and asked at awake asleep back because been before begin begins bus call cannot case check communicate could
  couldn't ctrl-c cycle cycles decode determine device devices did distribution done driver driver/library due each end
  ended entry error failed failure field fields for free from gpu graph had handle has have held host id in initialize
  initialized insufficient installed is it its kv_cache kvcache latest library listed loaded long lost make marker measured
  memory mismatch mismatch: missing more most name new no node none not now nvidia-smi nvml nvml: nvidia occupancy of off on
  one or out pause permission permissions phase pid port process processes profile queried query rank read reboot release
  release_memory_occupation released reset resume resume_memory_occupation rollout run running script second see seconds
  settle settled sleep sleeping start started state step stop stopped support supported sure sync that the then this time
  timeout to train training try two unable unknown update update_weights user valid version wake wake_up wakes waking was
  weight weights weights_sync when whole with woken written
  DDL NVML: NVIDIA NVIDIA-SMI Failed Unable GPU Unknown Error Driver/library dp_rank tp_rank no-endpoint
`);

const GPU_WORDS = words(`
  NVIDIA Tesla Quadro GeForce RTX GTX TITAN Graphics Device MIG PCIe NVL Ada Generation Laptop GPU Max-Q Ti SUPER Blackwell
  Server Edition Workstation DGX Spark Display Super
`);

/** `H100`, `A100-SXM4-80GB`, `HBM3`, `80GB`, `1g.10gb`. */
const GPU_MODEL =
  /^(?:[A-Z]{1,3}\d{1,4}[A-Z]{0,2}|SXM\d?|HBM\d[eE]?|PCIE|PG\d{3}|\d{1,3}(?:GB|gb)|\d{1,2}[gc]\.\d{1,3}gb)$/;

/** A word of a device's name. */
export function isGpuWord(word: string): boolean {
  return GPU_WORDS.has(word) || word.split('-').every((part) => GPU_WORDS.has(part) || GPU_MODEL.test(part));
}

/** `--tp-size`, `-m`; the name alone, without a value. */
export function isKnownFlag(flag: string): boolean {
  const name = /^--?([A-Za-z][A-Za-z0-9_-]*)$/.exec(flag)?.[1];
  return name !== undefined && name.split(/[-_]/).every((part) => FLAG_PARTS.has(part) || /^\d{1,2}$/.test(part));
}

/** `30000`, `0.85`, `0,1,2,3`; at most nine digits, and no address. */
export function isPlainNumber(word: string): boolean {
  return /^[+-]?\d{1,9}(?:\.\d{1,9})?(?:,\d{1,9})*$/.test(word);
}
