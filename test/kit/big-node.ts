// A node of 1 to 16 GPUs with one SGLang engine over all of them, as text: what a screen must still be readable with.

const BUSES = ['07', '0A', '44', '4A', '84', '8A', 'C0', 'C3', '08', '0B', '45', '4B', '85', '8B', 'C1', 'C4'];

/** Asleep beside a trainer on every GPU; a gone pid, an orphan, foreign contexts and a rest where there is room for them. */
export function bigNode(count: number): string {
  const buses = BUSES.slice(0, count);
  const one = (at: number): string => `${buses[at] ?? BUSES[0]}:00.0`;
  const gpus = buses.map(
    (_, at) => `gpu ${one(at)} "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+${at === 3 ? 2310 : 9 + at}`,
  );
  const ranks = buses.map((_, at) => {
    const foreign = at > 0 && at % 4 === 0 ? ` on ${one(0)} 516` : '';
    return `  process tp${at} "sglang::scheduler_TP${at}" on ${one(at)} ${at === 5 ? 9120 : 1741 + at}${foreign} nspid "${at + 21}"`;
  });
  const trainers = buses.map(
    (_, at) => `  process actor${at} "ray::MegatronTrainRayActor.train" on ${one(at)} ${38_912 + at}`,
  );
  return [
    'node big-gpu-01 driver 550.54.15',
    ...gpus,
    `process server "python -m sglang.launch_server --model-path Qwen/Qwen2.5-32B-Instruct --tp ${count} --port 30000" listen 30000`,
    '  http sglang weight 8.2 kvcache 51.3 graph 1.4',
    ...ranks,
    '  process detok "sglang::detokenizer"',
    'process raylet "/opt/ray/core/src/ray/raylet/raylet"',
    ...trainers,
    ...(count > 2 ? [`gone killed on ${one(2)} 20480`] : []),
    ...(count > 3 ? [`orphan left "sglang::scheduler_TP0" on ${one(3)} 12000`] : []),
    '',
  ].join('\n');
}
