// Nothing but allow-listed fields leaves a reader: a response full of secrets, and any answer at all.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptText, maskSecrets } from '../../../shared/engines/accounting-mask.ts';
import { ACCOUNTING_READERS } from '../../../shared/engines/accounting-readers.ts';
import {
  GRAPH_PHASES,
  LOAD_FIELDS,
  LOAD_MEMORY_FIELDS,
  LOADS_FIELDS,
  MEMORY_USAGE_FIELDS,
  SERVER_INFO_FIELDS,
} from '../../../shared/engines/accounting-sglang-fields.ts';
import {
  IS_SLEEPING_FIELDS,
  MODEL_FIELDS,
  SLEEP_FIELDS,
  VERSION_FIELDS,
} from '../../../shared/engines/vllm-accounting.ts';
import { ACCOUNTING_PATHS, type RawValue } from '../../../shared/model/accounting.ts';

const READERS = Object.values(ACCOUNTING_READERS);

/** Everything that both readers return for a body at each path: picked, read, and refused. */
function everythingOf(body: string): unknown[] {
  return READERS.flatMap((reader) =>
    ACCOUNTING_PATHS.map((path) => {
      const picked = reader.pick(path, body);
      if (!picked.ok) return picked;
      const answer = { kind: 'answer', path, status: 200, receivedMs: 0, ...picked.value } as const;
      return [answer, reader.read([answer])];
    }),
  );
}

const NAMES = new Set([
  ...[SERVER_INFO_FIELDS, MEMORY_USAGE_FIELDS, GRAPH_PHASES, LOADS_FIELDS, LOAD_FIELDS, LOAD_MEMORY_FIELDS]
    .flat()
    .map(({ name }) => name),
  ...[IS_SLEEPING_FIELDS, VERSION_FIELDS, MODEL_FIELDS, SLEEP_FIELDS].flat().map(({ name }) => name),
  'internal_states',
  'memory_usage',
  'loads',
  'memory',
  'data',
  'vllm:engine_sleep_state',
]);

function unlistedNames(value: RawValue | undefined): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(unlistedNames);
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(NAMES.has(name) || /^other_\d+$/.test(name) ? [] : [name]),
    ...unlistedNames(inner),
  ]);
}

describe('a response full of secrets', () => {
  const secrets = Array.from({ length: 80 }, (_each, index) => `S3CR3T${index}x`);
  const take = secrets[Symbol.iterator]();
  const next = (): string => {
    const { value, done } = take.next();
    if (done === true) throw new Error('more secrets are planted than were made');
    return value;
  };
  const args = () => ({
    model_path: `https://user:${next()}@models.example/q?token=${next()}`,
    served_model_name: `hf_${next()}`,
    weight_version: `Bearer ${next()}`,
    api_key: next(),
    admin_api_key: next(),
    ssl_keyfile: next(),
    ssl_keyfile_password: next(),
    env_vars: { HF_TOKEN: next(), nested: [{ OPENAI_API_KEY: `sk-${next()}` }] },
    extra_metric_labels: { owner: next() },
    json_model_override_args: `{"a":"${next()}"}`,
    dist_init_addr: next(),
  });
  const memory = () => ({ weight: 1, kvcache: 2, graph: { decode: 0.5, [next()]: 0.5 }, note: next(), token: next() });
  const info = JSON.stringify({
    version: '0.5.1',
    ...args(),
    internal_states: [
      { ...args(), memory_usage: memory() },
      { ...args(), memory_usage: { weight: next(), kvcache: [next()], graph: { decode: next() } } },
    ],
  });
  const planted = secrets.filter((secret) => info.includes(secret));

  it('is planted in every place', () => {
    expect(planted.length).toBeGreaterThan(35);
  });

  it('leaves none of them in anything that the readers return', () => {
    const text = JSON.stringify(everythingOf(info));
    expect(planted.filter((secret) => text.includes(secret))).toEqual([]);
    // It was read, and not thrown away as a whole.
    expect(text).toContain('"maxSum"');
    expect(text).toContain('"model_path":"https://***@models.example/q?***"');
  });

  it('leaves none of them when it is cut in the middle: the error does not quote the body', () => {
    for (const end of [info.length - 1, info.length >> 1, 300]) {
      expect(JSON.stringify(everythingOf(info.slice(0, end)))).not.toMatch(/S3CR3T/);
    }
  });

  it('leaves none in metrics with labels of the user', () => {
    const page = `vllm:engine_sleep_state{engine="0",model_name="hf_S3CR3T",owner="S3CR3T",sleep_state="awake"} 1
other{key="S3CR3T"} 1
vllm:engine_sleep_state{engine="1",model_name="m",sleep_state="S3CR3T token: yes"} S3CR3T
# HELP S3CR3T`;
    const text = JSON.stringify(everythingOf(page));
    expect(text).not.toContain('S3CR3T');
    expect(text).toContain('vllm:engine_sleep_state');
  });
});

