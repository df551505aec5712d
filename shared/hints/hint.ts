// A hint: a sentence with numbers that may explain what is resident. It has a confidence and never changes a verdict.
import type { Holding } from '../ledger/holding.ts';
import type { DeviceLedger } from '../ledger/device-ledger.ts';
import type { ForeignContext } from '../ledger/foreign-context.ts';
import type { Known } from '../base/known.ts';
import type { Bytes } from '../base/units.ts';
import type { EngineStatement } from '../engines/accounting.ts';
import type { ProcessRole } from '../engines/process-role.ts';
import type { Subject } from '../gates/subject.ts';
import type { Judgement } from '../gates/verdict.ts';
import type { Pid } from '../model/ids.ts';
import type { DeviceFileHolder, EnvironmentReading } from '../model/snapshot.ts';
import type { EngineState } from '../session/engine-state.ts';
import type { EnginePair } from '../session/pair.ts';

/** In the order in which hints are listed: what was set up wrong first, then what holds memory, then what to know. */
export const HINT_CODES = [
  'release-freed-nothing',
  'weights-only',
  'graph-not-released',
  'expandable-segments',
  'workers-outside-tree',
  'context-and-nccl',
  'growing-over-cycles',
  'co-tenant',
  'gone-holders',
  'foreign-context',
  'accounting-contaminated',
] as const;

export type HintCode = (typeof HINT_CODES)[number];

export interface Hint {
  readonly code: HintCode;
  /** A sentence with numbers. */
  readonly text: string;
  /** `high`: read or measured as said. `medium`: it fits, and little else does. `low`: it fits the figures of others. */
  readonly confidence: 'high' | 'medium' | 'low';
  /** Where each number of the text is from. */
  readonly evidence: readonly string[];
}

/** Everything that a rule may look at; each rule looks at little of it. */
export interface HintInput {
  readonly subject: Subject;
  readonly judgement: Judgement;
  /** undefined: it was not asked. */
  readonly statement: EngineStatement | undefined;
  readonly state: EngineState;
  readonly pair: EnginePair;
  readonly roles: ReadonlyMap<Pid, ProcessRole>;
  /** Of its processes, and of others where they were read. */
  readonly environment: ReadonlyMap<Pid, EnvironmentReading>;
  /** Its own rows, also of pids that are gone and were once in its tree. */
  readonly rows: readonly Holding[];
  /** Of its buses. */
  readonly ledgers: readonly DeviceLedger[];
  /** Living holders of GPU device files. Empty when nobody asked, or nobody may see them. */
  readonly holders: readonly DeviceFileHolder[];
  readonly foreign: readonly ForeignContext[];
  /** What was resident after each earlier sleep, oldest first, without the present one. */
  readonly earlier: readonly Known<Bytes>[];
}

export type HintRule = (input: HintInput) => readonly Hint[];
