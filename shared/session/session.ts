// The fold: what is known of a node after each sample. Screens, commands and tests use this one function.
import type { Problem } from '../base/problem.ts';
import { allSubjects } from '../gates/subject.ts';
import { subjectKey } from '../gates/sighting.ts';
import type { Engine } from '../engines/detect.ts';
import type { AccountingObservation } from '../model/accounting.ts';
import { processKey, type Pid, type ProcessKey } from '../model/ids.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { NO_RECORD, recordAnswer, type EngineRecord } from './engine-record.ts';
import { viewAfter, type View } from './view.ts';

export interface Session {
  /** undefined before the first sample. */
  readonly latest: View | undefined;
  /** Pids that were once seen in an engine's tree, with the root of that tree, as long as nobody else has the pid. */
  readonly formerOwners: ReadonlyMap<Pid, ProcessKey>;
  /** What is remembered of each engine of the latest sample, by the pid and start of its root. */
  readonly engines: ReadonlyMap<ProcessKey, EngineRecord>;
  /** What only two samples together can show, such as a pid that was reused. */
  readonly problems: readonly Problem[];
}

export const EMPTY_SESSION: Session = { latest: undefined, formerOwners: new Map(), engines: new Map(), problems: [] };

export function observe(session: Session, snapshot: Snapshot): Session {
  const latest = viewAfter(session.latest, snapshot);
  const formerOwners = new Map(session.formerOwners);
  for (const pid of snapshot.processes.keys()) formerOwners.delete(pid);
  for (const subject of allSubjects(latest.detection, latest.tree)) {
    const key = subjectKey(subject);
    for (const member of subject.members) if (key !== undefined) formerOwners.set(member.pid, key);
  }
  const engines = new Map(
    latest.detection.engines.map((engine) => [engineKey(engine), session.engines.get(engineKey(engine)) ?? NO_RECORD]),
  );
  return { latest, formerOwners, engines, problems: reusedPids(session.latest?.snapshot, snapshot) };
}

/** Answers of engines, in the order in which they came. An engine that is gone by now is left out. */
export function observeAccounting(session: Session, observations: readonly AccountingObservation[]): Session {
  const engines = new Map(session.engines);
  for (const observation of observations) {
    const key = processKey(observation.rootPid, observation.rootStartTicks);
    const record = engines.get(key);
    const kind = session.latest?.detection.engines.find((engine) => engineKey(engine) === key)?.kind;
    if (record !== undefined && kind !== undefined) engines.set(key, recordAnswer(record, observation, kind));
  }
  return { ...session, engines };
}

export function engineKey({ root }: Engine): ProcessKey {
  return processKey(root.pid, root.startTicks);
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
