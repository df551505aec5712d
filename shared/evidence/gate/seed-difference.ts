// How the run's own gate reads a node, and why that is not what we read, in words.
import type { ReasonCode } from '../../base/reason.ts';
import type { GateEngine } from './gate-schema.ts';
import { mibAndGib } from '../text/sizes.ts';

const WHY: Partial<Record<ReasonCode, string>> = {
  'partial-row': 'it skips rows that are not numbers',
  'no-bus-column': 'it takes the sum over all GPUs for that of one',
  'proc-incomplete': 'it trusts the process table as far as it could be read',
  'pid-namespace': 'it does not notice the PID namespace',
  'device-unreadable': 'it does not miss GPUs that do not answer',
  'tree-incomplete': 'it looks at the process tree alone, and workers may be outside it',
  'gone-rows': 'it looks at living processes alone',
  'unlisted-memory': 'it does not miss a rank that is not listed',
  moving: 'it takes one reading',
  'smi-failed': 'it needs fewer answers of nvidia-smi, and skips lines that are not rows',
  'smi-timeout': 'it takes one reading',
};

/** One sentence: what the seed's gate reads, what it would do, and why where that differs from ours. */
export function seedSentence(engine: GateEngine): string {
  const { seed } = engine;
  const reads = seed.residualBytes === null ? 'measures nothing' : `reads ${mibAndGib(seed.residualBytes)}`;
  const action = { pass: 'would pass', fail: 'would fail', skip: 'would skip its check' }[seed.action];
  const why = differs(engine) ? whyOf(engine) : [];
  return `The run's own gate ${reads} and ${action}${why.length === 0 ? '' : `: ${why.join('; ')}`}.`;
}

function differs({ seed, verdict, residualBytes }: GateEngine): boolean {
  const same = { pass: 'pass', fail: 'fail', skip: 'inconclusive' }[seed.action] === verdict;
  return !same || (residualBytes !== null && seed.residualBytes !== residualBytes);
}

function whyOf(engine: GateEngine): string[] {
  const { kind, rootPid, seed, residualBytes, processes, reasons } = engine;
  if (rootPid === null) return ['it has no root pid to start from'];
  const found = reasons.map((code) => WHY[code]).filter((text) => text !== undefined);
  if (residualBytes === null) return found;
  // Our number is exact, so the two count different rows.
  if (seed.residualBytes === null) return [...found, 'it waits 5 s for nvidia-smi, which took longer'];
  if (seed.residualBytes < residualBytes && processes.some((each) => each.alive === 'gone' && each.perBus.length > 0)) {
    return [...found, 'it does not count pids of the tree that ended and still hold memory'];
  }
  if (seed.residualBytes > residualBytes && kind !== 'tree') {
    return [...found, 'it counts everything below the root, also what is a trainer or another engine'];
  }
  return found;
}
