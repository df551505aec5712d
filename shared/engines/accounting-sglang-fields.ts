// The allow-list of SGLang's answers, as data with a reason for each field, and how an answer is cut down to it.
import type { RawFields, RefusedField } from '../model/accounting.ts';
import type { Picked } from './accounting.ts';
import { kindOf, pickFields, type FieldRule } from './accounting-fields.ts';
import { isObject, own, type Body, type JsonObject } from './accounting-json.ts';

/**
 * All that may leave the reader of `/server_info`'s top level. It also holds api_key, admin_api_key,
 * ssl_keyfile_password, env_vars and the like, in plain text, and once more in every internal state.
 */
export const SERVER_INFO_FIELDS: readonly FieldRule[] = [
  { name: 'model_path', type: 'text', why: 'names the model beside its numbers' },
  { name: 'served_model_name', type: 'text', why: 'the name that the run uses for the model' },
  { name: 'version', type: 'text', why: 'tells the generation of the numbers; evidence needs it' },
  { name: 'weight_version', type: 'text', why: 'tells one weight push from the next over cycles' },
  { name: 'status', type: 'word', why: 'tells an engine that is still starting' },
  { name: 'host', type: 'text', why: 'shows where the engine thinks it listens, beside where it really does' },
  { name: 'port', type: 'count', why: 'the same; 0 or wrong under some frameworks' },
  { name: 'device', type: 'word', why: 'resident memory of a GPU means nothing for an engine on a CPU' },
  { name: 'tp_size', type: 'count', why: 'an entry is one rank of this many; NCCL memory grows with it' },
  { name: 'pp_size', type: 'count', why: 'an entry is one stage of this many' },
  { name: 'dp_size', type: 'count', why: 'says how many entries there must be' },
  { name: 'ep_size', type: 'count', why: 'explains weights that differ between ranks' },
  { name: 'enable_dp_attention', type: 'flag', why: 'changes which ranks share a GPU group' },
  { name: 'nnodes', type: 'count', why: 'above 1, part of the engine is on another node' },
  { name: 'node_rank', type: 'count', why: 'above 0, this node does not answer for the engine' },
  { name: 'base_gpu_id', type: 'count', why: 'helps to find the engine of a card by hand; no identity' },
  { name: 'mem_fraction_static', type: 'number', why: 'explains the size of the pool' },
  { name: 'enable_memory_saver', type: 'flag', why: 'false: a release answers 200 and frees nothing' },
  { name: 'enable_weights_cpu_backup', type: 'flag', why: 'true: weights move to host memory on release' },
  { name: 'disable_cuda_graph', type: 'flag', why: 'true: there is no graph memory to release' },
  { name: 'cpu_offload_gb', type: 'number', why: 'weights that were never on the GPU' },
  { name: 'speculative_algorithm', type: 'word', why: 'a draft model has weights and graphs of its own' },
  { name: 'disaggregation_mode', type: 'word', why: 'a prefill or decode engine holds transfer buffers' },
  { name: 'use_ray', type: 'flag', why: 'true: schedulers live outside the process tree' },
];

/** Of `internal_states[i].memory_usage`. */
export const MEMORY_USAGE_FIELDS: readonly FieldRule[] = [
  { name: 'weight', type: 'number', why: 'part of the sum; GiB' },
  { name: 'kvcache', type: 'number', why: 'part of the sum; GiB' },
  { name: 'graph', type: 'number', why: 'part of the sum; GiB; since 2026 an object of phases' },
  { name: 'token_capacity', type: 'count', why: 'tells a pool that changed from one that did not' },
  { name: 'token_capacity_swa', type: 'count', why: 'the same for sliding-window layers' },
  { name: 'startup_available', type: 'number', why: 'free GiB of the device when the engine had started' },
];

/** The phases of `graph` that every engine of that generation sends. */
export const GRAPH_PHASES: readonly FieldRule[] = [
  { name: 'prefill', type: 'number', why: 'part of graph; GiB' },
  { name: 'decode', type: 'number', why: 'part of graph; GiB' },
  { name: 'target_verify', type: 'number', why: 'part of graph; GiB' },
  { name: 'draft_prefill', type: 'number', why: 'part of graph; GiB' },
  { name: 'draft_decode', type: 'number', why: 'part of graph; GiB' },
  { name: 'draft_extend', type: 'number', why: 'part of graph; GiB' },
];

export const LOADS_FIELDS: readonly FieldRule[] = [
  { name: 'version', type: 'text', why: 'tells the generation of the numbers; evidence needs it' },
];

export const LOAD_FIELDS: readonly FieldRule[] = [
  { name: 'dp_rank', type: 'count', why: 'the only place that tells which group an entry is of' },
];