describe('any answer', () => {
  const memory = fc.dictionary(
    fc.constantFrom(
      'weight',
      'kvcache',
      'graph',
      'weight_gb',
      'graph_gb',
      'token_capacity',
      '__proto__',
      'constructor',
    ),
    fc.jsonValue(),
  );
  const entry = fc.oneof(
    fc.jsonValue(),
    fc.record({ dp_rank: fc.jsonValue(), memory_usage: memory, memory }, { requiredKeys: [] }),
  );
  const likely = fc.record(
    {
      version: fc.oneof(fc.string(), fc.jsonValue()),
      internal_states: fc.oneof(fc.array(entry, { maxLength: 4 }), fc.jsonValue()),
      loads: fc.array(entry, { maxLength: 4 }),
      is_sleeping: fc.jsonValue(),
      data: fc.jsonValue(),
      api_key: fc.string(),
      model_path: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );

  function expectListedOnly(body: string): void {
    for (const result of everythingOf(body)) {
      if (!Array.isArray(result)) continue;
      const [answer, statement] = result as [{ fields: RawValue }, { configuration: RawValue }];
      expect(unlistedNames(answer.fields)).toEqual([]);
      expect(unlistedNames(statement.configuration)).toEqual([]);
      // A recording is JSON: what is kept must come back as it was.
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    }
  }

  it('of JSON never throws and never lets an unlisted name through', () => {
    const property = fc.property(fc.oneof(fc.jsonValue(), likely), (value) => expectListedOnly(JSON.stringify(value)));
    expect(() => fc.assert(property, { numRuns: 300, seed: 1 })).not.toThrow();
  });

  it('of text never throws and never lets an unlisted name through', () => {
    const label = fc.tuple(fc.constantFrom('engine', 'sleep_state', '__proto__', 'x'), fc.string());
    const line = fc
      .tuple(fc.array(label, { maxLength: 3 }), fc.constantFrom('0', '1', 'NaN', '+Inf', '1e9', 'x', ''))
      .map(([labels, value]) => {
        const list = labels.map(([name, text]) => `${name}=${JSON.stringify(text)}`).join(',');
        return `vllm:engine_sleep_state{${list}} ${value}`;
      });
    const page = fc.array(fc.oneof(line, fc.string()), { maxLength: 6 }).map((lines) => lines.join('\n'));
    const property = fc.property(fc.oneof(page, fc.string()), expectListedOnly);
    expect(() => fc.assert(property, { numRuns: 300, seed: 1 })).not.toThrow();
  });
});

describe('masking', () => {
  it.each([
    ['/models/Qwen2.5-0.5B', '/models/Qwen2.5-0.5B'],
    ['meta-llama/Llama-3.1-8B-Instruct@main', 'meta-llama/Llama-3.1-8B-Instruct@main'],
    ['s3://AKIAX:abc@bucket/m', 's3://***@bucket/m'],
    ['user:pass@host/m', '***@host/m'],
    ['/cache/hf_abcDEF/model', '/cache/***/model'],
    ['task-sk-live', 'task-***'],
    ['https://b.example/m?X-Amz-Signature=abc&y=1', 'https://b.example/m?***'],
    ['--api-key abc --port 1', '--api-key *** --port 1'],
    ['HF_TOKEN=abc', 'HF_TOKEN=***'],
    ['{"admin_api_key": "abc"}', '{"admin_api_key": "***"}'],
    ['Authorization: Basic abc def', 'Authorization: ***'],
    ['0.5.1.post2+gabcdef1', '0.5.1.post2+gabcdef1'],
  ])('%s becomes %s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });

  it('cuts at 200 characters, after masking, and shows control characters by their code', () => {
    expect(keptText('a'.repeat(201))).toBe(`${'a'.repeat(199)}…`);
    expect(keptText('a'.repeat(200))).toBe('a'.repeat(200));
    expect(keptText(`${'a'.repeat(150)} user:${'p'.repeat(100)}@h`)).toBe(`${'a'.repeat(150)} ***@h`);
    expect(keptText('a\u001B[31m\n')).toBe('a\\x1B[31m\\x0A');
  });

  it('drops the word at the end of a long text: half a secret does not look like one', () => {
    // Masked, the first four words take 16 characters, so the word at the cut would be among the 200 that are kept.
    const long = `${`sk-${'x'.repeat(240)} `.repeat(4)}user:${'S3CR3T'.repeat(400)}@h`;
    expect(keptText(long)).toBe('*** *** *** *** ');
    expect(keptText(long)).not.toContain('S3CR3T');
  });

  it('is quick on hostile text', () => {
    const hostile = ['-', 'key', '://', 'a:', '?=', 'sk-', ' ', 'bearer'].map((part) => part.repeat(5_000_000));
    const begin = performance.now();
    for (const text of hostile) keptText(text);
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});
