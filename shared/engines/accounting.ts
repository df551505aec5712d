// What an engine's answers mean: its own memory numbers, its reported state, its version. One reader for each engine.
import type { Bytes } from '../base/units.ts';
import type {
  AccountingAnswer,
  AccountingFailure,
  AccountingPath,
  AccountingReasonCode,
  RawFields,
  RefusedField,
  Stated,
} from '../model/accounting.ts';
import type { Body } from './accounting-json.ts';
import type { EngineKind } from './engine-definition.ts';

/** The numbers of one scheduler: rank 0 of a data-parallel group. Never a number for one GPU, never spread over GPUs. */
export interface AccountingEntry {
  /** Only /v1/loads tells it; the place in /server_info's list is not a rank. */
  readonly dpRank: number | null;
  readonly weight: Stated<Bytes>;
  readonly kvcache: Stated<Bytes>;
  /** The number, or the sum of the phases. */
  readonly graph: Stated<Bytes>;
  /** The phases by name, where the engine sends them; null where `graph` is one number. */
  readonly graphPhases: Readonly<Record<string, Bytes>> | null;
  readonly tokenCapacity: Stated<number>;
  readonly tokenCapacitySwa: Stated<number>;
  /** Free memory of the device when the engine had started. */
  readonly startupAvailable: Stated<Bytes>;
  /** weight + kvcache + graph: unknown as soon as one of them is. */
  readonly sum: Stated<Bytes>;
}

export type FindingCode = 'negative-weight' | 'negative-kvcache' | 'negative-graph' | 'field-refused';

/** Something about the numbers that a reader must know before comparing them. */
export interface AccountingFinding {
  readonly code: FindingCode;
  /** The value's place in the answer, such as `internal_states[0].memory_usage.weight`. */
  readonly where: string;
  readonly text: string;
}

export interface Accounting {
  /** SGLang measures or computes these when it starts; a sleep does not change them. */
  readonly kind: 'recorded-at-start';
  readonly path: AccountingPath;
  readonly receivedMs: number;
  readonly entries: readonly AccountingEntry[];
  /** The largest sum of an entry: unknown as soon as the sum of one entry is. */
  readonly maxSum: Stated<Bytes>;
  /**
   * The same by the seed's rules, from /server_info alone: a value that is missing, null or 0 counts 0, an entry without
   * memory_usage is passed over, and the maximum starts at 0. Known where ours is not, and the other way round.
   */
  readonly seedSum: Stated<Bytes>;
  /** The step to which the engine rounded, from the digits seen. */
  readonly resolution: Bytes;
  /** A sum of the answer may be off by this much in either direction: half a step for each number added. */
  readonly band: Bytes;
  readonly findings: readonly AccountingFinding[];
}

/** Reported by the engine itself. `partial`: some of its memory is back, or its engines differ. */
export interface ReportedState {
  readonly value: 'awake' | 'asleep' | 'partial' | 'unknown';
  readonly source: 'reported';
  /** vLLM: 1 keeps the weights in host memory, 2 discards them; null when awake, mixed or not told. */
  readonly level: 1 | 2 | null;
  /** Why it is said so, for a person. */
  readonly text: string;
}

/** Everything that an engine says of itself. */
export interface EngineStatement {
  readonly accounting: Stated<Accounting>;
  readonly state: ReportedState;
  readonly version: Stated<string>;
  readonly model: Stated<string>;
  /** The allow-listed settings as they were sent; a name that is not there was not told. */
  readonly configuration: RawFields;
}

export interface Picked {
  readonly fields: RawFields;
  readonly refused: readonly RefusedField[];
}

export type Seen = AccountingAnswer | AccountingFailure;

/** How far the asking has come. An engine that restarts has a new start time and begins with nothing. */
export interface AskingProgress {
  /** Of this round: each path that was asked, and how it ended. */
  readonly ended: ReadonlyMap<AccountingPath, 'answered' | AccountingReasonCode>;
  /** Of all rounds since the engine started: paths that were answered. */
  readonly answered: ReadonlySet<AccountingPath>;
  /** Of all rounds since the engine started: paths that got a 404. They are not asked again. */
  readonly absent: ReadonlySet<AccountingPath>;
}

/** What one file about an engine says of its HTTP side. Adding an engine is adding such a file. */
export interface AccountingReader {
  readonly kind: EngineKind;
  /** The next path of this round, or undefined when the round is over. */
  readonly nextPath: (progress: AskingProgress) => AccountingPath | undefined;
  /** The allow-list: all that may be kept of a body with status 200. */
  readonly pick: (path: AccountingPath, body: string) => Body<Picked>;
  /** `seen`: what this engine answered since it started, oldest first. */
  readonly read: (seen: readonly Seen[]) => EngineStatement;
}

/** Endings after which the same socket need not be asked more in this round. */
const FRUITLESS: ReadonlySet<string> = new Set(['refused', 'forward-refused', 'timeout', 'closed', 'not-http']);

export function isFruitless(progress: AskingProgress): boolean {
  return [...progress.ended.values()].some((ending) => FRUITLESS.has(ending));
}

/** For what does not change while the engine runs. */
export function lastAnswer(seen: readonly Seen[], path: AccountingPath): AccountingAnswer | undefined {
  return seen.findLast((each) => each.kind === 'answer' && each.path === path) as AccountingAnswer | undefined;
}

/** For what may change: a failure after an answer makes the answer old. */
export function lastSeen(seen: readonly Seen[], path: AccountingPath): Seen | undefined {
  return seen.findLast((each) => each.path === path);
}
