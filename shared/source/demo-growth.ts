// A node whose engine keeps more after each sleep, for half an hour of looks: what a trend over many cycles looks like.

const CYCLES = 30;
/** More stays of the second rank after each sleep. */
const LEAK_MIB = 38;
/** Idle sizes wobble by a few MiB. */
const WOBBLE_MIB = [0, 4, -6, 2, -2];
const [FIRST_AWAKE, SECOND_AWAKE, ASLEEP] = [64_210, 64_190, 1_741];
const [AWAKE_LOOKS, ASLEEP_LOOKS] = [6, 3];

/** Ten samples a cycle: six awake, one while it lets go, three settled while the trainer works. */
export function growthScenario(): string {
  const engine0: number[] = [];
  const engine1: number[] = [];
  const trainer: number[] = [];
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const wobble = (): number => WOBBLE_MIB[engine0.length % WOBBLE_MIB.length] ?? 0;
    for (let look = 0; look < AWAKE_LOOKS; look += 1) {
      engine1.push(SECOND_AWAKE - wobble());
      engine0.push(FIRST_AWAKE + wobble());
      trainer.push(2_148);
    }
    engine0.push(21_504);
    engine1.push(30_720);
    trainer.push(2_148);
    for (let look = 0; look < ASLEEP_LOOKS; look += 1) {
      engine1.push(ASLEEP + cycle * LEAK_MIB - wobble());
      engine0.push(ASLEEP + wobble());
      trainer.push(38_912);
    }
  }
  return `
node demo-gpu-07 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+11

process engine "python -m sglang.launch_server --model-path Qwen/Qwen2.5-7B-Instruct --tp 2 --port 30000 --enable-memory-saver" rss 1450 listen 30000
  http sglang weight 7.14 kvcache 53.21 graph 0.66 tokens 1992704
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${engine0.join(' then ')} rss 5210
  process tp1 "sglang::scheduler_TP1" on 41:00.0 ${engine1.join(' then ')} rss 5198
  process detok "sglang::detokenizer" rss 690

process raylet "/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5" rss 210
  process actor0 "ray::MegatronTrainRayActor.train" on 3B:00.0 ${trainer.join(' then ')} rss 12288
  process actor1 "ray::MegatronTrainRayActor.train" on 41:00.0 ${trainer.join(' then ')} rss 12290
`;
}
