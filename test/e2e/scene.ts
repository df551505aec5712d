// What a test puts on the stage: plain data, so that it can be made in the test and sent into the page.
import type { Selection } from '../../renderer/view/selection.ts';
import type { Policy } from '../../shared/gates/policy.ts';
import type { Observation } from '../../shared/model/observation.ts';
import type { RecordingEntry, TargetEntry } from '../../shared/rpc/contract.ts';

/** One panel alone, over observations that a test made with `look(...)` of test/kit/observed.ts. */
export interface PanelScene {
  /** A name of stage/panels.tsx. */
  readonly panel: string;
  readonly observations: readonly Observation[];
  readonly policy?: Policy;
  readonly selection?: Selection;
  readonly cursorMs?: number;
  /** Of the box that the panel is in, CSS lengths; without them the page's width and the panel's own height. */
  readonly width?: string;
  readonly height?: string;
}

/** The whole app, over a host in the page that says what the test wrote. */
export interface AppScene {
  readonly targets: readonly TargetEntry[];
  /** Of Residuum, as the host says it. */
  readonly version?: string;
  readonly notes?: readonly string[];
  /** By target: what is observed of it as soon as it is opened. A target without a row is refused. */
  readonly nodes: Readonly<Record<string, readonly Observation[]>>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly limitVariable?: string | null;
  readonly recordings?: readonly RecordingEntry[];
  readonly recordingNotes?: readonly string[];
  /** By id. */
  readonly recordingTexts?: Readonly<Record<string, string>>;
  /** Why the host does not record any more. */
  readonly recorderStopped?: string;
  /** Why the host draws no PNG; without it a stand-in of one comes. */
  readonly noPng?: string;
  readonly isRecordingOff?: boolean;
  /** Opened as soon as the host is there. */
  readonly open?: string;
  /** The page's clock stands still here, milliseconds since 1970. */
  readonly nowMs: number;
}
