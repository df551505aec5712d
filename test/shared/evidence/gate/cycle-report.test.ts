// The report of a gate over a release: the look that counts of each engine, and the verdict of the whole.
import { expect, it } from 'vitest';
import { cycleKey, cycleLook, cycleReport, type CycledEngine } from '../../../../shared/evidence/gate/cycle-report.ts';
import { curveText, cycleLines, phaseText } from '../../../../shared/evidence/gate/cycle-text.ts';
import type { GateEngine, GateReport } from '../../../../shared/evidence/gate/gate-schema.ts';
import { ARMED, CYCLE_LIMITS, stepCycleGate } from '../../../../shared/gates/cycle-gate.ts';
import { command, oneGate } from '../../../cli/command.ts';

const MIB = 1024 * 1024;

async function demo(name: string): Promise<GateReport> {
  return oneGate((await command(['gate', `demo:${name}`, '--no-accounting', '--json'])).out);
}

function held(engine: GateEngine, mib: number): GateEngine {
  const verdict = mib <= 3_072 ? 'pass' : 'fail';
  return { ...engine, residualBytes: mib * MIB, atLeastBytes: mib * MIB, verdict, reasons: [] };
}

/** A look a second with these sizes, until the gate is done. */
function cycled(engine: GateEngine, sizes: readonly number[]): CycledEngine {
  let each: CycledEngine = { engine, gate: ARMED };
  for (const [at, size] of sizes.entries()) {
    if (each.gate.phase === 'done') break;
    const now = held(engine, size);
    each = { engine: now, gate: stepCycleGate(each.gate, cycleLook(now, 5_000 + at * 1_000)) };
  }
  return each;
}

it('takes a size that is not known exactly for unknown, with what makes it so, also where it passes', async () => {
  const [engine] = (await demo('leak')).engines;
  if (engine === undefined) throw new Error('this demo has engines');
  const residentOf = (reasons: GateEngine['reasons']): unknown =>
    cycleLook({ ...held(engine, 1_741), residualBytes: null, reasons }, 0).resident;
  expect(residentOf(['partial-row'])).toMatchObject({ known: false, why: { code: 'partial-row' } });
  expect(residentOf([])).toMatchObject({ known: false, why: { code: 'unlisted-memory' } });
});

const times = (count: number, size: number): number[] => Array.from({ length: count }, () => size);

it('judges each engine by the look at which it had held still, though another one took longer', async () => {
  const last = await demo('leak');
  const [good, leaky] = last.engines;
  if (good === undefined || leaky === undefined) throw new Error('this demo has two engines');
  const gates = new Map([
    [cycleKey(good), cycled(good, [20_000, 20_000, ...times(8, 1_741)])],
    [cycleKey(leaky), cycled(leaky, [64_000, 64_000, ...times(20, 30_000)])],
  ]);
  const report = cycleReport(last, gates, CYCLE_LIMITS);
  expect(report).toMatchObject({ verdict: 'fail', exitCode: 1, reasons: [] });
  expect(
    report.engines.map(({ verdict, residualBytes, cycle }) => [
      verdict,
      Number(residualBytes) / MIB,
      cycle?.settleTimeMs,
    ]),
  ).toEqual([
    ['pass', 1_741, 1_000],
    ['fail', 30_000, 1_000],
  ]);
  // 3 s within the limit, 10 s above it.
  expect(report.engines.map(({ cycle }) => cycle?.looks.length)).toEqual([6, 13]);
  expect(report.engines[0]?.cycle).toMatchObject({ baselineBytes: 20_000 * MIB, timeoutMs: 60_000 });
  expect(cycleLines(report.engines[0] ?? good, 100)).toEqual([
    'It settled 1.0 s after the last look at its level; the level at the first look was 20,000 MiB.',
    '██▂▂▂▂  20,000 MiB to 1,741 MiB in 5.0 s',
  ]);
});

it('an orphan is judged by the last look, as nothing can release it', async () => {
  const last = await demo('orphan');
  const [server] = last.engines;
  if (server === undefined) throw new Error('this demo has an engine');
  const gates = new Map([[cycleKey(server), cycled(server, [20_000, ...times(6, 1_741)])]]);
  const report = cycleReport(last, gates, CYCLE_LIMITS);
  expect(report.verdict).toBe('fail');
  expect(report.engines.map(({ rootPid, verdict, cycle }) => [rootPid === null, verdict, cycle === undefined])).toEqual(
    [
      [false, 'pass', false],
      [true, 'fail', true],
    ],
  );
});

it('what is in doubt of the node lets nobody pass', async () => {
  const last = await demo('leak');
  const [good] = last.engines;
  if (good === undefined) throw new Error('this demo has two engines');
  const only = { ...last, engines: [good], reasons: ['engine-not-found' as const] };
  const gates = new Map([[cycleKey(good), cycled(good, [20_000, ...times(6, 1_741)])]]);
  const report = cycleReport(only, gates, CYCLE_LIMITS);
  expect([report.verdict, report.exitCode, report.reasons]).toEqual(['inconclusive', 2, ['engine-not-found']]);
});

it('says which phase it is in', async () => {
  const [engine] = (await demo('leak')).engines;
  if (engine === undefined) throw new Error('this demo has two engines');
  const phases = [[20_000], [20_000, 9_000], [20_000, 9_000, 1_741, 1_741, 1_741], [20_000, ...times(5, 1_741)]];
  expect(phases.map((sizes) => phaseText(cycled(engine, sizes).gate))).toEqual([
    'armed, 20,000 MiB',
    'releasing, 9,000 MiB',
    'settling 2.0 s, 1,741 MiB',
    'done: pass',
  ]);
});

it('draws a curve in which a short rise and an unknown look stay', () => {
  expect(curveText([8, 8, 4, null, 0], 10)).toBe('██▅?▁');
  expect(curveText([...times(20, 1), 8, ...times(20, 1)], 10)).toMatch(/█/);
  expect(curveText([...times(20, 1), 8, ...times(20, 1)], 10)).toHaveLength(9);
  expect(curveText([], 10)).toBe('');
});
