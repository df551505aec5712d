// vLLM: its titles, its servers (standalone, and as verl, OpenRLHF and NeMo-RL start it), what its tree misses on Ray.
import { reason, type Reason } from '../base/reason.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { flagValue, rayActorClass, readCommandLine } from './command-line.ts';
import { cutRole, readRank, type EngineDefinition, type EngineTree, type TitledPart } from './engine-definition.ts';
import { missingRanks } from './node-share.ts';

/** The prefix can be configured (VLLM_PROCESS_NAME_PREFIX). `ray::Worker` is an actor of that class. */
const TITLE = /^(?!ray::)([\w.-]+)::(EngineCore|Worker|DPCoordinator)(?=[_:\s]|$)(\S*)/;
const API_SERVER = /^(?!ray::)[\w.-]+::APIServer(?=[_:\s]|$)/;
/** Before titles were set: the name of PyTorch's main thread with the worker behind it. */
const OLD_WORKER = /^pt_main_thread\s+Worker(_\S+)?/;

const ROLES: Readonly<Record<string, string>> = {
  EngineCore: 'engine-core',
  Worker: 'worker',
  DPCoordinator: 'data-parallel-controller',
};

/** verl, today and before. */
const HTTP_ACTORS = new Set(['vLLMHttpServer', 'AsyncvLLMServer']);

/** OpenRLHF and NeMo-RL: they hold the engine and answer no HTTP, so their sockets are not to be spoken to. */
const QUIET_ACTORS = new Set([
  'RolloutRayActor',
  'VllmGenerationWorker',
  'VllmAsyncGenerationWorker',
  'LLMRayActor',
  'LLMRayActorAsync',
]);

function part(process: HostProcess): TitledPart | undefined {
  if (process.title === '') return cutRole(process.comm, 'VLLM::', ROLES);
  const [, prefix, name = '', suffix = ''] = TITLE.exec(process.title) ?? [];
  const role = ROLES[name];
  if (role !== undefined) {
    const rank = readRank(suffix);
    // Other programs have workers too; with another prefix, the rank makes it vLLM's.
    return prefix === 'VLLM' || name !== 'Worker' || rank !== null ? { role, rank } : undefined;
  }
  const old = OLD_WORKER.exec(process.title);
  return old === null ? undefined : { role: 'worker', rank: readRank(old[1] ?? '') };
}

function isServer({ title }: HostProcess): boolean {
  if (API_SERVER.test(title)) return true;
  const actor = rayActorClass(title);
  if (actor !== undefined) return HTTP_ACTORS.has(actor) || QUIET_ACTORS.has(actor);
  const line = readCommandLine(title);
  if (line.module !== undefined && /^vllm\.entrypoints\.(?:\w+\.)*(?:api|grpc)_server$/.test(line.module)) return true;
  const isModule = line.module === 'vllm' || line.module === 'vllm.entrypoints.cli.main';
  const isCli = line.program === 'vllm' || line.script === 'vllm' || isModule;
  return isCli && line.rest[0] === 'serve';
}

function serverRole({ title }: HostProcess): 'server' | 'api-server' | 'ray-actor' {
  if (API_SERVER.test(title)) return 'api-server';
  return QUIET_ACTORS.has(rayActorClass(title) ?? '') ? 'ray-actor' : 'server';
}

/**
 * With the Ray executor the workers are actors of their own, siblings of the engine under raylet, and no title says to
 * which engine they belong. An engine with workers in its tree uses multiprocessing and is whole. One without may have
 * its only rank in EngineCore; under Ray nothing tells that from the Ray executor, so it is not taken for whole.
 */
function incomplete({ root, members, outside, underRay }: EngineTree): Reason[] {
  const line = readCommandLine(root.title);
  const executor = flagValue(line, '--distributed-executor-backend', '--distributed_executor_backend');
  if (executor === 'ray' || flagValue(line, '--data-parallel-backend', '-dpb') === 'ray') {
    return [reason('tree-incomplete', `pid ${root.pid} uses the Ray executor`)];
  }
  const workers = members.filter((member) => part(member)?.role === 'worker').length;
  if (workers > 0) return missingRanks(root, workers);
  if (executor === 'mp' || executor === 'uni') return [];
  const wrappers = outside.filter((process) => rayActorClass(process.title)?.startsWith('RayWorker') === true);
  if (wrappers.length > 0) {
    const pids = wrappers.map((process) => process.pid).join(', ');
    return [reason('tree-incomplete', `pid ${root.pid} has no workers, and Ray workers run beside it (pid ${pids})`)];
  }
  return underRay ? [reason('tree-incomplete', `pid ${root.pid} runs under Ray and has no workers below it`)] : [];
}

export const VLLM: EngineDefinition = {
  kind: 'vllm',
  patterns: [
    'VLLM::',
    '::EngineCore',
    '::Worker_',
    '::DPCoordinator',
    '::APIServer',
    'vllm serve',
    'vllm.entrypoints',
    'pt_main_thread Worker',
    'ray::vLLMHttpServer',
    'ray::AsyncvLLMServer',
    'ray::RolloutRayActor',
    'ray::Vllm',
    'ray::LLMRayActor',
    'ray::RayWorker',
  ],
  part,
  memoryRoles: new Set(['engine-core', 'worker']),
  isServer,
  serverRole,
  startingActors: new Set(),
  httpHolders: new Set(['server', 'api-server']),
  incomplete,
};
