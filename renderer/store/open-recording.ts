// A recording that is open in the page: what its transport shows. Its nodes stand among the others.
import type { NodeId } from '../../shared/model/observation.ts';
import type { LineProblem } from '../../shared/recording/decoder.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';

/** Names it within this page, such as `r1`. */
export type RecordingId = string;

export const SPEEDS = [1, 4, 16, 60] as const;
export type Speed = (typeof SPEEDS)[number];

export interface OpenRecording {
  readonly id: RecordingId;
  /** As its file is called. */
  readonly name: string;
  readonly header: RecordingHeader;
  /** As the page names them. */
  readonly nodes: readonly NodeId[];
  /** Of its first and last line so far, milliseconds since 1970 on the clock of whoever recorded. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** The moment that is shown. */
  readonly positionMs: number;
  readonly isPlaying: boolean;
  readonly speed: Speed;
  /** The position is not folded yet: what is shown is an earlier moment until it is. */
  readonly isBehind: boolean;
  /** From 0 to 1: how much of it can be sought. */
  readonly share: number;
  /** Its file is read to the end. */
  readonly isRead: boolean;
  readonly hasFooter: boolean;
  readonly problems: { readonly lines: readonly LineProblem[]; readonly count: number };
}

/** The page's name for a node of a recording: another recording may have one of the same name. */
export function recordedNode(recording: RecordingId, node: NodeId): NodeId {
  return `${recording}:${node}`;
}
