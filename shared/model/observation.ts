// What was seen, in the order in which it was seen: the only thing that crosses between processes and that a recording
// holds. Engines, ledgers, cycles and verdicts are derived from it, by the same code for live and recorded data.
import type { AccountingObservation } from './accounting.ts';
import type { Pid } from './ids.ts';

/** Names one watched node within one host or one recording, such as `n1`. Means nothing outside it. */
export type NodeId = string;

interface Seen {
  readonly node: NodeId;
  /** On the clock of whoever observed: milliseconds since 1970, never going backwards. Not the node's clock. */
  readonly atMs: number;
}

/** One whole answer of the probe, byte for byte as it came (masked on the node). */
export interface FrameSeen extends Seen {
  readonly kind: 'frame';
  /** When it was asked for; `atMs` is when its last byte was there. */
  readonly askedMs: number;
  /** From the begin marker to the end marker. */
  readonly text: string;
  /** The first frame of a connection: facts of earlier frames do not count any more. */
  readonly fresh: boolean;
  /**
   * `fact` and `node` lines of frames that were passed over since the frame before this one, oldest first: the probe
   * sends each fact once, so a frame without them could not be read.
   */
  readonly carried: readonly string[];
  /** How many frames were passed over, because the reader was slow or hidden. Nothing of them is in here but facts. */
  readonly skipped: number;
}

export interface AccountingSeen extends Seen {
  readonly kind: 'accounting';
  readonly answer: AccountingObservation;
}

/** In the order in which they happen. */
export const CONNECT_STEPS = [
  'resolve',
  'tcp',
  'host-key',
  'login',
  'shell',
  'driver',
  'nvidia-smi',
  'processes',
  'engines',
  'accounting',
] as const;

export type ConnectStep = (typeof CONNECT_STEPS)[number];

/** One line of the checklist while connecting; a later one of the same step replaces it. */
export interface StepSeen extends Seen {
  readonly kind: 'step';
  readonly step: ConnectStep;
  readonly state: 'running' | 'ok' | 'warning' | 'failed' | 'skipped';
  /** null while it is running, and where it was not measured. */
  readonly durationMs: number | null;
  /** What was found, or the cause of the failure. */
  readonly text: string;
  /** What to do next; empty when there is nothing to do. */
  readonly next: string;
}

export interface LinkSeen extends Seen {
  readonly kind: 'link';
  readonly state: 'connecting' | 'connected' | 'lost' | 'failed' | 'closed';
  /** Why, as a sentence with the next step; empty for connecting and connected. */
  readonly text: string;
  /** Of a LinkError, such as `host-key-unknown`; null when nothing failed. */
  readonly code: string | null;
  /** Milliseconds until the next attempt; null when none is planned. */
  readonly retryMs: number | null;
}

/** A moment that somebody named: by hand, from a script of the run, or found in its log. */
export interface MarkSeen extends Seen {
  readonly kind: 'mark';
  readonly text: string;
  readonly source: 'hand' | 'script' | 'log';
}

/** What the user says of an engine; null takes it back. */
export interface ToldSeen extends Seen {
  readonly kind: 'told';
  readonly rootPid: Pid;
  readonly rootStartTicks: number;
  readonly state: 'awake' | 'asleep' | null;
}

export type Observation = FrameSeen | AccountingSeen | StepSeen | LinkSeen | MarkSeen | ToldSeen;
