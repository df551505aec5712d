// vLLM's own words: it offers no memory accounting, and it does report whether it sleeps, and how deep.
import {
  stated,
  unstated,
  type AccountingAnswer,
  type AccountingPath,
  type RawFields,
  type RawValue,
  type RefusedField,
  type Stated,
} from '../model/accounting.ts';
import {
  isFruitless,
  lastAnswer,
  lastSeen,
  type AccountingReader,
  type AskingProgress,
  type EngineStatement,
  type Picked,
  type ReportedState,
  type Seen,
} from './accounting.ts';
import { pickFields, type FieldRule } from './accounting-fields.ts';
import { isObject, own, readJsonObject, readText, type Body } from './accounting-json.ts';
import { readPrometheus } from './prometheus-text.ts';
import { readSleep, unreadableSleep } from './accounting-vllm-state.ts';

/** On by default, answered by the API process: asking does not wake the engine. */
const METRICS: AccountingPath = '/metrics';
/** Served only with VLLM_SERVER_DEV_MODE=1; a 404 is the normal answer. */
const IS_SLEEPING: AccountingPath = '/is_sleeping';
const VERSION: AccountingPath = '/version';
const MODELS: AccountingPath = '/v1/models';

const SLEEP_METRIC = 'vllm:engine_sleep_state';
/** Older versions have no sleep metric, and all have others of this name, with or without a sample. */
const OWN_METRIC = /^(?:# (?:HELP|TYPE) )?vllm:/m;

export const IS_SLEEPING_FIELDS: readonly FieldRule[] = [
  { name: 'is_sleeping', type: 'flag', why: 'the reported state: true until every part is back' },
];

export const VERSION_FIELDS: readonly FieldRule[] = [
  { name: 'version', type: 'text', why: 'evidence needs it; sleep differs between versions' },
];

/** Of `data[i]`. */
export const MODEL_FIELDS: readonly FieldRule[] = [
  { name: 'id', type: 'text', why: 'names the model beside its resident memory' },
];

/** The labels of the sleep metric, and its value. */
export const SLEEP_FIELDS: readonly FieldRule[] = [
  { name: 'engine', type: 'word', why: 'tells the engines of a data-parallel group apart' },
  { name: 'model_name', type: 'text', why: 'names the model beside its resident memory' },
  { name: 'sleep_state', type: 'word', why: 'awake, weights_offloaded or discard_all' },
  { name: 'value', type: 'number', why: '1 for the state that holds' },
];

/** More adapters, and more engines times states, than a server has. */
const MOST_MODELS = 16;
const MOST_SAMPLES = 4096;

/** The state in each round; version and model once. */
function nextPath(progress: AskingProgress): AccountingPath | undefined {
  const { ended, answered, absent } = progress;
  if (isFruitless(progress)) return undefined;
  const each = [METRICS, IS_SLEEPING].filter((path) => !absent.has(path));
  const once = [VERSION, MODELS].filter((path) => !absent.has(path) && !answered.has(path));
  return [...each, ...once].find((path) => !ended.has(path));
}

function pick(path: AccountingPath, body: string): Body<Picked> {
  if (path === METRICS) return pickMetrics(body);
  const json = readJsonObject(body);
  if (!json.ok) return json;
  if (path === IS_SLEEPING) return pickNamed(json.value, IS_SLEEPING_FIELDS);
  if (path === VERSION) return pickNamed(json.value, VERSION_FIELDS);
  if (path !== MODELS) return { ok: false, code: 'wrong-shape', detail: 'vLLM is not asked for this path' };
  const data = own(json.value, 'data');
  if (!Array.isArray(data)) return { ok: false, code: 'wrong-shape', detail: 'data is not a list' };
  const picked = (data as readonly unknown[])
    .filter(isObject)
    .slice(0, MOST_MODELS)
    .map((model, index) => pickFields(model, MODEL_FIELDS, `data[${index}].`));
  return { ok: true, value: { fields: { data: picked.map((each) => each.fields) }, refused: refusedOf(picked) } };
}

/** An answer that has none of the names is some other server's. */
function pickNamed(source: Parameters<typeof pickFields>[0], rules: readonly FieldRule[]): Body<Picked> {
  const picked = pickFields(source, rules);
  if (Object.keys(picked.fields).length > 0 || picked.refused.length > 0) return { ok: true, value: picked };
  return { ok: false, code: 'wrong-shape', detail: `has no ${rules.map(({ name }) => name).join(' or ')}` };
}

function pickMetrics(body: string): Body<Picked> {
  const text = readText(body);
  if (!text.ok) return text;
  const page = readPrometheus(text.value, new Set([SLEEP_METRIC]));
  if (page.foreignLines > 0) return { ok: false, code: 'wrong-shape', detail: 'not the Prometheus text format' };
  // An exporter of another program beside it says nothing of the engine, and would be taken for its address.
  if (!OWN_METRIC.test(text.value)) return { ok: false, code: 'wrong-shape', detail: 'no metric of vLLM' };
  if (page.samples.length > MOST_SAMPLES) {
    return { ok: false, code: 'wrong-shape', detail: `${page.samples.length} samples of ${SLEEP_METRIC}` };
  }
  const picked = page.samples.map(({ labels, value }, index) => {
    const sample = { ...Object.fromEntries(labels), value };
    return pickFields(sample, SLEEP_FIELDS, `${SLEEP_METRIC}[${index}].`);
  });
  const bad: RefusedField[] = page.badLines > 0 ? [{ field: SLEEP_METRIC, was: 'text' }] : [];
  const fields = { [SLEEP_METRIC]: picked.map((each) => each.fields) };
  return { ok: true, value: { fields, refused: [...bad, ...refusedOf(picked)] } };
}

function refusedOf(picked: readonly Picked[]): RefusedField[] {
  return picked.flatMap((each) => each.refused);
}

function read(seen: readonly Seen[]): EngineStatement {
  const samples = listOf(lastAnswer(seen, METRICS)?.fields[SLEEP_METRIC]);
  const models = lastAnswer(seen, MODELS);
  const model = [
    ...listOf(models?.fields['data']).map((each) => each['id']),
    ...samples.map((each) => each['model_name']),
  ].find((each) => typeof each === 'string');
  return {
    accounting: unstated('not-offered', 'vLLM'),
    state: stateOf(seen),
    version: textOf(lastAnswer(seen, VERSION), 'version'),
    model:
      typeof model === 'string' ? stated(model) : unstated(models === undefined ? 'not-asked' : 'missing', 'model'),
    configuration: {},
  };
}

/** Both sources as they are now: a failure after an answer makes the answer old, and an old state is none. */
function stateOf(all: readonly Seen[]): ReportedState {
  // A failure without a path: its address is lost, and what was said there is old.
  const seen = all.slice(all.findLastIndex(({ path }) => path === null) + 1);
  const metrics = lastSeen(seen, METRICS);
  const flag = lastSeen(seen, IS_SLEEPING);
  // The metric is asked first: when that ends a round, the flag is of an earlier one.
  const isOfThisRound = flag !== undefined && (metrics === undefined || seen.indexOf(flag) > seen.indexOf(metrics));
  const isSleeping = flag?.kind === 'answer' && isOfThisRound ? flag.fields['is_sleeping'] : undefined;
  const told = typeof isSleeping === 'boolean' ? isSleeping : undefined;
  if (metrics?.kind !== 'answer') return readSleep([], told);
  // A line that could not be read may be the one that names an engine awake or asleep.
  if (metrics.refused.length > 0) return unreadableSleep(metrics.refused.length);
  return readSleep(listOf(metrics.fields[SLEEP_METRIC]), told);
}

function textOf(answer: AccountingAnswer | undefined, name: string): Stated<string> {
  const value = answer?.fields[name];
  return typeof value === 'string' ? stated(value) : unstated(answer === undefined ? 'not-asked' : 'missing', name);
}

function listOf(value: RawValue | undefined): RawFields[] {
  return Array.isArray(value) ? ((value as readonly RawValue[]).filter((each) => isObject(each)) as RawFields[]) : [];
}

export const VLLM_ACCOUNTING: AccountingReader = { kind: 'vllm', nextPath, pick, read };
