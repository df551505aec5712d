// One run of a gate on one node: a sample, a closing device reading, and a second sample when a row's pid is gone.
import { createHash } from 'node:crypto';
import type { Reason } from '../shared/base/reason.ts';
import { probePatterns } from '../shared/engines/patterns.ts';
import type { Sighting } from '../shared/gates/sighting.ts';
import type { Pid } from '../shared/model/ids.ts';
import type { DeviceReading } from '../shared/model/snapshot.ts';
import { probeScript } from '../shared/probe/script.ts';
import { EMPTY_SESSION, gonePids, knownRoots, observe, type Session } from '../shared/session/session.ts';
import { viewOf } from '../shared/session/view.ts';
import type { ProbeSession, Sample } from './probe-session.ts';

export interface GateSample {
  /** The sample that is judged. */
  readonly sample: Sample;
  readonly session: Session;
  readonly sighting: Sighting;
  /** Of the text of the judged frame. */
  readonly rawSha256: string;
}

/**
 * A pid that ended between the driver's list and the process table looks gone: only when a second sample lists it again
 * and it still does not exist is it gone. So with a gone row the second sample is the one that is judged.
 */
export async function sampleForGate(
  probe: ProbeSession,
  before: Session = EMPTY_SESSION,
  rootPid?: Pid,
): Promise<GateSample> {
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
  return { sample, session, sighting, rawSha256: sha256(sample.frame.text) };
}

/** Not asked for when the driver gave no devices the first time: its reasons are known already. */
async function closingReading(
  probe: ProbeSession,
  sample: Sample,
): Promise<{ closing: DeviceReading | undefined; closingReasons: readonly Reason[] }> {
  if (sample.snapshot.devices === undefined) return { closing: undefined, closingReasons: [] };
  const { snapshot } = await probe.devices();
  return { closing: snapshot.devices, closingReasons: snapshot.driverReasons };
}

/** Of the probe exactly as it was sent, so that evidence names what measured it. */
export function probeSha256(): string {
  return sha256(probeScript());
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
