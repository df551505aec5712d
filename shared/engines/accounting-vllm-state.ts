// Whether vLLM sleeps, from its metric and its flag; where the two or the engines of one server differ, it says so.
import type { RawFields } from '../model/accounting.ts';
import type { ReportedState } from './accounting.ts';

/** Of one engine: the level of its sleep, or `unknown` where the three samples do not name exactly one state. */
type EngineSleep = 'awake' | 'level-1' | 'level-2' | 'unknown';

const MEANING: Readonly<Record<string, EngineSleep>> = {
  awake: 'awake',
  weights_offloaded: 'level-1',
  discard_all: 'level-2',
};

const LEVEL_TEXT = {
  'level-1': 'asleep at level 1: weights in host memory, KV cache dropped',
  'level-2': 'asleep at level 2: weights and KV cache dropped',
} as const;

function reported(value: ReportedState['value'], text: string, level: ReportedState['level'] = null): ReportedState {
  return { value, source: 'reported', level, text };
}

/**
 * `samples` of vllm:engine_sleep_state, `isSleeping` of /is_sleeping (undefined where it was not answered). The flag
 * stays true until every part is back and while scheduling is paused; the metric says awake after the first wake call.
 */
export function readSleep(samples: readonly RawFields[], isSleeping: boolean | undefined): ReportedState {
  const fromMetric = stateOfEngines(sleepOfEngines(samples));
  if (isSleeping === undefined) return fromMetric;
  if (samples.length === 0) {
    return isSleeping
      ? reported('asleep', 'is_sleeping is true; no metric tells the level')
      : reported('awake', 'is_sleeping is false');
  }
  if (isSleeping && fromMetric.value === 'awake') {
    return reported('partial', 'is_sleeping is true and the metric says awake: woken in part, or paused');
  }
  if (!isSleeping && fromMetric.value !== 'awake') {
    return reported('unknown', `is_sleeping is false, and the metric says: ${fromMetric.text}`);
  }
  return fromMetric;
}

/** A sentence stays one, however many engines a page names. */
const MOST_NAMED = 8;

function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ');
}

export function unreadableSleep(count: number): ReportedState {
  return reported('unknown', `${count} part${count === 1 ? '' : 's'} of vLLM's sleep metric could not be read`);
}

function sleepOfEngines(samples: readonly RawFields[]): Map<string, EngineSleep> {
  const states = new Map<string, (EngineSleep | undefined)[]>();
  for (const { engine, sleep_state: state, value } of samples) {
    const label = typeof engine === 'string' ? engine : '';
    const named = states.get(label) ?? [];
    // A value that is neither 0 nor 1 (NaN is not kept at all) says nothing, and spoils its engine.
    if (value !== 0) named.push(value === 1 && typeof state === 'string' ? (MEANING[state] ?? 'unknown') : 'unknown');
    states.set(label, named);
  }
  return new Map(
    [...states].map(([label, named]) => [label, named.length === 1 ? (named[0] ?? 'unknown') : 'unknown']),
  );
}

function stateOfEngines(engines: ReadonlyMap<string, EngineSleep>): ReportedState {
  const all = new Set(engines.values());
  const [only] = all;
  if (only === undefined) return reported('unknown', 'vLLM did not answer with its sleep state');
  if (all.has('unknown')) {
    const which = [...engines].filter(([, sleep]) => sleep === 'unknown').map(([label]) => label || '(unnamed)');
    return reported('unknown', `engine ${few(which)} names no state: paused without a sleep, or an unknown version`);
  }
  if (all.size === 1) {
    if (only === 'awake') return reported('awake', 'awake');
    return only === 'level-1' || only === 'level-2'
      ? reported('asleep', LEVEL_TEXT[only], only === 'level-1' ? 1 : 2)
      : reported('unknown', 'no state');
  }
  const list = few([...engines].map(([label, sleep]) => `${label || '(unnamed)'} ${sleep}`));
  if (!all.has('awake')) return reported('asleep', `asleep at different levels: ${list}`);
  return reported('partial', `its engines differ: ${list}`);
}
