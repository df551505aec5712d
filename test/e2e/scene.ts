// What a test puts on the stage: plain data, so that it can be made in the test and sent into the page.
import type { Selection } from '../../renderer/view/selection.ts';
import type { Policy } from '../../shared/gates/policy.ts';
import type { Observation } from '../../shared/model/observation.ts';

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
