// A recording as the object that `report --json` prints: derived from its observations, nothing else.
import { orNull } from '../../base/known.ts';
import { printable } from '../../base/printable.ts';
import { NO_BUS } from '../../ledger/per-bus.ts';
import type { NodeId } from '../../model/observation.ts';
import { autoMarks } from '../../session/cycles/auto-marks.ts';
import { driftText, engineCycles, type BusCycles, type EngineCycles } from '../../session/cycles/cycle-table.ts';
import { unmeasuredOf } from '../../session/cycles/unmeasured.ts';
import { lookCount, newestMs, oldestMs } from '../../session/history/history-looks.ts';
import { clockSkew } from '../../session/history/look-times.ts';
import type { TimelineGap } from '../../session/timeline/line-gaps.ts';
import type { Moment } from '../../session/moment.ts';
import type { NodeRecord } from '../../session/node-record.ts';
import type { OrphanSeries } from '../../session/cycles/orphan-series.ts';
import { rangeOf } from '../../session/compare/repeat-range.ts';
import type { RecordingReport, ReportCycles, ReportEngine, ReportNode, ReportOrphan } from './recording-schema.ts';
import { REPORT_SCHEMA } from '../schema-names.ts';

/** A node of a recording, folded. */
export interface RecordedNode {
  readonly node: NodeId;
  readonly target: string;
  readonly record: NodeRecord;
}

/** `facts` is what the file says of itself. */
export function recordingReport(
  facts: Pick<RecordingReport, 'file' | 'recording' | 'problems'>,
  nodes: readonly RecordedNode[],
): RecordingReport {
  return { schema: REPORT_SCHEMA, ...facts, nodes: nodes.map(nodeReport) };
}

function nodeReport({ node, target, record }: RecordedNode): ReportNode {
  const { gaps, links, marks, session } = record;
  const { history } = session;
  const engines = record.engines.map(engineCycles);
  const [firstMs, lastMs] = [oldestMs(history), newestMs(history)];
  const about = session.moment?.sighting.snapshot.node;
  return {
    node,
    target,
    hostname: about?.hostname ?? null,
    driver: about?.driverVersion ?? null,
    looks: lookCount(history),
    firstMs: firstMs ?? null,
    lastMs: lastMs ?? null,
    clock: clockReport(session.moment),
    problems: session.problems.map((problem) => ({ ...problem })),
    gaps: gaps.map(gapReport),
    engines: engines.map(engineReport),
    orphans: record.orphans.map(orphanReport),
    marks: marks.map(({ atMs, text, source }) => ({ atMs, text: printable(text), source })),
    autoMarks: autoMarks(engines, { firstMs, lastMs, links }).map(({ engine = null, cycle = null, ...mark }) => ({
      ...mark,
      engine,
      cycle,
    })),
  };
}

function clockReport(moment: Moment | undefined): ReportNode['clock'] {
  const skew = moment === undefined ? undefined : clockSkew(moment);
  return skew === undefined ? null : { ...skew };
}

/** In a recording frames are passed over when the file could not be written, and by nobody else. */
function gapReport({ fromMs, toMs, cause, text }: TimelineGap): ReportNode['gaps'][number] {
  const isUnwritten = cause === 'skipped';
  const seconds = ((toMs - fromMs) / 1000).toFixed(1);
  return { fromMs, toMs, cause, text: isUnwritten ? `The recording could not be written for ${seconds} s` : text };
}

function engineReport({ engine, worst, buses }: EngineCycles): ReportEngine {
  return {
    kind: engine.kind,
    title: printable(engine.title),
    ports: [...engine.ports],
    runs: engine.runs.map(({ rootPid, count, firstMs, lastMs, basis }) => ({
      rootPid,
      looks: count,
      firstMs,
      lastMs,
      recognisedBy: basis ?? null,
    })),
    unmeasured: [...unmeasuredOf(engine.runs)].map(([reason, looks]) => ({ reason, looks })),
    worst: cyclesReport(worst),
    buses: buses.map((each) => ({
      bus: each.bus === NO_BUS || each.bus === 'worst' ? null : each.bus,
      ...cyclesReport(each),
    })),
  };
}

function orphanReport({ kind, title, members, buses, ...times }: OrphanSeries): ReportOrphan {
  return {
    kind,
    title: printable(title),
    pids: members.map(({ pid }) => pid),
    ...times,
    buses: [...buses].map(([bus, sizes]) => {
      const measured = sizes.flatMap((size) => (size.known ? [size.value] : []));
      const range = rangeOf(measured);
      const last = sizes.at(-1);
      return {
        bus: bus === NO_BUS ? null : bus,
        minBytes: range?.min ?? null,
        medianBytes: range?.median ?? null,
        maxBytes: range?.max ?? null,
        lastBytes: last === undefined ? null : orNull(last),
        measured: measured.length,
      };
    }),
  };
}

function cyclesReport({ cycles, drift }: BusCycles): ReportCycles {
  return {
    cycles: cycles.map((cycle) => ({
      number: cycle.number,
      isRestarted: cycle.isRestarted,
      awakeBytes: cycle.awake,
      releaseMs: cycle.releaseMs,
      firstDropMs: cycle.firstDropMs ?? null,
      settledMs: cycle.settledMs ?? null,
      settleTimeMs: cycle.settleTimeMs ?? null,
      settleAtLeastMs: cycle.settleAtLeastMs ?? null,
      residualBytes: orNull(cycle.residual),
      residualReason: cycle.residual.known ? null : cycle.residual.why.code,
      roseMs: cycle.rose?.atMs ?? null,
      roseBytes: cycle.rose?.to ?? null,
      freedBytes: cycle.freed ?? null,
      wakeMs: cycle.wakeMs ?? null,
      wokenBytes: cycle.woken ?? null,
    })),
    drift: {
      judgement: drift.judgement,
      cycles: drift.cycles,
      slopeBytes: drift.slope ?? null,
      intervalBytes: drift.interval === undefined ? null : [...drift.interval],
      growthBytes: drift.growth ?? null,
      text: driftText(drift),
    },
  };
}
