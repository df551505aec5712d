// Folds an opened recording, node by node, with the code that folds live observations.
import type { MarkSeen, NodeId, Observation } from '../model/observation.ts';
import type { LineProblem } from '../recording/decoder.ts';
import type { RecordingFooter, RecordingHeader } from '../recording/format.ts';
import type { OpenedRecording } from '../recording/open-text.ts';
import type { Moment } from '../session/moment.ts';
import { NodeRecorder, type NodeRecord } from '../session/node-record.ts';

export interface FoldedRecording {
  readonly header: RecordingHeader;
  /** The file's own. */
  readonly format: number;
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
 * Closes it at the end, and also when reading fails. `onLook` is given each whole look: whoever keeps them all keeps a long
 * recording in memory. `only` names a node as it is told: others are read and not folded.
 */
export async function foldOpened(
  recording: OpenedRecording,
  onLook: (node: NodeId, moment: Moment) => void = () => undefined,
  rewrite: Rewrite = AS_IT_IS,
  only?: NodeId,
): Promise<FoldedRecording> {
  try {
    const header = rewrite.header(recording.header);
    const folds = new Map<NodeId, NodeRecorder>();
    const marks: MarkSeen[] = [];
    const foldOf = (node: NodeId): NodeRecorder => {
      const known = folds.get(node);
      if (known !== undefined) return known;
      const fold = new NodeRecorder((moment) => onLook(node, moment));
      folds.set(node, fold);
      for (const mark of marks) fold.take(mark);
      return fold;
    };
    for (const { node } of header.nodes) if (only === undefined || node === only) foldOf(node);
    let observations = 0;
    let endMs = header.startedMs;
    for await (const seen of recording.observations()) {
      observations += 1;
      endMs = Math.max(endMs, seen.atMs);
      const told = rewrite.observation(seen);
      if (only === undefined || told.node === only) foldOf(told.node).take(told);
      if (told.kind !== 'mark') continue;
      // What somebody named is a moment of the run, whichever node it was set at.
      marks.push(told);
      for (const [node, fold] of folds) if (node !== told.node) fold.take(told);
    }
    const nodes = new Map([...folds].map(([node, fold]) => [node, fold.end()] as const));
    const { format } = recording;
    return { header, format, nodes, observations, endMs, footer: recording.footer(), problems: recording.problems() };
  } finally {
    await recording.close();
  }
}
