// Why the run's own gate reads a node differently from ours, in words.
import type { ReasonCode } from '../base/reason.ts';
import type { GateEngine } from './gate-schema.ts';
import { mibAndGib } from './sizes.ts';

const WHY: Partial<Record<ReasonCode, string>> = {
  'partial-row': 'it skips rows that are not numbers',
  'no-bus-column': 'it sums over all GPUs',
  'proc-incomplete': 'it counts the root alone where the process table cannot be read',
  'pid-namespace': 'it does not notice the PID namespace',
  'device-unreadable': 'it does not look for GPUs that are missing from the answer',
  'tree-incomplete': 'it looks at the process tree only, and workers may be outside it',
  'gone-rows': 'it looks at living processes only',
  moving: 'it takes one reading',
  'smi-failed': 'it skips lines that are not rows',
};

/** One sentence: what the seed's gate reads, what it would do, and why when that is not what we say. */
export function seedSentence(engine: GateEngine): string {
  const { seed, verdict, rootPid } = engine;
  const reads = seed.residualBytes === null ? 'measures nothing' : `reads ${mibAndGib(seed.residualBytes)}`;
  const action = { pass: 'would pass', fail: 'would fail', skip: 'would skip its check' }[seed.action];
  const same = { pass: 'pass', fail: 'fail', skip: 'inconclusive' }[seed.action] === verdict;
  const why = same ? [] : rootPid === null ? ['it has no root pid to start from'] : reasonsOf(engine);
  return `The run's own gate ${reads} and ${action}${why.length === 0 ? '' : `: ${why.join('; ')}`}.`;
}

function reasonsOf(engine: GateEngine): string[] {
  return engine.reasons.map((code) => WHY[code]).filter((text) => text !== undefined);
}
