// The fold: what is known of a node after each sample. Screens, commands and tests use this one function.
import type { Problem } from '../base/problem.ts';
import { allSubjects } from '../gates/subject.ts';
import { subjectKey } from '../gates/sighting.ts';
import type { Pid, ProcessKey } from '../model/ids.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { viewOf, type View } from './view.ts';

export interface Session {
  /** undefined before the first sample. */
  readonly latest: View | undefined;
  /** Pids that were once seen in an engine's tree, with the root of that tree, as long as nobody else has the pid. */
  readonly formerOwners: ReadonlyMap<Pid, ProcessKey>;
  /** What only two samples together can show, such as a pid that was reused. */
  readonly problems: readonly Problem[];
}

export const EMPTY_SESSION: Session = { latest: undefined, formerOwners: new Map(), problems: [] };

export function observe(session: Session, snapshot: Snapshot): Session {
  const latest = viewOf(snapshot);
  const formerOwners = new Map(session.formerOwners);
  for (const pid of snapshot.processes.keys()) formerOwners.delete(pid);
  for (const subject of allSubjects(latest.detection, latest.tree)) {
    const key = subjectKey(subject);
    for (const member of subject.members) if (key !== undefined) formerOwners.set(member.pid, key);
  }
  return { latest, formerOwners, problems: reusedPids(session.latest?.snapshot, snapshot) };
}

/** Engine roots known so far, for the next request: their descendants matter also when no pattern finds them. */
export function knownRoots(session: Session): Pid[] {
  return session.latest?.detection.engines.map((engine) => engine.root.pid) ?? [];
}

/** Pids that the driver lists and that do not exist: a second sample tells whether that was only a race. */
export function gonePids(session: Session): Pid[] {
  return session.latest?.held.filter((each) => each.alive === 'gone').map((each) => each.pid) ?? [];
}

function reusedPids(before: Snapshot | undefined, now: Snapshot): Problem[] {
  const problems: Problem[] = [];
  for (const process of now.processes.values()) {
    const earlier = before?.processes.get(process.pid);
    if (earlier !== undefined && earlier.startTicks !== process.startTicks) {
      const text = `it is another process now (started at tick ${process.startTicks}, before ${earlier.startTicks})`;
      problems.push({ code: 'pid-reused', where: `pid ${process.pid}`, text });
    }
  }
  return problems;
}
