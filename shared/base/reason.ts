// Why something could not be measured. One list, used by unknown values, by verdicts and by the formats.

/** Every reason for an unknown value or an inconclusive verdict, with the sentence that a researcher reads. */
export const REASONS = {
  'smi-missing': 'nvidia-smi was not found on the node',
  'driver-missing': 'no NVIDIA driver is loaded on the node, so nvidia-smi was not started',
  'smi-failed': 'nvidia-smi failed, or answered something that is not its format',
  'smi-timeout': 'nvidia-smi did not answer in time',
  'no-tree-row': "the driver lists no process of this engine's tree",
  'pid-namespace':
    'the probe runs inside a PID namespace, where the driver reports pids and memory that cannot be trusted',
  'partial-row': 'the driver lists a process of this tree without a number for its memory',
  'device-unreadable': 'a GPU exists but could not be read (lost, refused, or missing from the answer)',
  'tree-incomplete': 'processes of this engine may live outside its process tree',
  'proc-incomplete': 'the process table could not be read whole, so a process of this engine may be missing',
  'no-bus-column': 'this nvidia-smi cannot name the bus of a process, so its numbers are summed over all GPUs',
  'gone-rows': "memory on this engine's bus belongs to pids that no longer exist",
  'unlisted-memory': "memory on a GPU that may be this engine's, and the driver lists nobody for it",
  moving: 'memory changed between two readings, so they do not describe one instant',
  'engine-not-found': 'no engine matches',
  'nothing-judged': 'every engine was exempt, so nothing was judged',
  'no-baseline': 'there is no reading from before the release to compare with',
  'sample-gap': 'samples are missing in the interval that decides',
  'still-falling':
    'resident memory had not held still for long enough when the time ran out, or when the sleep was over',
} as const;

export type ReasonCode = keyof typeof REASONS;

/** Of reasons that concern a node as a whole: a few words, for beside the place that says them in full. */
const SHORT: Readonly<Partial<Record<ReasonCode, string>>> = {
  'smi-missing': 'no nvidia-smi',
  'driver-missing': 'no NVIDIA driver',
  'smi-failed': 'nvidia-smi failed',
  'smi-timeout': 'nvidia-smi did not answer',
};

/** The shortest that says it; the whole sentence where there is none shorter. */
export function shortReason(code: ReasonCode): string {
  return SHORT[code] ?? REASONS[code];
}

/** One reason at one place. `where` names a bus, a pid or a call; it may be empty when the whole node is meant. */
export interface Reason {
  readonly code: ReasonCode;
  readonly where: string;
}

export function reason(code: ReasonCode, where = ''): Reason {
  return { code, where };
}

/** The codes of some reasons, each once, in the order of the list above (so that output is stable). */
export function reasonCodes(reasons: readonly Reason[]): ReasonCode[] {
  const present = new Set(reasons.map((each) => each.code));
  return (Object.keys(REASONS) as ReasonCode[]).filter((code) => present.has(code));
}
