// An 8-GPU node with 60 processes that matter: eight sleeping SGLang engines and a Megatron trainer on every GPU.

const BUSES = ['17', '3B', '5D', '74', '97', 'AF', 'C2', 'D8'];
const TRACKER = "python -c 'from multiprocessing.resource_tracker import main;main(4)'";

/** A scenario (see shared/source/scenario.ts). */
export function eightGpuNode(): string {
  const lines = ['node gpu-01 driver 550.54.15'];
  for (const bus of BUSES) {
    lines.push(`gpu ${bus}:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9`);
  }
  BUSES.forEach((bus, at) => {
    const port = 30_000 + at;
    lines.push(
      `process server${at} "python -m sglang.launch_server --model-path Qwen/Qwen2.5-7B-Instruct --port ${port} --enable-memory-saver" rss 1450`,
      `  process scheduler${at} "sglang::scheduler_TP0" on ${bus}:00.0 1741 rss 5210`,
      `  process detok${at} "sglang::detokenizer" rss 690`,
      `  process tracker${at} "${TRACKER}" rss 12`,
      `  process tokenizer${at}a "sglang::tokenizer_worker" rss 600`,
      `  process tokenizer${at}b "sglang::tokenizer_worker" rss 600`,
    );
  });
  lines.push('process raylet "/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5" rss 210');
  BUSES.forEach((bus, at) => {
    lines.push(`  process actor${at} "ray::MegatronTrainRayActor.train" on ${bus}:00.0 38912 rss 12288`);
  });
  for (const at of [0, 1]) {
    lines.push(`process monitor${at} "python -m dcgm_monitor --gpu ${at}" on ${BUSES[at]}:00.0 12 rss 80`);
  }
  return lines.join('\n');
}
