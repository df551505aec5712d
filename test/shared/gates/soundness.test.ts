// For any node: a pass means that everything that could be the engine's was counted. Random nodes, an independent count.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromMiB } from '../../../shared/base/units.ts';
import type { PolicyKind } from '../../../shared/gates/policy.ts';
import type { Verdict } from '../../../shared/gates/verdict.ts';
import { resultOf } from '../../kit/judged.ts';

const LIMIT_MIB = 3072;
const BUSES = ['3B', '41', '5E'] as const;
const RUNS = { numRuns: 150, seed: 20_260_131 };

type Owner = 'engine' | 'other' | 'gone' | 'hidden';

interface Row {
  readonly owner: Owner;
  readonly bus: (typeof BUSES)[number];
  /** null: printed as [N/A]. */
  readonly mib: number | null;
}

interface Node {
  readonly rows: readonly Row[];
  /** How much `used` of each bus differs in the closing reading. */
  readonly growth: readonly number[];
  readonly namespace: 'host' | 'inner';
  readonly scanEnds: boolean;
  readonly hasBusColumn: boolean;
}

const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 1200 }) },
  { weight: 2, arbitrary: fc.integer({ min: LIMIT_MIB - 2, max: LIMIT_MIB + 2 }) },
  { weight: 1, arbitrary: fc.constant(40_000) },
);
const row = fc.record<Row>({
  owner: fc.constantFrom<Owner>('engine', 'engine', 'other', 'gone', 'hidden'),
  bus: fc.constantFrom(...BUSES),
  mib: fc.oneof({ weight: 12, arbitrary: size }, { weight: 1, arbitrary: fc.constant(null) }),
});
const mostly = <T>(usual: T, rare: T): fc.Arbitrary<T> => fc.constantFrom(usual, usual, usual, usual, usual, rare);
const node = fc.record<Node>({
  rows: fc.array(row, { minLength: 1, maxLength: 6 }),
  growth: fc.tuple(...BUSES.map(() => fc.constantFrom(0, 0, 0, 1, 2, -500, 900, 5000))),
  namespace: mostly('host', 'inner'),
  scanEnds: mostly(true, false),
  hasBusColumn: mostly(true, false),
});

const sumOf = (rows: readonly Row[]): number => rows.reduce((sum, each) => sum + (each.mib ?? 0), 0);

function scenario(rows: readonly Row[], { growth, hasBusColumn }: Node): string {
  const processes = rows.map(({ owner, bus, mib }, at) => {
    const on = `on ${bus}:00.0 ${mib ?? '[N/A]'}`;
    if (owner === 'engine') return `  process tp${at} "sglang::scheduler_TP${at}" ${on}`;
    return owner === 'other' ? `process other${at} "python job.py" ${on}` : `gone ${9000 + at} ${on}`;
  });
  const gpus = BUSES.map((bus, at) => {
    const used = sumOf(rows.filter((each) => each.bus === bus)) + 6000;
    return `gpu ${bus}:00.0 "H100" total 819200 reserved 479 used ${used} then ${used + (growth[at] ?? 0)}`;
  });
  const inTree = processes.filter((line) => line.startsWith(' '));
  const beside = processes.filter((line) => !line.startsWith(' '));
  const server = ['process server "python -m sglang.launch_server --port 30000"', ...inTree];
  return [...gpus, ...server, ...beside, ...(hasBusColumn ? [] : ['smi refuse gpu_bus_id'])].join('\n');
}

function judge(rows: readonly Row[], of: Node, policy: PolicyKind): { verdict: Verdict; reasons: readonly string[] } {
  const edit = (line: string): string | readonly string[] | undefined => {
    const [word, pid] = line.split('\t');
    if (word === 'gone' && rows[Number(pid) - 9000]?.owner === 'hidden') return `gone\t${pid}\tunreadable`;
    if (line === 'node\tpidNamespace\thost') return `node\tpidNamespace\t${of.namespace}`;
    return word === 'scan' && !of.scanEnds ? [] : undefined;
  };
  const asked = { policy, limit: fromMiB(LIMIT_MIB), sample: { edit }, closing: { step: 1 } };
  const { verdict, reasons } = resultOf(scenario(rows, of), asked).result;
  return { verdict, reasons };
}

/** The rows that could be the engine's: its own, and those of pids that nobody can name on the buses where it is. */
function possible(rows: readonly Row[], { hasBusColumn }: Node): Row[] {
  const buses = new Set(rows.filter((each) => each.owner === 'engine').map((each) => each.bus));
  return rows.filter((each) => each.owner !== 'other' && (!hasBusColumn || buses.has(each.bus)));
}

it("engine-tree: a pass counted everything that could be the engine's, and all of it was known", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(node, (of) => {
      const { verdict } = judge(of.rows, of, 'engine-tree');
      seen.add(verdict);
      if (verdict !== 'pass') return;
      const mine = possible(of.rows, of);
      expect(of.namespace).toBe('host');
      expect(of.scanEnds).toBe(true);
      expect(mine.some((each) => each.owner === 'engine')).toBe(true);
      expect(mine.filter((each) => each.mib === null)).toEqual([]);
      BUSES.forEach((bus, at) => {
        const growth = of.growth[at] ?? 0;
        const here = mine.filter((each) => each.bus === bus);
        const arrived = of.hasBusColumn && here.length > 0 && growth > 1 ? growth : 0;
        expect(sumOf(here) + arrived).toBeLessThanOrEqual(LIMIT_MIB);
      });
    }),
    RUNS,
  );
  // A property about passes says nothing unless some nodes pass.
  expect([...seen].toSorted()).toEqual(['fail', 'inconclusive', 'pass']);
});

it('whole-gpu: a pass saw every card of the engine within the limit, twice', () => {
  fc.assert(
    fc.property(node, (of) => {
      const { verdict } = judge(of.rows, of, 'whole-gpu');
      // Every card of these nodes uses 6,000 MiB beside its rows.
      expect(verdict).not.toBe('pass');
    }),
    { ...RUNS, numRuns: 50 },
  );
});

it('no row of a passing node can become unknown and leave it passing', () => {
  fc.assert(
    fc.property(node, (of) => {
      if (judge(of.rows, of, 'engine-tree').verdict !== 'pass') return;
      for (const lost of possible(of.rows, of)) {
        const rows = of.rows.map((each) => (each === lost ? { ...each, mib: null } : each));
        const after = judge(rows, of, 'engine-tree');
        expect(after.verdict).toBe('inconclusive');
        expect(after.reasons).not.toEqual([]);
      }
    }),
    RUNS,
  );
});

it('more memory never turns a fail into a pass', () => {
  const turns = fc.property(node, fc.nat(), fc.integer({ min: 1, max: 5000 }), (of, pick, more) => {
    const at = pick % of.rows.length;
    const rows = of.rows.map((each, index) =>
      index === at && each.mib !== null ? { ...each, mib: each.mib + more } : each,
    );
    const before = judge(of.rows, of, 'engine-tree').verdict;
    const after = judge(rows, of, 'engine-tree').verdict;
    return before === 'pass' || after === 'fail' || (before === 'inconclusive' && after === 'inconclusive');
  });
  expect(fc.check(turns, RUNS).counterexample).toBeNull();
});

it('a row more never turns a fail into a pass', () => {
  const turns = fc.property(node, row, (of, extra) => {
    const before = judge(of.rows, of, 'engine-tree').verdict;
    return before !== 'fail' || judge([...of.rows, extra], of, 'engine-tree').verdict !== 'pass';
  });
  expect(fc.check(turns, RUNS).counterexample).toBeNull();
});
