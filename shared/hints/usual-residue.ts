// What a good sleep leaves behind, by figures that others reported: CUDA context and NCCL, which no engine releases.
import { fromGiB, fromMiB, plus, type Bytes } from '../base/units.ts';

/** The least context seen: 774 MiB, asleep with one rank, nothing else of the engine left (NeMo-RL#223). */
export const CONTEXT_LEAST: Bytes = fromMiB(774);
/** The most: 1.6 GiB on an H200 before the tensor-parallel workers began (sglang PR #7873). */
export const CONTEXT_MOST: Bytes = fromGiB(1.6);

/** NCCL of one rank: 958 MiB with 8 GPUs, tensor and expert parallel (vllm PR #46234). */
export const NCCL_LEAST: Bytes = fromMiB(958);
/** About 1 GiB a rank with 4 and with 2 GPUs (vllm PR #46234, sglang PR #7873). */
export const NCCL_MOST: Bytes = fromGiB(1);

/** Context and NCCL together: with less than this beside it, a part explains what is resident. */
export const RESIDUE_MOST: Bytes = plus(CONTEXT_MOST, NCCL_MOST);

export const RESIDUE_SOURCES: readonly string[] = [
  'context 774 MiB: NeMo-RL#223; 1.6 GiB: sglang PR #7873',
  'NCCL 958 MiB to 1 GiB a rank: vllm PR #46234, sglang PR #7873',
];
