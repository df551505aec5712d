// Eight SGLang engines, each over all eight GPUs of a node: 64 ranks, 64 rows, and a size that moves with each step.

const BUSES = ['17', '3B', '5D', '74', '97', 'AF', 'C2', 'D8'];

/** A scenario (see shared/source/scenario.ts). All engines are asleep and within the default limit. */
export function eightEnginesOnEightGpus(step: number): string {
  const lines = ['node gpu-01 driver 550.54.15'];
  for (const bus of BUSES) lines.push(`gpu ${bus}:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9`);
  for (let engine = 0; engine < BUSES.length; engine += 1) {
    const port = 30_000 + engine;
    lines.push(
      `process server${engine} "python -m sglang.launch_server --model-path m${engine} --tp 8 --port ${port}" rss 1450`,
    );
    BUSES.forEach((bus, rank) => {
      const size = 1_700 + ((step * 7 + engine * 3 + rank) % 40);
      lines.push(`  process e${engine}r${rank} "sglang::scheduler_TP${rank}" on ${bus}:00.0 ${size} rss 5210`);
    });
  }
  return lines.join('\n');
}
