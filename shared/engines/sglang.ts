// SGLang: its titles, its servers (standalone, and as MILES, slime, NeMo-RL and verl start it), what its tree misses.
import { reason, type Reason } from '../base/reason.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { rayActorClass, readCommandLine } from './command-line.ts';
import { cutRole, readRank, type EngineDefinition, type EngineTree, type TitledPart } from './engine-definition.ts';
import { missingRanks } from './node-share.ts';

/** The title is one string from its beginning: text further on is somebody's argument. */
const TITLE = /^sglang::(scheduler|detokenizer|data_parallel_controller|tokenizer_worker|server)(?=[_:\s]|$)(\S*)/;

const ROLES: Readonly<Record<string, string>> = {
  scheduler: 'scheduler',
  detokenizer: 'detokenizer',
  data_parallel_controller: 'data-parallel-controller',
  tokenizer_worker: 'tokenizer-worker',
};

function part(process: HostProcess): TitledPart | undefined {
  if (process.title === '') return cutRole(process.comm, 'sglang::', ROLES);
  const match = TITLE.exec(process.title);
  const role = ROLES[match?.[1] ?? ''];
  return role === undefined ? undefined : { role, rank: readRank(match?.[2] ?? '') };
}

/**
 * `python -m sglang.launch_server`, `sglang serve`, the file sglang/launch_server.py, ROLL's `sglang::server`, and verl's actor
 * that serves HTTP itself. MILES' and slime's actor does not serve: its spawn stub does, found above the scheduler.
 */
function isServer({ title }: HostProcess): boolean {
  if (/^sglang::server(?=[_:\s]|$)/.test(title)) return true;
  if (rayActorClass(title) === 'SGLangHttpServer') return true;
  const line = readCommandLine(title);
  if (line.module === 'sglang.launch_server' || isLauncherFile(line.scriptPath)) return true;
  const isCli = line.program === 'sglang' || line.script === 'sglang' || line.module === 'sglang';
  return (isCli || line.module === 'sglang.cli.main') && line.rest[0] === 'serve';
}

/** Not sglang_router/launch_server.py, which starts several engines, and not a file of the user with that name. */
function isLauncherFile(path: string | undefined): boolean {
  return path !== undefined && /(?:^|\/)sglang\/launch_server\.py$/.test(path);
}

/** With use_ray the schedulers are Ray actors, siblings of the engine under raylet. */
function incomplete({ root, members, outside }: EngineTree): Reason[] {
  if (readCommandLine(root.title).words.includes('--use-ray')) {
    return [reason('tree-incomplete', `pid ${root.pid} runs with --use-ray`)];
  }
  const schedulers = members.filter((member) => part(member)?.role === 'scheduler').length;
  const actors = outside.filter((process) => rayActorClass(process.title) === 'SchedulerActor');
  if (schedulers === 0 && actors.length > 0) {
    const pids = actors.map((process) => process.pid).join(', ');
    return [reason('tree-incomplete', `pid ${root.pid} has no scheduler, and Ray runs some beside it (pid ${pids})`)];
  }
  return missingRanks(root, schedulers);
}

export const SGLANG: EngineDefinition = {
  kind: 'sglang',
  patterns: [
    'sglang::',
    'sglang.launch_server',
    'launch_server.py',
    'sglang serve',
    'sglang.cli',
    'ray::SGLang',
    'ray::SchedulerActor',
  ],
  part,
  memoryRoles: new Set(['scheduler']),
  isServer,
  serverRole: () => 'server',
  startingActors: new Set(['SGLangEngine', 'SGLangGenerationWorker']),
  // MILES, slime and NeMo-RL: the spawned process serves, and never gets a title.
  httpHolders: new Set(['server', 'spawn-parent']),
  incomplete,
};
