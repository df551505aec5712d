// The answers of a played engine: the bodies that its generation sends, with the numbers of its `http` line.
import type { AccountingPath } from '../model/accounting.ts';
import type { ScenarioProcess } from './scenario.ts';
import type { ScenarioHttp } from './scenario-http.ts';

export interface PlayedAnswer {
  readonly contentType: string;
  readonly body: string;
}

/** By path with its query; every other path is a 404, as it is for these generations. */
export type PlayedAnswers = ReadonlyMap<string, PlayedAnswer>;

/** The first line of an SGLang with loads snapshots, and of the last one that only knew the old name. */
const NEW_VERSION = '0.5.12';
const OLD_VERSION = '0.4.6.post5';
const VLLM_VERSION = '0.11.2';
/** Not a key of anybody: engines send theirs in plain text, and a reader must not let it through. */
const PLAYED_KEY = 'demo-only-key-that-no-output-may-show';
const MODEL = 'Qwen/Qwen2.5-0.5B-Instruct';

/** undefined: its sockets speak no HTTP. */
export function playedAnswers(process: ScenarioProcess): PlayedAnswers | undefined {
  const { http } = process;
  if (http === undefined) return undefined;
  if (http.kind === 'vllm') return vllmAnswers(process, http);
  const settings = sglangSettings(process);
  if (http.kind === 'old-sglang') return table({ '/get_server_info': json(oldServerInfo(settings, http)) });
  return table({
    '/v1/loads?include=core,memory': json(loads(http)),
    '/server_info': json(newServerInfo(settings, http)),
    '/get_server_info': json(newServerInfo(settings, http)),
  });
}

function table(answers: Readonly<Partial<Record<AccountingPath, PlayedAnswer>>>): PlayedAnswers {
  return new Map(Object.entries(answers));
}

/** A number that is undefined leaves its name out, as an engine does that does not know it. */
function json(value: unknown): PlayedAnswer {
  return { contentType: 'application/json', body: JSON.stringify(value) };
}

type Settings = Readonly<Record<string, unknown>>;

/** The server's arguments, as they stand at the top and once more in every internal state. */
function sglangSettings({ argv, listens }: ScenarioProcess): Settings {
  const [socket] = listens;
  const model = option(argv, '--model-path') ?? MODEL;
  return {
    model_path: model,
    served_model_name: model,
    host: socket?.address ?? '127.0.0.1',
    port: socket?.port ?? null,
    mem_fraction_static: 0.836,
    api_key: PLAYED_KEY,
    admin_api_key: null,
    ssl_keyfile_password: PLAYED_KEY,
    tp_size: size(argv, '--tp'),
    pp_size: 1,
    dp_size: size(argv, '--dp'),
    ep_size: 1,
    base_gpu_id: 0,
    nnodes: 1,
    node_rank: 0,
    device: 'cuda',
    enable_memory_saver: argv.includes('--enable-memory-saver'),
    enable_weights_cpu_backup: false,
    disable_cuda_graph: false,
    disaggregation_mode: 'null',
    use_ray: false,
    weight_version: 'default',
  };
}

function newServerInfo(settings: Settings, { weight, kvcache, graph, tokens }: ScenarioHttp): unknown {
  const phases = { target_verify: 0, draft_prefill: 0, draft_decode: 0, draft_extend: 0 };
  const memory = {
    weight,
    kvcache,
    startup_available: 11.27,
    token_capacity: tokens,
    token_capacity_swa: null,
    graph: graph === undefined ? undefined : { prefill: 0, decode: graph, ...phases },
  };
  const state = { ...settings, world_size: settings['tp_size'], memory_usage: memory };
  const top = { ...settings, status: 'ready', max_total_num_tokens: tokens };
  return { ...top, internal_states: [state], version: NEW_VERSION };
}

function oldServerInfo(settings: Settings, { weight, kvcache, graph, tokens }: ScenarioHttp): unknown {
  const memory = { weight, kvcache, token_capacity: tokens, graph };
  const state = { ...settings, last_gen_throughput: 146.98, memory_usage: memory };
  const top = { ...settings, status: 'ready', max_total_num_tokens: tokens };
  return { ...top, internal_states: [state], version: OLD_VERSION };
}

function loads({ weight, kvcache, graph, tokens }: ScenarioHttp): unknown {
  const memory = { weight_gb: weight, kv_cache_gb: kvcache, graph_gb: graph, token_capacity: tokens };
  return {
    timestamp: '2026-08-20T10:00:00+00:00',
    version: NEW_VERSION,
    loads: [{ dp_rank: 0, num_running_reqs: 0, num_waiting_reqs: 0, max_total_num_tokens: tokens, memory }],
  };
}

function vllmAnswers({ argv }: ScenarioProcess, { asleep }: ScenarioHttp): PlayedAnswers {
  const serve = argv.indexOf('serve');
  const model = (serve === -1 ? option(argv, '--model') : argv[serve + 1]) ?? MODEL;
  const state = asleep === undefined ? 'awake' : asleep === 1 ? 'weights_offloaded' : 'discard_all';
  const samples = ['awake', 'weights_offloaded', 'discard_all'].map((each) => {
    const labels = `engine="0",model_name="${model}",sleep_state="${each}"`;
    return `vllm:engine_sleep_state{${labels}} ${each === state ? '1.0' : '0.0'}`;
  });
  const metrics = [
    '# HELP vllm:engine_sleep_state Engine sleep state; awake = 0 means engine is sleeping; awake = 1 means it is awake.',
    '# TYPE vllm:engine_sleep_state gauge',
    ...samples,
    '# HELP vllm:num_requests_running Number of requests in model execution batches.',
    '# TYPE vllm:num_requests_running gauge',
    `vllm:num_requests_running{engine="0",model_name="${model}"} 0.0`,
  ];
  return table({
    '/metrics': { contentType: 'text/plain; version=0.0.4; charset=utf-8', body: `${metrics.join('\n')}\n` },
    '/is_sleeping': json({ is_sleeping: asleep !== undefined }),
    '/version': json({ version: VLLM_VERSION }),
    '/v1/models': json({ object: 'list', data: [{ id: model, object: 'model', owned_by: 'vllm' }] }),
  });
}

function option(argv: readonly string[], name: string): string | undefined {
  const at = argv.indexOf(name);
  return at === -1 ? undefined : argv[at + 1];
}

/** Groups of one are the default of the engine. */
function size(argv: readonly string[], name: string): number {
  const text = option(argv, name);
  return text === undefined ? 1 : Number(text);
}
