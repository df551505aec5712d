// What vLLM reports of its sleep: by metric, by flag, by both, with several engines, and when the two disagree.
import { describe, expect, it } from 'vitest';
import type { EngineStatement, ReportedState, Seen } from '../../../shared/engines/accounting.ts';
import { VLLM_ACCOUNTING } from '../../../shared/engines/vllm-accounting.ts';
import { stated, unstated, type AccountingPath } from '../../../shared/model/accounting.ts';

function answer(path: AccountingPath, body: string): Seen {
  const picked = VLLM_ACCOUNTING.pick(path, body);
  if (!picked.ok) throw new Error(`${path} was refused: ${picked.code} ${picked.detail}`);
  return { kind: 'answer', path, status: 200, receivedMs: 1, ...picked.value };
}

function failure(path: AccountingPath): Seen {
  return { kind: 'failure', path, status: null, receivedMs: 2, why: { code: 'timeout', where: path } };
}

type SleepState = 'awake' | 'weights_offloaded' | 'discard_all';

/** A page of metrics as vLLM writes it: for each engine the three states, one of them 1, or none. */
function metrics(...engines: readonly (SleepState | 'none')[]): string {
  const states: readonly SleepState[] = ['awake', 'weights_offloaded', 'discard_all'];
  const lines = engines.flatMap((holds, engine) =>
    states.map((state) => {
      const labels = `engine="${engine}",model_name="Qwen/Qwen2.5-0.5B",sleep_state="${state}"`;
      return `vllm:engine_sleep_state{${labels}} ${state === holds ? '1.0' : '0.0'}`;
    }),
  );
  return [
    '# HELP python_info Python platform information',
    'python_info{implementation="CPython",version="3.12.3"} 1.0',
    '# TYPE vllm:engine_sleep_state gauge',
    ...lines,
    'vllm:num_requests_running{engine="0",model_name="Qwen/Qwen2.5-0.5B"} 0.0',
    '',
  ].join('\n');
}

function stateOf(...seen: readonly Seen[]): ReportedState {
  return VLLM_ACCOUNTING.read(seen).state;
}

const sleeping = (is: boolean): Seen => answer('/is_sleeping', JSON.stringify({ is_sleeping: is }));

it('says everything that a server told, and that accounting is not offered', () => {
  const statement: EngineStatement = {
    accounting: unstated('not-offered', 'vLLM'),
    state: {
      value: 'asleep',
      source: 'reported',
      level: 1,
      text: 'asleep at level 1: weights in host memory, KV cache dropped',
    },
    version: stated('0.11.0'),
    model: stated('Qwen/Qwen2.5-0.5B'),
    configuration: {},
  };
  const seen = [
    answer('/metrics', metrics('weights_offloaded')),
    sleeping(true),
    answer('/version', '{"version":"0.11.0"}'),
    answer('/v1/models', '{"object":"list","data":[{"id":"Qwen/Qwen2.5-0.5B","root":"/secret/place","created":1}]}'),
  ];
  expect(VLLM_ACCOUNTING.read(seen)).toEqual(statement);
});

it('keeps of each answer the allow-listed values', () => {
  expect(VLLM_ACCOUNTING.pick('/metrics', metrics('awake'))).toEqual({
    ok: true,
    value: {
      refused: [],
      fields: {
        'vllm:engine_sleep_state': [
          { engine: '0', model_name: 'Qwen/Qwen2.5-0.5B', sleep_state: 'awake', value: 1 },
          { engine: '0', model_name: 'Qwen/Qwen2.5-0.5B', sleep_state: 'weights_offloaded', value: 0 },
          { engine: '0', model_name: 'Qwen/Qwen2.5-0.5B', sleep_state: 'discard_all', value: 0 },
        ],
      },
    },
  });
});

