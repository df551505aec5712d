// Everything that the page knows: what the host said, and what the user looks at. Nothing in it is derived.
import type { NodeId } from '../../shared/model/observation.ts';
import type { AppInfo, OpenNodeEntry, RecorderState, RecordingEntry, TargetEntry } from '../../shared/rpc/contract.ts';
import type { Moment } from '../../shared/session/moment.ts';
import type { NodeSession } from '../../shared/session/node-session.ts';
import type { Capabilities } from '../../shared/source/source.ts';
import type { EvidenceChoice } from '../view/evidence/evidence-choice.ts';
import type { RawRequest } from '../view/raw-request.ts';
import type { ArmedGates } from '../view/verdicts/armed-gates.ts';
import { NOTHING_SELECTED, type Selection } from '../view/selection.ts';
import type { OpenRecording, RecordingId } from './open-recording.ts';
import { NOTHING_KEPT, type Comparing } from './kept-moment.ts';
import { START_TIMELINE, START_VIEW, type LiveView, type NodeTimeline } from './live-view.ts';

export interface OpenNode {
  readonly entry: OpenNodeEntry;
  readonly capabilities: Capabilities;
  /** The recording that it is of; undefined when a host watches it. */
  readonly recording?: RecordingId;
  /** The fold of what was observed; of a recording, of all that is read of it. */
  readonly session: NodeSession;
  /** Of a recording: more of it will be folded, so that `session` is no reading of all of it. */
  readonly isPartial?: boolean;
  /** Of a recording: the node as it was known at the moment that is shown. */
  readonly at?: NodeSession;
  /** The newest whole looks, oldest first: what the panels show when the cursor is held at one of them. */
  readonly moments: readonly Moment[];
  /** Gates over a release that wait for this node's next looks. */
  readonly gates?: ArmedGates;
  /** False when the host does not know this node any more, as after a restart. */
  readonly isWatched: boolean;
}

export type Screen = 'connect' | 'live' | 'recordings' | 'compare' | 'evidence';

/** Something that went wrong with what the user asked for. */
export interface Complaint {
  readonly text: string;
  readonly next: string;
}

/** A number whose origin is shown, and the look that it is of. */
export interface RawShown {
  readonly request: RawRequest;
  readonly moment: Moment;
}

export interface AppState {
  readonly info: AppInfo | undefined;
  /** Of this page, where there is no host to say it. */
  readonly version: string | undefined;
  /** undefined until the host has told them. */
  readonly targets: readonly TargetEntry[] | undefined;
  readonly targetNotes: readonly string[];
  readonly nodes: ReadonlyMap<NodeId, OpenNode>;
  /** Those that are open, by the page's name for them. */
  readonly recordings: ReadonlyMap<RecordingId, OpenRecording>;
  /** A recording that is being opened and has nothing to show yet, as its file is called. */
  readonly opening: string | undefined;
  /** The host's; undefined until it has told them. */
  readonly hosted: readonly RecordingEntry[] | undefined;
  /** What the host's list does not have, and why. */
  readonly hostedNotes: readonly string[];
  readonly recorder: RecorderState | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly screen: Screen;
  /** The node that the live screen shows. */
  readonly shown: NodeId | undefined;
  /** The live screen opens with the first look of this node: the user asked for it and waits. */
  readonly awaited: NodeId | undefined;
  readonly complaint: Complaint | undefined;
  readonly selection: Selection;
  /** The moment that is looked at, instead of following the newest: milliseconds since 1970. */
  readonly cursorMs: number | undefined;
  readonly raw: RawShown | undefined;
  readonly view: LiveView;
  readonly timeline: NodeTimeline;
  readonly comparing: Comparing;
  /** What was chosen last on the evidence screen. */
  readonly evidence: EvidenceChoice | undefined;
}

export const START: AppState = {
  info: undefined,
  version: undefined,
  targets: undefined,
  targetNotes: [],
  nodes: new Map(),
  recordings: new Map(),
  opening: undefined,
  hosted: undefined,
  hostedNotes: [],
  recorder: undefined,
  settings: {},
  screen: 'connect',
  shown: undefined,
  awaited: undefined,
  complaint: undefined,
  selection: NOTHING_SELECTED,
  cursorMs: undefined,
  raw: undefined,
  view: START_VIEW,
  timeline: START_TIMELINE,
  comparing: NOTHING_KEPT,
  evidence: undefined,
};

export function withNode(state: AppState, node: NodeId, change: (open: OpenNode) => OpenNode): AppState {
  const open = state.nodes.get(node);
  if (open === undefined) return state;
  const next = change(open);
  return next === open ? state : { ...state, nodes: new Map(state.nodes).set(node, next) };
}
