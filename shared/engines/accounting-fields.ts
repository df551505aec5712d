// The allow-list at work: of an answer, the named fields whose values have their type, and nothing else.
import type { RawValue, RefusedField } from '../model/accounting.ts';
import { own, type JsonObject } from './accounting-json.ts';
import { keptText } from './accounting-mask.ts';

export type FieldType = 'count' | 'number' | 'flag' | 'word' | 'text';

/** A field that may leave the reader. `why` is what it is needed for: without a reason it stays out. */
export interface FieldRule {
  readonly name: string;
  readonly type: FieldType;
  readonly why: string;
}

export interface PickedFields {
  readonly fields: Record<string, RawValue>;
  readonly refused: readonly RefusedField[];
}

/** The longest string that a `word` may be: a state, a device, a mode. */
const MOST_WORD = 64;

/**
 * `null` is kept as null: engines write it for "not set". `place` goes before the name of what is refused, for example
 * `internal_states[0].memory_usage.`.
 */
export function pickFields(source: JsonObject, rules: readonly FieldRule[], place = ''): PickedFields {
  const fields: Record<string, RawValue> = {};
  const refused: RefusedField[] = [];
  for (const { name, type } of rules) {
    const value = own(source, name);
    if (value === undefined) continue;
    const was = mismatch(value, type);
    if (was !== undefined) refused.push({ field: `${place}${name}`, was });
    else if (typeof value === 'string') fields[name] = keptText(value);
    // Python rounds a small negative number to -0.0, which a recording would not bring back.
    else fields[name] = value === 0 ? 0 : (value as number | boolean | null);
  }
  return { fields, refused };
}

/** What a value is when it is not of its type; undefined when it is. */
export function mismatch(value: unknown, type: FieldType): RefusedField['was'] | undefined {
  if (value === null) return undefined;
  const was = kindOf(value);
  if (type === 'flag') return was === 'flag' ? undefined : was;
  if (type === 'number') return was === 'number' || was === 'fraction' ? undefined : was;
  if (type === 'count') return was === 'number' ? undefined : was;
  if (was !== 'text' || type === 'text') return was === 'text' ? undefined : was;
  return (value as string).length > MOST_WORD || /\s/.test(value as string) ? 'long-text' : undefined;
}

/** The kind of a JSON value, for a refusal: it names the kind and never the value. */
export function kindOf(value: unknown): RefusedField['was'] {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'flag';
  if (typeof value !== 'number') return value === null ? 'null' : Array.isArray(value) ? 'list' : 'object';
  // 1e999 is valid JSON and becomes Infinity, which no recording could keep.
  if (!Number.isFinite(value)) return 'not-finite';
  return Number.isSafeInteger(value) ? 'number' : 'fraction';
}
