// One look at one node: a sample, a second one when a row's pid is gone, and the device reading that closes it.
import type { Reason } from '../../shared/base/reason.ts';
import { probePatterns } from '../../shared/engines/patterns.ts';
import type { Sighting } from '../../shared/gates/sighting.ts';
import type { Pid } from '../../shared/model/ids.ts';
import type { DeviceReading } from '../../shared/model/snapshot.ts';
import { EMPTY_SESSION, gonePids, knownRoots, observe, type Session } from '../../shared/session/session.ts';
import { viewOf } from '../../shared/session/view.ts';
import type { ProbeSession, Sample } from './probe-session.ts';

/** Whoever answers samples and device readings: a probe, or one that hands each frame on before it answers. */
export type Looker = Pick<ProbeSession, 'sample' | 'devices'>;

export interface Look {
  /** The sample that counts: the second one where there are two. */
  readonly sample: Sample;
  readonly session: Session;
  readonly sighting: Sighting;
}

/**
 * A pid that ended between the driver's list and the process table looks gone: only when a second sample lists it again
 * and it still does not exist is it gone. So with a gone row the second sample is the one that counts. `rootPid` is a
 * tree to look at that no pattern finds. Rejects with a LinkError.
 */
export async function takeLook(probe: Looker, before: Session = EMPTY_SESSION, rootPid?: Pid): Promise<Look> {
  const patterns = probePatterns();
  const roots = [...knownRoots(before), ...(rootPid === undefined ? [] : [rootPid])];
  let sample = await probe.sample({ patterns, roots, want: ['environment', 'sockets'] });
  let session = observe(before, sample.snapshot);
  if (gonePids(session).length > 0) {
    const again = [...knownRoots(session), ...(rootPid === undefined ? [] : [rootPid])];
    sample = await probe.sample({ patterns, roots: again, want: ['environment', 'sockets', 'holders'] });
    session = observe(session, sample.snapshot);
  }
  const closing = await closingReading(probe, sample);
  const { snapshot, held } = session.latest ?? viewOf(sample.snapshot);
  const sighting: Sighting = { snapshot, held, ...closing, formerOwners: session.formerOwners };
  return { sample, session, sighting };
}

/** Not asked for when the driver gave no devices the first time: its reasons are known already. */
async function closingReading(
  probe: Looker,
  sample: Sample,
): Promise<{ closing: DeviceReading | undefined; closingReasons: readonly Reason[] }> {
  if (sample.snapshot.devices === undefined) return { closing: undefined, closingReasons: [] };
  const { snapshot } = await probe.devices();
  return { closing: snapshot.devices, closingReasons: snapshot.driverReasons };
}