describe('the state', () => {
  const flagOnly = sleeping(true);
  it.each<[string, readonly Seen[], ReportedState['value'], ReportedState['level']]>([
    ['awake by metric', [answer('/metrics', metrics('awake'))], 'awake', null],
    ['level 1 by metric', [answer('/metrics', metrics('weights_offloaded'))], 'asleep', 1],
    ['level 2 by metric', [answer('/metrics', metrics('discard_all'))], 'asleep', 2],
    ['paused without a sleep: no state holds', [answer('/metrics', metrics('none'))], 'unknown', null],
    ['two engines awake', [answer('/metrics', metrics('awake', 'awake'))], 'awake', null],
    ['two engines at level 2', [answer('/metrics', metrics('discard_all', 'discard_all'))], 'asleep', 2],
    ['one awake, one asleep', [answer('/metrics', metrics('awake', 'weights_offloaded'))], 'partial', null],
    ['asleep at two levels', [answer('/metrics', metrics('discard_all', 'weights_offloaded'))], 'asleep', null],
    ['one awake, one without a state', [answer('/metrics', metrics('awake', 'none'))], 'unknown', null],
    ['asleep by flag alone', [flagOnly], 'asleep', null],
    ['awake by flag alone', [sleeping(false)], 'awake', null],
    ['asleep by both', [answer('/metrics', metrics('discard_all')), flagOnly], 'asleep', 2],
    ['awake by both', [answer('/metrics', metrics('awake')), sleeping(false)], 'awake', null],
    ['woken in part: the flag stays true', [answer('/metrics', metrics('awake')), flagOnly], 'partial', null],
    ['a flag against the metric', [answer('/metrics', metrics('discard_all')), sleeping(false)], 'unknown', null],
    [
      'a page without the metric',
      [answer('/metrics', 'python_info 1\nvllm:num_requests_running 0\n')],
      'unknown',
      null,
    ],
    [
      'a page without the metric, and a flag',
      [answer('/metrics', 'python_info 1\nvllm:num_requests_running 0\n'), flagOnly],
      'asleep',
      null,
    ],
    ['no answer', [], 'unknown', null],
    ['an old answer before a failure', [answer('/metrics', metrics('awake')), failure('/metrics')], 'unknown', null],
    ['an old flag before a failure', [sleeping(false), failure('/is_sleeping')], 'unknown', null],
    [
      'a newer answer after an older one',
      [answer('/metrics', metrics('awake')), answer('/metrics', metrics('discard_all'))],
      'asleep',
      2,
    ],
  ])('%s', (_what, seen, value, level) => {
    expect(stateOf(...seen)).toMatchObject({ value, level, source: 'reported' });
  });

  it('does not stay awake by a flag of a round before, while its metrics do not come', () => {
    const before = [answer('/metrics', metrics('awake')), sleeping(false)];
    expect(stateOf(...before).value).toBe('awake');
    expect(stateOf(...before, failure('/metrics')).value).toBe('unknown');
    expect(stateOf(...before, failure('/metrics'), sleeping(true)).value).toBe('asleep');
  });

  it('names few of many engines', () => {
    const many = stateOf(answer('/metrics', metrics('awake', ...Array.from({ length: 63 }, () => 'none' as const))));
    expect(many.text).toBe(
      'engine 1, 2, 3, 4, 5, 6, 7, 8 and 55 more names no state: paused without a sleep, or an unknown version',
    );
  });

  it('does not stay awake when its address is lost', () => {
    const lost: Seen = {
      kind: 'failure',
      path: null,
      status: null,
      receivedMs: 2,
      why: { code: 'refused', where: 'port 8000' },
    };
    const before = [answer('/metrics', metrics('awake')), sleeping(false)];
    expect(stateOf(...before, lost).value).toBe('unknown');
    expect(stateOf(...before, lost, answer('/metrics', metrics('discard_all'))).value).toBe('asleep');
  });

  it.each([
    ['two states at once', 'sleep_state="awake"} 1\nvllm:engine_sleep_state{engine="0",sleep_state="discard_all"} 1'],
    ['a value that is no flag', 'sleep_state="awake"} 2'],
    ['NaN', 'sleep_state="awake"} NaN'],
    ['an infinite value', 'sleep_state="awake"} +Inf'],
    ['a state that we do not know', 'sleep_state="hibernating"} 1'],
    ['no label for the state', 'x="awake"} 1'],
    ['a broken line beside a good one', 'sleep_state="awake"} 1\nvllm:engine_sleep_state{engine="1",sleep_state="aw'],
  ])('is unknown, and never awake, with %s', (_what, rest) => {
    expect(stateOf(answer('/metrics', `vllm:engine_sleep_state{engine="0",${rest}\n`)).value).toBe('unknown');
  });

  it('names the engines that differ', () => {
    expect(stateOf(answer('/metrics', metrics('awake', 'discard_all'))).text).toBe(
      'its engines differ: 0 awake, 1 level-2',
    );
  });

  it('takes an older page without engine labels', () => {
    expect(stateOf(answer('/metrics', 'vllm:engine_sleep_state{sleep_state="awake"} 1')).value).toBe('awake');
  });
});

describe('answers that are not vLLM’s', () => {
  it.each<[AccountingPath, string, string]>([
    ['/metrics', '<html>', 'html'],
    ['/metrics', '', 'empty'],
    ['/metrics', '{"a":1}', 'wrong-shape'],
    ['/metrics', 'Not Found', 'wrong-shape'],
    ['/metrics', '# TYPE up gauge\nup 1\nmy_vllm:up 1\n', 'wrong-shape'],
    ['/is_sleeping', 'true', 'wrong-shape'],
    ['/is_sleeping', '{"detail":"Not Found"}', 'wrong-shape'],
    ['/is_sleeping', 'no', 'broken-json'],
    ['/version', '{"v":"1"}', 'wrong-shape'],
    ['/v1/models', '{"data":{}}', 'wrong-shape'],
    ['/server_info', '{"vllm_config":"…"}', 'wrong-shape'],
  ])('%s with %j is %s', (path, body, code) => {
    expect(VLLM_ACCOUNTING.pick(path, body)).toMatchObject({ ok: false, code });
  });

  it('knows its page of metrics before the first request, when none has a sample', () => {
    const page = '# HELP vllm:num_requests_running Number.\n# TYPE vllm:num_requests_running gauge\n';
    expect(stateOf(answer('/metrics', page)).text).toBe('vLLM did not answer with its sleep state');
  });

  it('takes no text for a flag', () => {
    const seen = answer('/is_sleeping', '{"is_sleeping":"true"}');
    expect(seen).toMatchObject({ fields: {}, refused: [{ field: 'is_sleeping', was: 'text' }] });
    expect(stateOf(seen).value).toBe('unknown');
  });

  it('has the model of the metrics where the list of models wants a key', () => {
    expect(VLLM_ACCOUNTING.read([answer('/metrics', metrics('awake'))]).model).toEqual(stated('Qwen/Qwen2.5-0.5B'));
    expect(VLLM_ACCOUNTING.read([]).model).toEqual(unstated('not-asked', 'model'));
    expect(VLLM_ACCOUNTING.read([answer('/v1/models', '{"data":[]}')]).model).toEqual(unstated('missing', 'model'));
  });
});
