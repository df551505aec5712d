// Two moments beside each other as the object that `compare --json` prints.
import { orNull } from '../../base/known.ts';
import { printable } from '../../base/printable.ts';
import type { Engine } from '../../engines/detect.ts';
import type { Policy } from '../../gates/policy.ts';
import type { Comparison, ComparedRow, ComparedSide } from '../../session/compare/compare.ts';
import { namesOfSide } from '../../session/engine-name.ts';
import type { Moment } from '../../session/moment.ts';
import type { CompareEngineSide, CompareMoment, CompareReport, CompareRow } from './compare-schema.ts';
import type { GateEngine } from '../gate/gate-schema.ts';
import { momentReport } from '../gate/moment-report.ts';
import { COMPARE_SCHEMA } from '../schema-names.ts';

export interface ComparedMoment {
  readonly about: CompareMoment;
  readonly moment: Moment;
}

export interface CompareFacts {
  readonly policy: Policy;
  readonly noise: NonNullable<CompareReport['noise']>;
  /** Of the probe that measured. */
  readonly probeSha256: string;
}

export function compareReport(
  a: ComparedMoment,
  b: ComparedMoment,
  { engines, rows }: Comparison,
  facts: CompareFacts,
): CompareReport {
  const { kind, limit: limitBytes, origin } = facts.policy;
  const left = judged(a, facts);
  const right = judged(b, facts);
  const namesA = namesOfSide(engines.map((each) => each.a));
  const namesB = namesOfSide(engines.map((each) => each.b));
  return {
    schema: COMPARE_SCHEMA,
    a: a.about,
    b: b.about,
    policy: { kind, limitBytes, origin },
    noise: facts.noise,
    engines: engines.map((match) => ({
      a: match.a === undefined ? null : engineSide(match.a, left, namesA.get(match.a)),
      b: match.b === undefined ? null : engineSide(match.b, right, namesB.get(match.b)),
      matchedBy: match.basis ?? null,
    })),
    rows: rows.map(rowReport),
  };
}

function judged({ about, moment }: ComparedMoment, { policy, probeSha256 }: CompareFacts): readonly GateEngine[] {
  const { target, rawSha256, isDemo } = about;
  return momentReport(moment, { target, rawSha256, probeSha256, isDemo, policy }).engines;
}

function engineSide(
  { kind, root, title }: Engine,
  engines: readonly GateEngine[],
  name: string | undefined,
): CompareEngineSide {
  const found = engines.find(({ rootPid }) => rootPid === root.pid);
  return {
    name: name ?? kind,
    kind,
    rootPid: root.pid,
    title: printable(title),
    state: { value: found?.state.value ?? 'unknown', source: found?.state.source ?? 'none' },
    residualBytes: found?.residualBytes ?? null,
    worstBus: found?.worstBus ?? null,
    verdict: found?.verdict ?? 'inconclusive',
    reasons: found?.reasons ?? [],
    accountingBytes: found?.accounting?.maxSumBytes ?? null,
    gapBytes: found?.gapBytes ?? null,
  };
}

function rowReport(row: ComparedRow): CompareRow {
  const { class: kind, engine = null, role, rank, bus, a, b, delta, change, isNoise } = row;
  return {
    class: kind,
    engine,
    role: printable(role),
    rank: rank === null ? null : { ...rank },
    bus,
    a: sideReport(a),
    b: sideReport(b),
    deltaBytes: orNull(delta),
    deltaReason: delta.known ? null : delta.why.code,
    change,
    isNoise,
  };
}

function sideReport({ pids, resident }: ComparedSide): CompareRow['a'] {
  return resident === undefined ? null : { pids: [...pids], bytes: orNull(resident) };
}
