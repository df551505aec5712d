// One sample as the object that `probe --json` prints.
import { orNull } from '../../base/known.ts';
import { printable } from '../../base/printable.ts';
import { reasonCodes } from '../../base/reason.ts';
import { deviceLedgers } from '../../ledger/device-ledger.ts';
import { DEMO_PROBLEM } from './gate-problems.ts';
import { foreignContextProblems } from '../../ledger/foreign-context.ts';
import type { Pid } from '../../model/ids.ts';
import type { HostProcess } from '../../model/snapshot.ts';
import type { Engine } from '../../engines/detect.ts';
import type { Sighting } from '../../gates/sighting.ts';
import { fromEngine } from '../../gates/subject.ts';
import type { Session } from '../../session/session.ts';
import type { View } from '../../session/view.ts';
import { engineSays } from './engine-says.ts';
import { deviceReport, type RunFacts } from './gate-report.ts';
import { SNAPSHOT_SCHEMA } from '../schema-names.ts';
import type { SnapshotReport } from './snapshot-schema.ts';

export function snapshotReport(view: View, session: Session, facts: RunFacts): SnapshotReport {
  const { snapshot, detection, held } = view;
  const { node, time, scan } = snapshot;
  const roots = new Map<Pid, Pid>();
  for (const engine of detection.engines) for (const member of engine.members) roots.set(member.pid, engine.root.pid);
  const foreign = detection.engines.flatMap((engine) => foreignContextProblems(engine, held));
  return {
    schema: SNAPSHOT_SCHEMA,
    target: facts.target,
    node: {
      hostname: node.hostname ?? null,
      bootId: node.bootId ?? null,
      driver: node.driverVersion ?? null,
      pidNamespace: node.pidNamespace,
      bootTimeS: node.bootTimeS ?? null,
      hidepid: node.hidepid ?? null,
      memoryTotalBytes: orNull(node.memoryTotal),
      memoryAvailableBytes: orNull(node.memoryAvailable),
    },
    sample: {
      wallTime: time.wallTime ?? null,
      monotonicMs: time.beginMs ?? null,
      durationMs: time.beginMs === undefined || time.endMs === undefined ? null : time.endMs - time.beginMs,
      rawSha256: facts.rawSha256,
    },
    probeSha256: facts.probeSha256,
    driverReasons: reasonCodes(snapshot.driverReasons),
    devices: deviceLedgers(snapshot, held, undefined).map(deviceReport),
    usage:
      snapshot.usage === undefined
        ? null
        : held.map((each) => ({
            bus: each.bus ?? null,
            pid: each.pid,
            bytes: orNull(each.used),
            alive: each.alive,
            class: each.owner.class,
          })),
    engines: detection.engines.map((engine) => engineReport(engine, view, session, facts)),
    processes: [...snapshot.processes.values()].map((process) => ({
      ...processReport(process),
      role: detection.roles.get(process.pid)?.role ?? 'other',
      engineRootPid: roots.get(process.pid) ?? null,
    })),
    scan: {
      complete: scan.complete,
      listed: scan.listed ?? null,
      unreadable: scan.unreadable ?? null,
      vanished: scan.vanished ?? null,
    },
    holders: snapshot.holders.map((holder) => ({ pid: holder.pid, paths: [...holder.paths] })),
    calls: snapshot.calls.map((call) => ({
      name: call.name,
      command: call.command,
      durationMs: call.beginMs === undefined || call.endMs === undefined ? null : call.endMs - call.beginMs,
      exitCode: call.exitCode ?? null,
      cancelled: call.cancelled,
    })),
    problems: [...(facts.isDemo ? [DEMO_PROBLEM] : []), ...snapshot.problems, ...view.tree.problems, ...foreign],
  };
}

function engineReport(
  engine: Engine,
  { snapshot, held, tree }: View,
  session: Session,
  { states = new Map(), nowMs }: RunFacts,
): SnapshotReport['engines'][number] {
  const subject = fromEngine(engine, tree);
  const { formerOwners } = session;
  const sighting: Sighting = { snapshot, held, closing: undefined, closingReasons: [], formerOwners };
  const says = engineSays({ subject, judgement: undefined, sighting, session, states, nowMs });
  const { hints: _hints, ...told } = says;
  return {
    kind: engine.kind,
    rootPid: engine.root.pid,
    title: printable(engine.title),
    ports: [...engine.ports],
    ...told,
  };
}

function processReport(process: HostProcess) {
  return {
    pid: process.pid,
    startTicks: process.startTicks,
    ppid: process.ppid,
    state: process.state,
    comm: printable(process.comm),
    title: printable(process.title),
    uid: process.uid ?? null,
    containerPid: process.containerPid ?? null,
    cgroup: printable(process.cgroup),
    rssBytes: orNull(process.rss),
    rssShmemBytes: orNull(process.rssShmem),
  };
}
