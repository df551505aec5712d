// SGLang's own numbers: which paths are asked, in which order, and how the answers of every generation are read.
import {
  stated,
  unstated,
  type AccountingAnswer,
  type AccountingPath,
  type AccountingReason,
  type RawFields,
  type RawValue,
  type RefusedField,
  type Stated,
} from '../model/accounting.ts';
import {
  isFruitless,
  lastAnswer,
  type Accounting,
  type AccountingFinding,
  type AccountingReader,
  type AskingProgress,
  type EngineStatement,
  type Picked,
  type Seen,
} from './accounting.ts';
import { isObject, own, readJsonObject, type Body } from './accounting-json.ts';
import {
  bandOf,
  decimalsSeen,
  largest,
  LOADS_NAMES,
  memoryOf,
  negativeParts,
  readEntry,
  SERVER_INFO_NAMES,
  stepOf,
  type MemoryNames,
  type RawEntry,
} from './accounting-memory.ts';
import { seedSumOf } from './accounting-seed.ts';
import { pickLoads, pickServerInfo } from './accounting-sglang-fields.ts';

const LOADS: AccountingPath = '/v1/loads?include=core,memory';
const SERVER_INFO: AccountingPath = '/server_info';
/** The name before the end of 2025. A newer engine logs a warning for each time it is asked. */
const OLD_SERVER_INFO: AccountingPath = '/get_server_info';

/**
 * Loads first: under 1 kB, no secrets, with ranks, and it answers while the scheduler is busy. `/server_info` once, for
 * the configuration and for engines without loads; its numbers do not change either. The old name after a 404 only.
 */
function nextPath(progress: AskingProgress): AccountingPath | undefined {
  const { ended, answered, absent } = progress;
  const isLocked = [...ended.values()].some((ending) => ending === 'unauthorized' || ending === 'forbidden');
  if (isFruitless(progress) || isLocked) return undefined;
  if (!ended.has(LOADS) && !absent.has(LOADS)) return LOADS;
  if (answered.has(SERVER_INFO) || answered.has(OLD_SERVER_INFO)) return undefined;
  const isRenamed = absent.has(SERVER_INFO) || ended.get(SERVER_INFO) === 'not-found';
  if (!isRenamed) return ended.has(SERVER_INFO) ? undefined : SERVER_INFO;
  return ended.has(OLD_SERVER_INFO) || absent.has(OLD_SERVER_INFO) ? undefined : OLD_SERVER_INFO;
}

function pick(path: AccountingPath, body: string): Body<Picked> {
  const json = readJsonObject(body);
  if (!json.ok) return json;
  if (path === LOADS) return pickLoads(json.value);
  if (path === SERVER_INFO || path === OLD_SERVER_INFO) return pickServerInfo(json.value);
  return { ok: false, code: 'wrong-shape', detail: 'SGLang is not asked for this path' };
}

function read(seen: readonly Seen[]): EngineStatement {
  const loads = lastAnswer(seen, LOADS);
  const info = lastAnswer(seen, SERVER_INFO) ?? lastAnswer(seen, OLD_SERVER_INFO);
  const { internal_states: _states, ...configuration } = info?.fields ?? {};
  const text = (name: string, ...answers: readonly (AccountingAnswer | undefined)[]): Stated<string> => {
    const value = answers.map((answer) => answer?.fields[name]).find((each) => typeof each === 'string');
    return typeof value === 'string' ? stated(value) : unstated(info === undefined ? 'not-asked' : 'missing', name);
  };
  return {
    accounting: readAccounting(seen, loads, info),
    state: {
      value: 'unknown',
      source: 'reported',
      level: null,
      text: 'SGLang does not report whether it sleeps; compare its resident memory with its level when awake',
    },
    version: text('version', info, loads),
    model: text(typeof configuration['served_model_name'] === 'string' ? 'served_model_name' : 'model_path', info),
    configuration,
  };
}

function readAccounting(
  seen: readonly Seen[],
  loads: AccountingAnswer | undefined,
  info: AccountingAnswer | undefined,
): Stated<Accounting> {
  const fromLoads = loads === undefined ? undefined : accountingOf(loads, info);
  // Loads of an engine too old for `include=memory` have entries without one number in them.
  const isTold = fromLoads?.entries.some(({ weight, kvcache, graph }) => weight.known || kvcache.known || graph.known);
  const fromInfo = info === undefined ? undefined : accountingOf(info, info);
  // Loads of which a part is missing have no sum, and the older answer may have one.
  const isBetter = fromInfo?.maxSum.known === true && fromLoads?.maxSum.known !== true;
  if (fromLoads !== undefined && isTold === true && !isBetter) return stated(fromLoads);
  if (fromInfo !== undefined) return stated(fromInfo);
  if (fromLoads !== undefined) return stated(fromLoads);
  return { known: false, why: whyNoAnswer(seen) };
}

/**
 * The newest failure decides, as paths are tried until one answers; but a 404 of an older path says less than what the
 * path before it was answered with.
 */
function whyNoAnswer(seen: readonly Seen[]): AccountingReason {
  const failures = seen.flatMap((each) => (each.kind === 'failure' ? [each] : []));
  const last = failures.at(-1);
  if (last === undefined) return { code: 'not-asked', where: '' };
  if (last.why.code !== 'not-found') return last.why;
  const newest = [...new Map(failures.map((each) => [each.path, each])).values()];
  return (newest.findLast(({ path, why }) => path !== null && why.code !== 'not-found') ?? last).why;
}

function accountingOf(answer: AccountingAnswer, info: AccountingAnswer | undefined): Accounting {
  const isLoads = answer.path === LOADS;
  const names = isLoads ? LOADS_NAMES : SERVER_INFO_NAMES;
  const raw = rawEntries(answer.fields, isLoads ? 'loads' : 'internal_states', isLoads ? 'memory' : 'memory_usage');
  const entries = raw.map((entry) => readEntry(entry, names, answer.refused));
  const resolution = stepOf(decimalsSeen(raw, names));
  return {
    kind: 'recorded-at-start',
    path: answer.path,
    receivedMs: answer.receivedMs,
    entries,
    maxSum: largest(
      entries.map((entry) => entry.sum),
      unstated('no-entries', answer.path),
    ),
    seedSum: seedSumOf(info),
    resolution,
    band: bandOf(entries, resolution),
    findings: findingsOf(raw, names, answer.refused),
  };
}

function rawEntries(fields: RawFields, listName: string, memoryName: string): RawEntry[] {
  const list = fields[listName];
  if (!Array.isArray(list)) return [];
  return (list as readonly RawValue[]).map((entry, index) => {
    const rank = isObject(entry) ? own(entry, 'dp_rank') : undefined;
    return {
      dpRank: typeof rank === 'number' ? rank : null,
      memory: memoryOf(entry, memoryName) ?? {},
      place: `${listName}[${index}].${memoryName}`,
    };
  });
}

function findingsOf(
  raw: readonly RawEntry[],
  names: MemoryNames,
  refused: readonly RefusedField[],
): AccountingFinding[] {
  return [
    ...raw.flatMap((entry) => negativeParts(entry, names)),
    ...refused.map(({ field, was }): AccountingFinding => ({
      code: 'field-refused',
      where: field,
      text: `${field} was not kept: this engine sent a value of another kind there (${was})`,
    })),
  ];
}

export const SGLANG_ACCOUNTING: AccountingReader = { kind: 'sglang', nextPath, pick, read };
