// A rank holds memory on another rank's GPU: usually a CUDA context that was made before the device was chosen.
import type { HintInput, Hint } from './hint.ts';
import { mibText } from '../session/size-text.ts';

export function foreignContextHints({ foreign }: HintInput): Hint[] {
  return foreign.map(({ pid, bus, bytes, homeOf }) => ({
    code: 'foreign-context',
    text: `pid ${pid} holds ${mibText(bytes)} on ${bus}, the GPU of pid ${homeOf}, another rank of the same engine: a CUDA context made there stays until the process ends`,
    confidence: 'high',
    evidence: [`nvidia-smi --query-compute-apps: rows of pid ${pid} and pid ${homeOf} on ${bus}`],
  }));
}
