// One whole look at a node: a sample, the device reading that closes it, and everything that is derived from the two.
import type { Sighting } from '../gates/sighting.ts';
import type { ProcessKey } from '../model/ids.ts';
import type { FrameSeen } from '../model/observation.ts';
import type { EngineState } from './engine-state.ts';
import type { Session } from './session.ts';

export interface Moment {
  /** On the observer's clock, of the frame that completed it. */
  readonly atMs: number;
  /** The sample itself, for "show the raw rows". */
  readonly sample: FrameSeen;
  /** The closing device reading; undefined when the driver gave no devices, so that none was asked for. */
  readonly closing: FrameSeen | undefined;
  /**
   * Before this look's states were remembered. Pairs and hints compare with the awake level in here: `session` already
   * holds this look's own, and a look compared with itself shows nothing.
   */
  readonly before: Session;
  readonly session: Session;
  /** What the gates judge. */
  readonly sighting: Sighting;
  readonly states: ReadonlyMap<ProcessKey, EngineState>;
}
