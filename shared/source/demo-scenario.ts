// The node that the demo shows: an engine that sleeps and leaves memory behind, one that is awake, and a trainer.

/**
 * SGLang (TP2) is asleep and still holds 1.7 GiB on each of its two buses, where a Megatron trainer works beside it;
 * a second SGLang is awake on two other GPUs. The overhead of 9 to 20 MiB that no process owns is the ordinary one.
 * What the two say of themselves is turned round: 9.32 GiB where 1.7 are left, 8.13 where 10.1 are held.
 */
export const DEMO_SCENARIO = `
node demo-gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+11
gpu AF:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+20
gpu D8:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+14

# Asleep: 1.7 GiB is 1741 MiB.
process asleep "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --tp 2 --port 30000 --enable-memory-saver" rss 1450 listen 30000
  http sglang weight 0.98 kvcache 7.9 graph 0.44 tokens 690267
  process asleep-tp0 "sglang::scheduler_TP0" on 3B:00.0 1741 rss 5210
  process asleep-tp1 "sglang::scheduler_TP1" on 41:00.0 1741 rss 5198
  process asleep-detok "sglang::detokenizer" rss 690

# Awake, with weights, KV cache and graphs in place.
process awake "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --tp 2 --port 30100 --enable-memory-saver" rss 1502 listen 30100
  http old-sglang weight 0.98 kvcache 6.84 graph 0.31 tokens 597652
  process awake-tp0 "sglang::scheduler_TP0" on AF:00.0 10342 rss 6120
  process awake-tp1 "sglang::scheduler_TP1" on D8:00.0 10318 rss 6098
  process awake-detok "sglang::detokenizer" rss 688

process raylet "/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5" rss 210
  process actor0 "ray::MegatronTrainRayActor.train" on 3B:00.0 38912 rss 12288
  process actor1 "ray::MegatronTrainRayActor.train" on 41:00.0 38904 rss 12290
`;
