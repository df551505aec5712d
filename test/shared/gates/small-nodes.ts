// The smallest nodes that the gate tests need, and changes to single lines of a frame.
import type { Edit } from '../../kit/frame-text.ts';

const H100 = '"NVIDIA H100 80GB HBM3" total 81559 reserved 479';
const SERVER = '"python -m sglang.launch_server --port 30000"';

/** One engine on one GPU, whose process list has this cell for its only process with memory. */
export const holding = (cell: string | number, used = 'sum+9'): string => `
gpu 3B:00.0 ${H100} used ${used}
process server ${SERVER}
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${cell}
`;

/** The same with a second process of the engine, on the same GPU. */
export const holdingTwo = (first: string | number, second: string | number, used = 'sum+9'): string =>
  `${holding(first, used)}  process tp1 "sglang::scheduler_TP1" on 3B:00.0 ${second}\n`;

/** One engine with 1,000 MiB on each of two GPUs. */
export const overTwoGpus = (second: string | number = 1000): string => `
gpu 3B:00.0 ${H100} used sum+9
gpu 41:00.0 ${H100} used sum+9
process server ${SERVER}
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1000
  process tp1 "sglang::scheduler_TP1" on 41:00.0 ${second}
`;

/** Changes the lines that match. */
export const replace =
  (line: RegExp, to: string): Edit =>
  (each) =>
    line.test(each) ? each.replace(line, to) : undefined;

/** Takes the lines that match out of the frame. */
export const drop =
  (line: RegExp): Edit =>
  (each) =>
    line.test(each) ? [] : undefined;

/** What nvidia-smi printed to a call and how it ended, whatever it said before. */
export const answers = (call: 'devices' | 'usage', output: readonly string[], exitCode: number): Edit => {
  let inside = false;
  return (each) => {
    if (each.startsWith(`call\t${call}\t`)) inside = true;
    if (!inside) return undefined;
    if (each.startsWith('out\t')) return [];
    if (!each.startsWith('done\t')) return undefined;
    inside = false;
    return [...output.map((text) => `out\t${text}`), each.replace(/^(done\t\S+\t)\d+/, `$1${exitCode}`)];
  };
};

/** The call was cancelled: it never printed anything. */
export const neverAnswers = (call: 'devices' | 'usage'): Edit => {
  let inside = false;
  return (each) => {
    if (each.startsWith(`call\t${call}\t`)) inside = true;
    if (!inside) return undefined;
    if (each.startsWith('out\t')) return [];
    if (!each.startsWith('done\t')) return undefined;
    inside = false;
    return `stop\t${call}\t4242\t${each.split('\t')[3]}`;
  };
};
