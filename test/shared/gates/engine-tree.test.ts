// The engine-tree gate on nodes written as text: each reason with the smallest node that gives it, the whole result by hand.
import { expect, it } from 'vitest';
import { bytes, fromMiB } from '../../../shared/base/units.ts';
import { judged, lines, resultOf, verdictLines } from '../../kit/judged.ts';
import {
  ASLEEP_CLEAN,
  DP_CONTROLLER,
  FOREIGN_CONTEXT,
  MILES_SPAWN_STUB,
  ORPHAN_BESIDE_SLEEPING,
  TWO_ENGINES_ONE_LEAKS,
  VERL_HTTP_ACTOR,
  VLLM_SERVE_TP2,
} from '../../kit/scenarios.ts';
import { holding, holdingTwo } from './small-nodes.ts';

it('judges the largest sum of a bus, not the sum over buses', () => {
  expect(judged(DP_CONTROLLER, { limitGib: 1.7 })).toBe(
    lines(`
      pass
      sglang server: pass, holds 1740 on 3B [3B 1740, 41 1700]; the seed reads 1740: pass
      3B: used 1749 = engine dp0 1740 + no process 9
      41: used 1711 = engine dp1 1700 + no process 11`),
  );
});

it('sums the processes of a tree on one bus, a context of another rank among them', () => {
  expect(judged(FOREIGN_CONTEXT, { limit: fromMiB(2255) })).toBe(
    lines(`
      fail
      sglang server: fail, holds 2256 on 3B [3B 2256, 41 1700]; the seed reads 2256: fail
      3B: used 2265 = engine tp0+tp1 2256 + no process 9
      41: used 1711 = engine tp1 1700 + no process 11`),
  );
});

it('passes on equality and fails one byte above', () => {
  expect(resultOf(ASLEEP_CLEAN, { limit: fromMiB(1536) }).result.verdict).toBe('pass');
  expect(resultOf(ASLEEP_CLEAN, { limit: bytes(fromMiB(1536) - 1) }).result.verdict).toBe('fail');
});

it('judges each engine by its own tree, so that one leak is one failure', () => {
  expect(verdictLines(TWO_ENGINES_ONE_LEAKS)).toBe(
    lines(`
      fail
      sglang good: pass, holds 1740 on 3B [3B 1740]; the seed reads 1740: pass
      sglang leaky: fail, holds 61440 on 41 [41 61440]; the seed reads 61440: fail`),
  );
});

it('fails for an orphan of 30 GiB beside a sleeping engine that is fine', () => {
  expect(judged(ORPHAN_BESIDE_SLEEPING)).toBe(
    lines(`
      fail
      sglang server: pass, holds 1536 on 3B [3B 1536]; the seed reads 1536: pass
      sglang orphan left: fail, holds 30720 on 3B [3B 30720]; the seed measures nothing: skip
      3B: used 32265 = engine tp0 1536 + orphan left 30720 + no process 9`),
  );
});

it.each([
  ['MILES, whose root is the spawn stub', MILES_SPAWN_STUB, 'sglang stub: pass, holds 1740 on 3B [3B 1740, 41 1700]'],
  ['verl, whose root is the Ray actor', VERL_HTTP_ACTOR, 'sglang server: pass, holds 1740 on 3B [3B 1740]'],
  ['vllm serve', VLLM_SERVE_TP2, 'vllm server: pass, holds 2048 on 3B [3B 2048, 41 2040]'],
])('leaves trainers out of the residual: %s', (_name, text, line) => {
  expect(verdictLines(text)).toContain(`pass\n${line}; the seed`);
});

it('is 0, measured, for a process that is listed with 0 MiB', () => {
  expect(verdictLines(holding('0'))).toBe(
    lines(`
      pass
      sglang server: pass, holds 0 on 3B [3B 0]; the seed reads 0: pass`),
  );
});

it('no-tree-row: an engine that the driver does not list is not empty', () => {
  expect(verdictLines(ASLEEP_CLEAN.replace('on 3B:00.0 1536', ''))).toBe(
    lines(`
      inconclusive (no-tree-row)
      sglang server: inconclusive, holds at least 0 [], no-tree-row; the seed measures nothing: skip`),
  );
});

it('partial-row: below the limit it may be anything, above it is a fail', () => {
  expect(judged(holdingTwo('[N/A]', 1000, '5000'))).toBe(
    lines(`
      inconclusive (partial-row)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000+?], partial-row; the seed reads 1000: pass
      3B: used 5000 = engine tp0+tp1 ? + no process ?`),
  );
  expect(judged(holdingTwo('[N/A]', 4000, '5000'))).toBe(
    lines(`
      fail (partial-row)
      sglang server: fail, holds at least 4000 on 3B [3B 4000+?], partial-row; the seed reads 4000: fail
      3B: used 5000 = engine tp0+tp1 ? + no process ?`),
  );
});

it.each(['[Insufficient Permissions]', '[Unknown Error]', '[Not Supported]', '[GPU is lost]'])(
  'partial-row: %s beside a pid is no number either',
  (cell) => {
    expect(verdictLines(holding(cell, '5000'))).toBe(
      lines(`
        inconclusive (partial-row)
        sglang server: inconclusive, holds at least 0 on 3B [3B 0+?], partial-row; the seed measures nothing: skip`),
    );
  },
);

it('unified memory (GB10): the card has no numbers and the rows do, so the rows are judged', () => {
  const gb10 = holding('1740', '[N/A]').replace('total 81559 reserved 479', 'total [N/A] reserved [N/A]');
  expect(judged(gb10)).toBe(
    lines(`
      pass
      sglang server: pass, holds 1740 on 3B [3B 1740]; the seed reads 1740: pass
      3B: used ? = engine tp0 1740 + no process ?`),
  );
});
