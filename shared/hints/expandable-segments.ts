// PyTorch's expandable segments are on in the engine's environment: the memory savers cannot pause such memory.
import type { Pid } from '../model/ids.ts';
import { mibText } from '../session/size-text.ts';
import type { Hint, HintInput } from './hint.ts';
import { residentSource } from './provenance.ts';

/** The second is the name since PyTorch 2.9 or so; both are read. */
const VARIABLES = ['PYTORCH_CUDA_ALLOC_CONF', 'PYTORCH_ALLOC_CONF'];

/** torch_memory_saver and vLLM's CuMem allocator bring a pool of their own (rlix docs/tms-fixes.md, vllm#11743). */
export function expandableSegments({ subject, environment, pair }: HintInput): Hint[] {
  const { resident } = pair.engine;
  const size = resident.known ? `; ${mibText(resident.value)} are resident` : '';
  return VARIABLES.flatMap((name): Hint[] => {
    const pids = subject.members
      .map(({ pid }) => pid)
      .filter((pid) => isExpandable(environment.get(pid)?.variables.get(name)));
    if (pids.length === 0) return [];
    return [
      {
        code: 'expandable-segments',
        text: `${name} has expandable_segments:True in ${pidsText(pids)}: memory savers cannot release such segments${size}; start the engine without it`,
        confidence: 'medium',
        evidence: [
          `${name}: environment of ${pidsText(pids)}`,
          ...(resident.known ? [residentSource(pair.engine)] : []),
        ],
      },
    ];
  });
}

/** `garbage_collection_threshold:0.8,expandable_segments:True`. A key that comes twice: the last one counts. */
function isExpandable(value: string | undefined): boolean {
  const [last] = (value ?? '')
    .split(',')
    .map((setting) => setting.split(':').map((part) => part.trim().toLowerCase()))
    .filter(([key]) => key === 'expandable_segments')
    .slice(-1);
  return last?.[1] === 'true';
}

function pidsText(pids: readonly Pid[]): string {
  return `pid ${pids.join(', ')}`;
}
