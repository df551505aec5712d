// What an engine answered, without names: numbers and flags stay, models and addresses get stand-ins.
import {
  GRAPH_PHASES,
  LOAD_FIELDS,
  LOAD_MEMORY_FIELDS,
  LOADS_FIELDS,
  MEMORY_USAGE_FIELDS,
  SERVER_INFO_FIELDS,
} from '../engines/accounting-sglang-fields.ts';
import { IS_SLEEPING_FIELDS, MODEL_FIELDS, SLEEP_FIELDS, VERSION_FIELDS } from '../engines/vllm-accounting.ts';
import type { AccountingObservation, RawFields, RawValue } from '../model/accounting.ts';
import { isOwnAddress } from './address.ts';
import type { StandIns } from './stand-ins.ts';
import { isPlainNumber, VALUES } from './vocabulary.ts';
import { redactSentence } from './words.ts';

export function redactAnswer(answer: AccountingObservation, names: StandIns): AccountingObservation {
  const { endpoint, seen } = answer;
  const host = endpoint === null ? null : { ...endpoint, host: address(endpoint.host, names) };
  if (seen.kind === 'failure') {
    const why = { ...seen.why, where: redactSentence(seen.why.where, names) };
    return { ...answer, endpoint: host, seen: { ...seen, why } };
  }
  const refused = seen.refused.map(({ field, was }) => ({ field: place(field, names), was }));
  return { ...answer, endpoint: host, seen: { ...seen, fields: redactFields(seen.fields, names), refused } };
}

function redactFields(fields: RawFields, names: StandIns): RawFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [place(key, names), redactValue(key, value, names)]),
  );
}

function redactValue(key: string, value: RawValue, names: StandIns): RawValue {
  if (typeof value === 'string') return redactText(key, value, names);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: RawValue) => redactValue(key, each, names));
  return redactFields(value as RawFields, names);
}

function redactText(key: string, text: string, names: StandIns): string {
  if (text === '' || text === '***' || VALUES.has(text) || isPlainNumber(text)) return text;
  if (key === 'version')
    return /^v?\d+(?:\.\d+){0,3}(?:\.?(?:post|dev|rc|a|b)\d+)?/.exec(text)?.[0] ?? names.of('arg', text);
  if (key === 'host') return address(text, names);
  return names.of(/model|^id$|tokenizer/.test(key) ? 'model' : 'arg', text);
}

function address(host: string, names: StandIns): string {
  return isOwnAddress(host) ? host : names.of('address', host);
}

/** Names of fields are the engines'; any other may be somebody's. */
function place(field: string, names: StandIns): string {
  const parts = field.split(/\[\d{1,4}\]|\./).filter((part) => part !== '');
  return parts.every((part) => FIELD_NAMES.has(part) || /^other_\d{1,2}$/.test(part)) ? field : names.of('arg', field);
}

const FIELD_NAMES: ReadonlySet<string> = new Set([
  ...[
    ...SERVER_INFO_FIELDS,
    ...MEMORY_USAGE_FIELDS,
    ...GRAPH_PHASES,
    ...LOADS_FIELDS,
    ...LOAD_FIELDS,
    ...LOAD_MEMORY_FIELDS,
    ...IS_SLEEPING_FIELDS,
    ...VERSION_FIELDS,
    ...MODEL_FIELDS,
    ...SLEEP_FIELDS,
  ].map(({ name }) => name),
  'vllm:engine_sleep_state',
  'internal_states',
  'memory_usage',
  'loads',
  'memory',
  'data',
  'other',
  'samples',
  'models',
]);
