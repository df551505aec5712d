// Whether an engine is awake or asleep, and who says so: the engine itself, the user, or only the look of its memory.
import type { Known } from '../base/known.ts';
import { shortReason } from '../base/reason.ts';
import type { Bytes } from '../base/units.ts';
import type { EngineStatement } from '../engines/accounting.ts';
import type { Subject } from '../gates/subject.ts';
import { accountingSentence, type Stated } from '../model/accounting.ts';
import { mibAndGibText, mibText, percentText } from './size-text.ts';

/**
 * Below this share of a level an SGLang engine looks released: of weights, KV pool and graphs only what the driver and
 * NCCL keep is left, and a released part alone is seldom less than half. A heuristic, therefore always called inferred.
 */
export const RELEASED_BELOW = 0.5;

/**
 * From this share of a level on it looks awake. Awake it holds more than its accounting (CUDA context, NCCL), and its
 * own level again; a tenth is left for caches that differ from one waking to the next.
 */
export const AWAKE_FROM = 0.9;

export interface EngineState {
  readonly value: 'awake' | 'asleep' | 'partial' | 'unknown';
  readonly source: 'reported' | 'inferred' | 'told' | 'none';
  /** One sentence with the numbers that it rests on. */
  readonly text: string;
}

export interface EngineStateInput {
  /** Only `sglang` is ever inferred: vLLM reports, and of an unknown tree no level is known. */
  readonly kind: Subject['kind'];
  /** What the engine said of itself; undefined when it was not asked. */
  readonly statement: EngineStatement | undefined;
  /** What the user said. */
  readonly told: 'awake' | 'asleep' | undefined;
  /** Of the worst bus, now. */
  readonly resident: Known<Bytes>;
  /** The largest sum of its entries. */
  readonly accounting: Stated<Bytes>;
  /** Resident on the worst bus when it was last awake. */
  readonly awakeLevel: Bytes | undefined;
}

/**
 * Reported beats told, and both beat inferred; told against reported says both. Only a reported or told state may exempt
 * an engine from a gate, and the gates decide that: an inferred one never does, because an offload that freed nothing
 * looks exactly like an awake engine.
 */
export function engineState(input: EngineStateInput): EngineState {
  const { statement, told, kind } = input;
  const reported = statement?.state;
  if (reported !== undefined && reported.value !== 'unknown') {
    const says = `the engine reports: ${reported.text}`;
    if (told === undefined || told === reported.value) return { value: reported.value, source: 'reported', text: says };
    return { value: reported.value, source: 'reported', text: `${says}; you said ${told}, and its report counts` };
  }
  const inferred = kind === 'sglang' ? inferredState(input) : undefined;
  if (told !== undefined) {
    const seen = inferred?.source === 'inferred' ? `; inferred alone: ${inferred.text}` : '';
    return { value: told, source: 'told', text: `you said ${told}${seen}` };
  }
  if (inferred !== undefined) return inferred;
  const why =
    reported?.text ?? (kind === 'vllm' ? 'vLLM was not asked whether it sleeps' : 'nobody says whether it sleeps');
  return { value: 'unknown', source: 'none', text: why };
}

interface Level {
  readonly share: number;
  readonly text: string;
}

function inferredState(input: EngineStateInput): EngineState {
  const { resident } = input;
  const none = (why: string): EngineState => ({
    value: 'unknown',
    source: 'none',
    text: `SGLang does not report whether it sleeps, and ${why}`,
  });
  if (!resident.known) return none(`its resident memory is unknown: ${shortReason(resident.why.code)}`);
  const levels = levelsOf(resident.value, input);
  if (levels.length === 0) return none(`there is no level to compare with: ${whyNoLevel(input)}`);
  const numbers = `${mibText(resident.value)} resident is ${levels.map(({ text }) => text).join(' and ')}`;
  const looks = new Set(levels.map(({ share }) => lookOf(share)));
  const infer = (value: EngineState['value'], meaning: string): EngineState => ({
    value,
    source: 'inferred',
    text: `${numbers}: ${meaning}`,
  });
  if (looks.has('asleep') && looks.has('awake')) return infer('unknown', 'the two levels contradict each other');
  if (looks.has('between')) {
    return infer('partial', `between ${percentText(RELEASED_BELOW)} and ${percentText(AWAKE_FROM)}, partly released`);
  }
  return looks.has('asleep')
    ? infer('asleep', `below ${percentText(RELEASED_BELOW)}, it looks released`)
    : infer('awake', `from ${percentText(AWAKE_FROM)} on it looks awake, or like a release that freed nothing`);
}

function lookOf(share: number): 'asleep' | 'between' | 'awake' {
  if (share < RELEASED_BELOW) return 'asleep';
  return share < AWAKE_FROM ? 'between' : 'awake';
}

function levelsOf(resident: Bytes, input: EngineStateInput): Level[] {
  const { accounting, awakeLevel } = input;
  const levels: Level[] = [];
  if (accounting.known && accounting.value > 0 && !isContaminated(input.statement)) {
    const share = resident / accounting.value;
    levels.push({ share, text: `${percentText(share)} of the ${mibAndGibText(accounting.value)} accounted` });
  }
  if (awakeLevel !== undefined && awakeLevel > 0) {
    const share = resident / awakeLevel;
    levels.push({ share, text: `${percentText(share)} of the ${mibText(awakeLevel)} when last awake` });
  }
  return levels;
}

/** A negative part makes the sum too small, and a share of it too large. */
export function isContaminated(statement: EngineStatement | undefined): boolean {
  if (statement?.accounting.known !== true) return false;
  return statement.accounting.value.findings.some(({ code }) => code.startsWith('negative-'));
}

function whyNoLevel({ accounting, statement }: EngineStateInput): string {
  const never = 'it was not seen awake';
  if (!accounting.known) return `${never}, and its accounting is unknown (${accountingSentence(accounting.why)})`;
  return isContaminated(statement)
    ? `${never}, and its accounting has a negative part`
    : `${never}, and its accounting of ${mibAndGibText(accounting.value)} is no level`;
}
