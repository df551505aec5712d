// Sentences and tables of the text output: where lines break, why the seed differs, what to do next.
import { expect, it } from 'vitest';
import { REASONS, type ReasonCode } from '../../../shared/base/reason.ts';
import type { GateEngine } from '../../../shared/evidence/gate/gate-schema.ts';
import { NEXT_STEPS } from '../../../shared/evidence/gate/next-step.ts';
import { seedSentence } from '../../../shared/evidence/gate/seed-difference.ts';
import { mib, mibAndGib } from '../../../shared/evidence/text/sizes.ts';
import { wrap } from '../../../shared/evidence/text/wrap.ts';

const MIB = 1024 * 1024;

it('breaks at blanks, sets in what follows, and never cuts a word', () => {
  expect(wrap('one two three', 80)).toEqual(['one two three']);
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('one two three', 9, '  ', '  ')).toEqual(['  one two', '    three']);
  expect(wrap('a /very/long/path/that/is/copied b', 10)).toEqual(['a', '/very/long/path/that/is/copied', 'b']);
  expect(wrap('', 10)).toEqual(['']);
});

it('writes sizes in MiB, which decide, and GiB beside them', () => {
  expect(mib(1741 * MIB)).toBe('1,741 MiB');
  expect(mib(-536 * MIB)).toBe('-536 MiB');
  expect(mib(-1536 * MIB)).toBe('-1,536 MiB');
  expect(mib(1.5 * MIB)).toBe('1.50 MiB');
  expect(mib(null)).toBe('unknown');
  expect(mibAndGib(3072 * MIB)).toBe('3,072 MiB (3.00 GiB)');
});

const engine = (more: Partial<GateEngine>): GateEngine => ({
  name: 'sglang :30000',
  kind: 'sglang',
  rootPid: 4001,
  title: '',
  residualBytes: 100 * MIB,
  atLeastBytes: 100 * MIB,
  worstBus: null,
  perBus: [],
  verdict: 'pass',
  exempt: false,
  reasons: [],
  seed: { residualBytes: 100 * MIB, action: 'pass' },
  runLimitBytes: null,
  endpoint: null,
  version: null,
  model: null,
  state: { value: 'unknown', source: 'none', text: '' },
  accounting: null,
  accountingReason: null,
  gapBytes: null,
  gapBandBytes: null,
  pairs: [],
  host: null,
  hints: [],
  processes: [],
  ...more,
});
const gone: GateEngine['processes'][number] = {
  pid: 4015,
  startTicks: null,
  ppid: null,
  role: 'other',
  rank: null,
  title: '',
  containerPid: null,
  alive: 'gone',
  rssBytes: null,
  perBus: [{ bus: null, bytes: MIB }],
};

it('says nothing about the seed but its reading where the two agree', () => {
  expect(seedSentence(engine({}))).toBe("The run's own gate reads 100 MiB (0.10 GiB) and would pass.");
  const skip = engine({
    verdict: 'inconclusive',
    residualBytes: null,
    reasons: ['no-tree-row'],
    seed: { residualBytes: null, action: 'skip' },
  });
  expect(seedSentence(skip)).toBe("The run's own gate measures nothing and would skip its check.");
});

it.each<[string, Partial<GateEngine>, string]>([
  [
    'a row without a number',
    { verdict: 'inconclusive', residualBytes: null, reasons: ['partial-row'] },
    'it skips rows that are not numbers',
  ],
  [
    'several reasons',
    { verdict: 'inconclusive', residualBytes: null, reasons: ['device-unreadable', 'moving'] },
    'it does not miss GPUs that do not answer; it takes one reading',
  ],
  [
    'an orphan',
    { rootPid: null, verdict: 'fail', seed: { residualBytes: null, action: 'skip' } },
    'it has no root pid to start from',
  ],
  ['a slow call', { seed: { residualBytes: null, action: 'skip' } }, 'it waits 5 s for nvidia-smi, which took longer'],
  [
    'a pid that ended',
    { residualBytes: 200 * MIB, processes: [gone] },
    'it does not count pids of the tree that ended and still hold memory',
  ],
  [
    'a trainer above the engine',
    { seed: { residualBytes: 900 * MIB, action: 'pass' } },
    'it counts everything below the root, also what is a trainer or another engine',
  ],
])('says why the seed differs: %s', (_case, more, why) => {
  expect(seedSentence(engine(more))).toContain(`: ${why}.`);
});

it('has a next step for every reason that the gates can give', () => {
  const later: ReasonCode[] = ['no-baseline', 'sample-gap', 'still-falling'];
  const without = (Object.keys(REASONS) as ReasonCode[]).filter((code) => NEXT_STEPS.terminal[code] === undefined);
  expect(without).toEqual(later);
  expect(Object.keys(NEXT_STEPS.window)).toEqual(Object.keys(NEXT_STEPS.terminal));
});

it('names no option of the command line in a window', () => {
  expect(Object.values(NEXT_STEPS.window).filter((text) => text.includes('--'))).toEqual([]);
});
