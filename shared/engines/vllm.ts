// vLLM: its titles, its servers (standalone, and as verl, OpenRLHF and NeMo-RL start it), what its tree misses on Ray.
import { reason, type Reason } from '../base/reason.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { flagValue, rayActorClass, readCommandLine } from './command-line.ts';
import { readRank, type EngineDefinition, type TitledPart } from './engine-definition.ts';

/** The prefix can be configured (VLLM_PROCESS_NAME_PREFIX); such engines are found by their server. */
const TITLE = /^VLLM::(EngineCore|Worker|DPCoordinator)(?=[_:\s]|$)(\S*)/;
/** Before titles were set: the name of PyTorch's main thread with the worker behind it. */
const OLD_WORKER = /^pt_main_thread\s+Worker(_\S+)?/;

const ROLES: Readonly<Record<string, string>> = {
  EngineCore: 'engine-core',
  Worker: 'worker',
  DPCoordinator: 'data-parallel-controller',
};

const SERVING_ACTORS = new Set([
  'vLLMHttpServer',
  'RolloutRayActor',
  'VllmGenerationWorker',
  'VllmAsyncGenerationWorker',
  'LLMRayActor',
]);

function part(process: HostProcess): TitledPart | undefined {
  const match = TITLE.exec(process.title);
  const role = ROLES[match?.[1] ?? ''];
  if (role !== undefined) return { role, rank: readRank(match?.[2] ?? '') };
  const old = OLD_WORKER.exec(process.title);
  return old === null ? undefined : { role: 'worker', rank: readRank(old[1] ?? '') };
}

function isServer({ title }: HostProcess): boolean {
  if (/^VLLM::APIServer(?=[_:\s]|$)/.test(title)) return true;
  if (SERVING_ACTORS.has(rayActorClass(title) ?? '')) return true;
  const line = readCommandLine(title);
  if (line.module?.startsWith('vllm.entrypoints.') === true && /api_server$|cli\.main$/.test(line.module)) return true;
  const isCli = line.program === 'vllm' || line.script === 'vllm' || line.module === 'vllm';
  return isCli && line.rest[0] === 'serve';
}

/** With the Ray executor the workers are actors of their own, siblings of the engine under raylet. */
function incomplete(members: readonly HostProcess[], outside: readonly HostProcess[]): Reason[] {
  const [root] = members;
  if (root === undefined) return [];
  if (flagValue(readCommandLine(root.title), '--distributed-executor-backend') === 'ray') {
    return [reason('tree-incomplete', `pid ${root.pid} uses the Ray executor`)];
  }
  const hasWorkers = members.some((member) => part(member)?.role === 'worker');
  const wrappers = outside.filter((process) => rayActorClass(process.title)?.startsWith('RayWorker') === true);
  if (hasWorkers || wrappers.length === 0) return [];
  const pids = wrappers.map((process) => process.pid).join(', ');
  return [reason('tree-incomplete', `pid ${root.pid} has no workers, and Ray workers run beside it (pid ${pids})`)];
}

export const VLLM: EngineDefinition = {
  kind: 'vllm',
  patterns: [
    'VLLM::',
    'vllm serve',
    'vllm.entrypoints',
    'pt_main_thread Worker',
    'ray::vLLMHttpServer',
    'ray::RolloutRayActor',
    'ray::Vllm',
    'ray::LLMRayActor',
    'ray::RayWorker',
  ],
  part,
  isServer,
  httpHolder: 'server',
  incomplete,
};
