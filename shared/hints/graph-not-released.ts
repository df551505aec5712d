// Graphs are accounted and what is resident holds them: the cuda_graph tag was never released.
import { clip, printable } from '../base/printable.ts';
import { minus, type Bytes } from '../base/units.ts';
import { AWAKE_FROM, isContaminated } from '../session/engine-state.ts';
import { mibText } from '../session/size-text.ts';
import { variableOf } from './environment-variable.ts';
import type { Hint, HintInput } from './hint.ts';
import { accountingSource, isSaidAwake, residentSource } from './provenance.ts';
import { CONTEXT_LEAST, RESIDUE_MOST, RESIDUE_SOURCES } from './usual-residue.ts';

const VARIABLE = 'SGLANG_MEMORY_SAVER_CUDA_GRAPH';
const VALUE_WIDTH = 20;

/**
 * SGLang releases graphs only when this variable is true (sglang PR #7873). Where it is read and is not, that decides;
 * where it cannot be read, or is true, only a size that nothing smaller explains speaks.
 */
export function graphNotReleased({ subject, statement, state, pair, environment }: HintInput): Hint[] {
  const { resident, entry, share } = pair.engine;
  if (statement?.accounting.known !== true || isContaminated(statement) || isSaidAwake(state)) return [];
  if (!resident.known || entry?.graph.known !== true || entry.graph.value <= 0) return [];
  // Nearly everything is there: that is no release without graphs, but none at all.
  if (share !== undefined && share >= AWAKE_FROM) return [];
  const graph = entry.graph.value;
  const beside = minus(resident.value, graph);
  if (beside < CONTEXT_LEAST) return [];
  const setting = variableOf(subject, environment, VARIABLE);
  const isOff = setting.kind === 'unset' || (setting.kind === 'set' && !/^(?:true|1)$/i.test(setting.value.trim()));
  if (!isOff && !needsGraph(resident.value, beside)) return [];
  const why =
    setting.kind === 'set'
      ? `${VARIABLE} is '${clip(printable(setting.value), VALUE_WIDTH)}' in pid ${setting.pid}`
      : setting.kind === 'unset'
        ? `${VARIABLE} is not set`
        : `${VARIABLE} could not be read`;
  const source = setting.kind === 'unreadable' ? [] : [`${VARIABLE}: environment of the engine's processes`];
  return [
    {
      code: 'graph-not-released',
      text: `${mibText(resident.value)} are resident, and ${mibText(graph)} of graphs ${partText(beside)}: cuda_graph seems never released (${why})`,
      confidence: isOff ? 'medium' : 'low',
      evidence: [
        residentSource(pair.engine),
        accountingSource(statement.accounting.value),
        ...source,
        ...RESIDUE_SOURCES,
      ],
    },
  ];
}

/** With more beside them than a sleep leaves, graphs are a part of what is resident and explain no more than that. */
function partText(beside: Bytes): string {
  return beside <= RESIDUE_MOST ? `with ${mibText(beside)} beside them explain it` : 'are likely a part of it';
}

/** Too much for context and NCCL, and not too much with the graphs taken off. */
function needsGraph(resident: Bytes, beside: Bytes): boolean {
  return resident > RESIDUE_MOST && beside <= RESIDUE_MOST;
}