/** Of `loads[i].memory`. */
export const LOAD_MEMORY_FIELDS: readonly FieldRule[] = [
  { name: 'weight_gb', type: 'number', why: 'part of the sum; GiB' },
  { name: 'kv_cache_gb', type: 'number', why: 'part of the sum; GiB' },
  { name: 'graph_gb', type: 'number', why: 'part of the sum; GiB' },
  { name: 'token_capacity', type: 'count', why: 'tells a pool that changed from one that did not' },
];

/** More data-parallel ranks than any engine has; bounds what a hostile answer can make us keep. */
const MOST_ENTRIES = 512;
const MOST_EXTRA_PHASES = 32;

/** vLLM, TensorRT-LLM and others serve a `/server_info` too: a list of internal states and a version make it SGLang's. */
export function pickServerInfo(source: JsonObject): Body<Picked> {
  const states = own(source, 'internal_states');
  if (!Array.isArray(states)) return wrongShape('internal_states is not a list');
  if (typeof own(source, 'version') !== 'string') return wrongShape('version is not a text');
  return pickList(source, 'internal_states', states, SERVER_INFO_FIELDS, (state, place) =>
    pickMemory(state, 'memory_usage', MEMORY_USAGE_FIELDS, 'graph', place),
  );
}

export function pickLoads(source: JsonObject): Body<Picked> {
  const loads = own(source, 'loads');
  if (!Array.isArray(loads)) return wrongShape('loads is not a list');
  return pickList(source, 'loads', loads, LOADS_FIELDS, (load, place) => {
    const rank = pickFields(load, LOAD_FIELDS, `${place}.`);
    const memory = pickMemory(load, 'memory', LOAD_MEMORY_FIELDS, 'graph_gb', place);
    return { fields: { ...rank.fields, ...memory.fields }, refused: [...rank.refused, ...memory.refused] };
  });
}

function wrongShape(detail: string): Body<never> {
  return { ok: false, code: 'wrong-shape', detail };
}

function pickList(
  source: JsonObject,
  name: string,
  list: readonly unknown[],
  rules: readonly FieldRule[],
  pickEntry: (entry: JsonObject, place: string) => Picked,
): Body<Picked> {
  if (list.length > MOST_ENTRIES) return wrongShape(`${name} has ${list.length} entries`);
  const top = pickFields(source, rules);
  const refused: RefusedField[] = [...top.refused];
  const entries = list.map((entry, index): RawFields => {
    const place = `${name}[${index}]`;
    if (!isObject(entry)) {
      refused.push({ field: place, was: kindOf(entry) });
      return {};
    }
    const picked = pickEntry(entry, place);
    refused.push(...picked.refused);
    return picked.fields;
  });
  return { ok: true, value: { fields: { ...top.fields, [name]: entries }, refused } };
}

function pickMemory(
  entry: JsonObject,
  name: string,
  rules: readonly FieldRule[],
  graphName: string,
  entryPlace: string,
): Picked {
  const memory = own(entry, name);
  const place = `${entryPlace}.${name}`;
  if (memory === undefined) return { fields: {}, refused: [] };
  if (!isObject(memory)) return { fields: {}, refused: [{ field: place, was: kindOf(memory) }] };
  const graph = own(memory, graphName);
  if (!isObject(graph)) {
    const { fields, refused } = pickFields(memory, rules, `${place}.`);
    return { fields: { [name]: fields }, refused };
  }
  const plain = pickFields(
    memory,
    rules.filter((rule) => rule.name !== graphName),
    `${place}.`,
  );
  const phases = pickPhases(graph, `${place}.${graphName}`);
  return {
    fields: { [name]: { ...plain.fields, [graphName]: phases.fields } },
    refused: [...plain.refused, ...phases.refused],
  };
}

/** Engines may add phases. Their memory counts; their names are the engine's text and are replaced by `other_1` … */
function pickPhases(graph: JsonObject, place: string): Picked {
  const known = pickFields(graph, GRAPH_PHASES, `${place}.`);
  const names = new Set(GRAPH_PHASES.map((rule) => rule.name));
  const others = Object.keys(graph).filter((name) => !names.has(name));
  if (others.length > MOST_EXTRA_PHASES) {
    return { fields: known.fields, refused: [...known.refused, { field: `${place}.other`, was: 'object' }] };
  }
  const renamed = Object.fromEntries(others.map((name, index) => [`other_${index + 1}`, graph[name]]));
  const rules = Object.keys(renamed).map((name): FieldRule => ({ name, type: 'number', why: 'part of graph; GiB' }));
  const extra = pickFields(renamed, rules, `${place}.`);
  return { fields: { ...known.fields, ...extra.fields }, refused: [...known.refused, ...extra.refused] };
}
