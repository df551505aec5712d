// Something that was seen and is not right: data, kept beside the measurement, never thrown.

/** Codes are listed for readers in docs/formats/gate.md; a test compares the two lists. */
export const PROBLEM_CODES = [
  'login-noise',
  'frame-line',
  'smi-row',
  'smi-text',
  'smi-slow',
  'smi-hung',
  'device-unreadable',
  'memory-moving',
  'duplicate-row',
  'pid-reused',
  'proc-unreadable',
  'hidepid',
  'proc-root',
  'pid-namespace',
  'foreign-context',
  'tree-cycle',
  'gone-pid',
  'limit-from-run',
  'limit-ignored',
  'selector-unmatched',
  'baseline',
  'demo',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface Problem {
  readonly code: ProblemCode;
  /** A bus, a pid, a call or a line of the frame. */
  readonly where: string;
  /** What was seen, for a person. Text from the node is escaped before it gets here. */
  readonly text: string;
}
