// What is left is about what CUDA contexts and NCCL of a tensor-parallel group take, which no sleep releases.
import { minus, plus, type Bytes } from '../base/units.ts';
import { RELEASED_BELOW } from '../session/engine-state.ts';
import { mibText } from '../session/size-text.ts';
import type { Hint, HintInput } from './hint.ts';
import { isSaidAwake, residentSource, settingSource } from './provenance.ts';
import { CONTEXT_LEAST, CONTEXT_MOST, NCCL_LEAST, NCCL_MOST, RESIDUE_SOURCES } from './usual-residue.ts';

/** Low, whatever fits: the figures are those of other models, drivers and GPUs. */
export function contextAndNccl(input: HintInput): Hint[] {
  const { pair, state } = input;
  const { resident, share } = pair.engine;
  const group = groupSize(input);
  // A small model that is awake would fit as well.
  if (!resident.known || isSaidAwake(state) || (share !== undefined && share >= RELEASED_BELOW)) return [];
  if (state.value === 'awake' || group === undefined || group.size < 2) return [];
  const least = plus(CONTEXT_LEAST, NCCL_LEAST);
  const most = plus(CONTEXT_MOST, NCCL_MOST);
  if (resident.value < least || resident.value > most) return [];
  return [
    {
      code: 'context-and-nccl',
      text: `${mibText(resident.value)} are resident on the worst GPU of ${group.size} tensor-parallel ranks, within the ${range(least, most)} that a CUDA context (${range(CONTEXT_LEAST, CONTEXT_MOST)}) and NCCL (${range(NCCL_LEAST, NCCL_MOST)} a rank) were seen to keep; no sleep releases them`,
      confidence: 'low',
      evidence: [residentSource(pair.engine), group.source, ...RESIDUE_SOURCES],
    },
  ];
}

function groupSize({ statement, subject, roles }: HintInput): { size: number; source: string } | undefined {
  const told = statement?.configuration['tp_size'];
  if (typeof told === 'number') return { size: told, source: settingSource('tp_size') };
  const ranks = new Set(
    subject.members.map(({ pid }) => roles.get(pid)?.rank?.tp).filter((tp) => typeof tp === 'number'),
  );
  return ranks.size === 0 ? undefined : { size: ranks.size, source: 'tensor-parallel ranks: titles of the processes' };
}

/** `774 to 1,638.40 MiB`. */
function range(least: Bytes, most: Bytes): string {
  return minus(most, least) === 0 ? mibText(least) : `${mibText(least).replace(/ MiB$/, '')} to ${mibText(most)}`;
}
