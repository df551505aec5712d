// Reads a recording and folds it, node by node, with the code that folds live observations.
import type { NodeId, Observation } from '../shared/model/observation.ts';
import type { LineProblem } from '../shared/recording/decoder.ts';
import type { RecordingFooter, RecordingHeader } from '../shared/recording/format.ts';
import type { Moment } from '../shared/session/moment.ts';
import { NodeRecorder, type NodeRecord } from '../shared/session/node-record.ts';
import { openRecording } from './recording-reader.ts';

export interface FoldedRecording {
  readonly header: RecordingHeader;
  /** Those of the header, then any other that the file tells of. */
  readonly nodes: ReadonlyMap<NodeId, NodeRecord>;
  readonly observations: number;
  /** Of the newest observation; of the start where there is none. */
  readonly endMs: number;
  readonly footer: RecordingFooter | undefined;
  readonly problems: { readonly lines: readonly LineProblem[]; readonly count: number };
}

/** Changes what a file says before it is folded, such as its names. */
export interface Rewrite {
  header(header: RecordingHeader): RecordingHeader;
  observation(seen: Observation): Observation;
}

const AS_IT_IS: Rewrite = { header: (header) => header, observation: (seen) => seen };

/**
 * Rejects with a RecordingError. `onLook` is given each whole look: whoever keeps them all keeps a long recording in
 * memory.
 */
export async function foldRecording(
  file: string,
  onLook: (node: NodeId, moment: Moment) => void = () => undefined,
  rewrite: Rewrite = AS_IT_IS,
): Promise<FoldedRecording> {
  const recording = await openRecording(file);
  try {
    const header = rewrite.header(recording.header);
    const folds = new Map<NodeId, NodeRecorder>();
    const foldOf = (node: NodeId): NodeRecorder => {
      const fold = folds.get(node) ?? new NodeRecorder((moment) => onLook(node, moment));
      folds.set(node, fold);
      return fold;
    };
    for (const { node } of header.nodes) foldOf(node);
    let observations = 0;
    let endMs = header.startedMs;
    for await (const seen of recording.observations()) {
      observations += 1;
      endMs = Math.max(endMs, seen.atMs);
      const told = rewrite.observation(seen);
      foldOf(told.node).take(told);
    }
    const nodes = new Map([...folds].map(([node, fold]) => [node, fold.end()] as const));
    return { header, nodes, observations, endMs, footer: recording.footer(), problems: recording.problems() };
  } finally {
    await recording.close();
  }
}
