// A comparison over several cycles or ranks as the object that `compare --json` prints of it.
import { printable } from '../../base/printable.ts';
import { reasonCodes } from '../../base/reason.ts';
import { bytes, type Bytes } from '../../base/units.ts';
import type { Engine } from '../../engines/detect.ts';
import type { Policy } from '../../gates/policy.ts';
import type { RepeatedEngine } from '../../session/compare/align-repeats.ts';
import type { RepeatedComparison, RepeatedRow } from '../../session/compare/compare-repeats.ts';
import { namesOfSide } from '../../session/engine-name.ts';
import {
  rangeOf,
  type RepeatedDelta,
  type RepeatedSide,
  type RepeatRange,
} from '../../session/compare/repeat-range.ts';
import type { CompareRepeats, Measured, RepeatsEngineSide, RepeatsRow, RepeatsSide } from './compare-repeats-schema.ts';
import type { GateEngine } from '../gate/gate-schema.ts';
import { COMPARE_REPEATS_SCHEMA } from '../schema-names.ts';

/** One moment: each engine as a gate would have judged it then; none where there is no look. */
export type JudgedRepeat = readonly GateEngine[];

export interface ComparedSideOfRepeats {
  readonly about: RepeatsSide;
  /** As `about.cycles`, of each its repeats. */
  readonly judged: readonly (readonly JudgedRepeat[])[];
}

export interface RepeatsFacts {
  readonly policy: Policy;
  readonly noise: NonNullable<CompareRepeats['noise']>;
  readonly isPaired: boolean;
  readonly overRanks: boolean;
}

export function compareRepeatsReport(
  a: ComparedSideOfRepeats,
  b: ComparedSideOfRepeats,
  { engines, rows }: RepeatedComparison,
  { policy, ...facts }: RepeatsFacts,
): CompareRepeats {
  const { kind, limit: limitBytes, origin } = policy;
  return {
    schema: COMPARE_REPEATS_SCHEMA,
    a: a.about,
    b: b.about,
    policy: { kind, limitBytes, origin },
    ...facts,
    engines: engineReports(engines, a.judged, b.judged),
    rows: rows.map(rowReport),
  };
}

/** Engines in several looks, as a gate would have judged them in each. `b` is undefined where there is one side only. */
export function engineReports(
  engines: readonly RepeatedEngine[],
  a: ComparedSideOfRepeats['judged'],
  b: ComparedSideOfRepeats['judged'] | undefined,
): CompareRepeats['engines'] {
  const namesA = namesOfSide(engines.map((each) => each.a));
  const namesB = namesOfSide(engines.map((each) => each.b));
  return engines.map((match) => ({
    a:
      match.a === undefined
        ? null
        : engineSide(match.a, namesA.get(match.a), match.placeA, match.livesA, a[match.placeA] ?? []),
    b:
      match.b === undefined || b === undefined
        ? null
        : engineSide(match.b, namesB.get(match.b), match.placeB, match.livesB, b[match.placeB] ?? []),
    matchedBy: match.basis ?? null,
  }));
}

function engineSide(
  { kind, title }: Engine,
  name: string | undefined,
  cyclesOf: number,
  lives: readonly (Engine | undefined)[],
  repeats: readonly JudgedRepeat[],
): RepeatsEngineSide {
  const judged = lives.map((life, at) =>
    repeats[at]?.find(({ rootPid }) => life !== undefined && rootPid === life.root.pid),
  );
  const there = judged.filter((each) => each !== undefined);
  const count = (verdict: GateEngine['verdict']): number => there.filter((each) => each.verdict === verdict).length;
  const reasons = there.flatMap((each) => each.reasons.map((code) => ({ code, where: '' })));
  return {
    name: name ?? kind,
    cyclesOf,
    kind,
    title: printable(title),
    rootPids: [...new Set(lives.flatMap((life) => (life === undefined ? [] : [life.root.pid])))],
    residual: measuredOf(judged, ({ residualBytes }) => residualBytes),
    verdicts: { pass: count('pass'), fail: count('fail'), inconclusive: count('inconclusive') },
    reasons: reasonCodes(reasons),
    accounting: measuredOf(judged, ({ accounting }) => accounting?.maxSumBytes ?? null),
    gap: measuredOf(judged, ({ gapBytes }) => gapBytes),
  };
}

function measuredOf(judged: readonly (GateEngine | undefined)[], of: (engine: GateEngine) => number | null): Measured {
  const sizes = judged.flatMap((each): Bytes[] => {
    const size = each === undefined ? null : of(each);
    return size === null ? [] : [bytes(size)];
  });
  return { range: rangeReport(rangeOf(sizes)), measured: sizes.length, of: judged.length };
}

function rangeReport(range: RepeatRange | undefined): Measured['range'] {
  return range === undefined ? null : { minBytes: range.min, medianBytes: range.median, maxBytes: range.max };
}

function rowReport(row: RepeatedRow): RepeatsRow {
  const { class: kind, engine = null, role, rank, buses, a, b, delta, change, isNoise } = row;
  return {
    class: kind,
    engine,
    role: printable(role),
    rank: rank === null ? null : { ...rank },
    buses: [...buses],
    a: sideReport(a),
    b: sideReport(b),
    delta: deltaReport(delta),
    change,
    isNoise,
  };
}

export function deltaReport({ range, measured, of }: RepeatedDelta): Measured {
  return { range: rangeReport(range), measured, of };
}

export function sideReport({ pids, range, measured, listed, of, reasons }: RepeatedSide): RepeatsRow['a'] {
  return { pids: [...pids], range: rangeReport(range), measured, of, listed, reasons: reasonCodes(reasons) };
}
