// The seed's own reading of SGLang's accounting, rule for rule: known where ours is not, and the other way round.
import { fromGiB, plus, ZERO_BYTES, type Bytes } from '../base/units.ts';
import { stated, unstated, type AccountingAnswer, type RawValue, type Stated } from '../model/accounting.ts';
import { isObject } from './accounting-json.ts';
import { memoryOf } from './accounting-memory.ts';

const SEED_PARTS = ['weight', 'kvcache', 'graph'];

/**
 * The seed's rules, from MILES' own reading of /server_info: each part that is missing, null, 0 or empty counts 0; an
 * entry without memory_usage is passed over; the maximum starts at 0, so a negative sum counts 0; no list, or an empty
 * one, is "none"; an object of phases cannot become a number and ends in an error.
 */
export function seedSumOf(info: AccountingAnswer | undefined): Stated<Bytes> {
  if (info === undefined) return unstated('seed-not-asked');
  const states = info.fields['internal_states'];
  if (!Array.isArray(states) || states.length === 0) return unstated('no-entries', info.path);
  let most = ZERO_BYTES;
  for (const [index, state] of (states as readonly RawValue[]).entries()) {
    const place = `internal_states[${index}].memory_usage`;
    const memory = memoryOf(state, 'memory_usage');
    if (memory === undefined) continue;
    // What we refused, the seed may have read: Python makes a number of the text "9.3".
    const refusal = info.refused.find(({ field }) => SEED_PARTS.some((name) => field === `${place}.${name}`));
    if (refusal !== undefined) return unstated('wrong-type', refusal.field);
    if (info.refused.some(({ field }) => field.startsWith(`${place}.graph.`))) {
      return unstated('seed-breaks', `${place}.graph`);
    }
    let sum = ZERO_BYTES;
    for (const name of SEED_PARTS) {
      const part = memory[name];
      if (typeof part === 'number') sum = plus(sum, fromGiB(part));
      else if (isObject(part) && Object.keys(part).length > 0) return unstated('seed-breaks', `${place}.${name}`);
    }
    if (sum > most) most = sum;
  }
  return stated(most);
}
