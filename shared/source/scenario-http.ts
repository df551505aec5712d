// What a scenario's `http` line says: how the sockets of the process above it answer as an engine does over HTTP.
//
//   process server "python -m sglang.launch_server --port 30000" listen 30000
//     http sglang weight 0.98 kvcache 7.9 graph 0.44
//
//   http sglang OPTIONS       the newest generation: /v1/loads and /server_info, graph as an object of phases
//   http old-sglang OPTIONS   the one before: /get_server_info alone, graph as a number
//   http vllm OPTIONS         no memory numbers; /metrics, /is_sleeping, /version, /v1/models
//
// `weight`, `kvcache` and `graph` are GiB as the engine rounds them, `tokens N` is the pool's size; `asleep 1` or `asleep 2`
// is vLLM's level. Model, port and sizes of groups are read from the command line. What has no number is left out of the
// answer. All of it is what the engine recorded when it started, so it does not move with `then`.
import type { TokenReader } from './scenario-reader.ts';

export const HTTP_KINDS = ['sglang', 'old-sglang', 'vllm'] as const;
export type HttpKind = (typeof HTTP_KINDS)[number];

export interface ScenarioHttp {
  readonly kind: HttpKind;
  /** GiB, rounded as the engine sends them. */
  readonly weight: number | undefined;
  readonly kvcache: number | undefined;
  readonly graph: number | undefined;
  readonly tokens: number | undefined;
  /** vLLM's level; undefined for an engine that is awake. */
  readonly asleep: 1 | 2 | undefined;
}

type Draft = { -readonly [Key in keyof ScenarioHttp]: ScenarioHttp[Key] };

/** The rest of an `http` line. */
export function readHttpLine(read: TokenReader): ScenarioHttp {
  const word = read.word(HTTP_KINDS.join(', '));
  const kind = HTTP_KINDS.find((each) => each === word) ?? read.fail(`${word} is none of ${HTTP_KINDS.join(', ')}`);
  const draft: Draft = {
    kind,
    weight: undefined,
    kvcache: undefined,
    graph: undefined,
    tokens: undefined,
    asleep: undefined,
  };
  if (kind === 'vllm') {
    read.options({ asleep: () => void (draft.asleep = readLevel(read)) });
    return draft;
  }
  read.options({
    weight: () => void (draft.weight = readGib(read)),
    kvcache: () => void (draft.kvcache = readGib(read)),
    graph: () => void (draft.graph = readGib(read)),
    tokens: () => void (draft.tokens = read.count('tokens')),
  });
  return draft;
}

/** Real engines send negative ones too: their numbers are differences of what was free on the device. */
function readGib(read: TokenReader): number {
  const word = read.word('GiB');
  return /^-?\d+(?:\.\d{1,3})?$/.test(word) ? Number(word) : read.fail(`${word} is not a number of GiB`);
}

function readLevel(read: TokenReader): 1 | 2 {
  const level = read.count('a level of sleep');
  if (level === 1 || level === 2) return level;
  return read.fail(`${level} is not a level of sleep: 1 or 2`);
}
