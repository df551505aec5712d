// Weights were released and the rest was not: what is resident is about the KV cache and the graphs.
import { minus, plus, SMI_RESOLUTION, ZERO_BYTES, type Bytes } from '../base/units.ts';
import { isContaminated } from '../session/engine-state.ts';
import type { Pair } from '../session/pair.ts';
import { mibText } from '../session/size-text.ts';
import type { Hint, HintInput } from './hint.ts';
import { accountingSource, isSaidAwake, residentSource } from './provenance.ts';
import { RESIDUE_MOST, RESIDUE_SOURCES } from './usual-residue.ts';

/** One hint for the engine: the worst bus, when its entry is the one that is compared with it. */
export function weightsOnly({ statement, state, pair }: HintInput): Hint[] {
  if (statement?.accounting.known !== true || isContaminated(statement) || isSaidAwake(state)) return [];
  const seen = partsOf(pair.engine);
  if (seen === undefined) return [];
  const { weight, kvcache, graph, resident } = seen;
  const rest = plus(kvcache, graph);
  const beside = minus(resident, rest);
  // Weights smaller than context and NCCL cannot be told from them.
  if (weight <= RESIDUE_MOST || kvcache <= RESIDUE_MOST) return [];
  if (beside < minus(ZERO_BYTES, SMI_RESOLUTION) || beside > RESIDUE_MOST) return [];
  const weightFits =
    minus(resident, weight) >= minus(ZERO_BYTES, SMI_RESOLUTION) && minus(resident, weight) <= RESIDUE_MOST;
  const also = weightFits ? `; the weights alone (${mibText(weight)}) would fit as well` : '';
  return [
    {
      code: 'weights-only',
      text: `${mibText(resident)} are resident, about kvcache + graph (${mibText(kvcache)} + ${mibText(graph)}) and ${mibText(beside)} more: the weights (${mibText(weight)}) look released, the KV cache and graphs do not${also}`,
      confidence: weightFits ? 'low' : 'medium',
      evidence: [residentSource(pair.engine), accountingSource(statement.accounting.value), ...RESIDUE_SOURCES],
    },
  ];
}

function partsOf({ resident, entry }: Pair): Record<'weight' | 'kvcache' | 'graph' | 'resident', Bytes> | undefined {
  if (!resident.known || entry?.weight.known !== true || !entry.kvcache.known || !entry.graph.known) return undefined;
  return {
    weight: entry.weight.value,
    kvcache: entry.kvcache.value,
    graph: entry.graph.value,
    resident: resident.value,
  };
}
