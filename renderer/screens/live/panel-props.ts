// What every panel of the live screen is given: values in, callbacks out. A panel knows no store and no host.
import type { Policy } from '../../../shared/gates/policy.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import type { NodeSession } from '../../../shared/session/node-session.ts';
import type { RawRequest } from '../../view/raw-request.ts';
import type { Selection } from '../../view/selection.ts';

export interface PanelProps {
  /** The look that is shown: the newest, or the one at the cursor. */
  readonly moment: Moment;
  readonly node: NodeSession;
  readonly policy: Policy;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  /** Milliseconds since 1970 on the observer's clock; undefined when the pointer is over no moment. */
  readonly cursorMs: number | undefined;
  readonly onCursor: (ms: number | undefined) => void;
  readonly onRaw: (request: RawRequest) => void;
}
