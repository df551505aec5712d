// SGLang: its titles, its servers (standalone, and as MILES, slime, NeMo-RL and verl start it), what its tree misses.
import { reason } from '../base/reason.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { rayActorClass, readCommandLine } from './command-line.ts';
import { readRank, type EngineDefinition, type TitledPart } from './engine-definition.ts';

/** The title is one string from its beginning: text further on is somebody's argument. */
const TITLE = /^sglang::(scheduler|detokenizer|data_parallel_controller|tokenizer_worker|server)(?=[_:\s]|$)(\S*)/;

const ROLES: Readonly<Record<string, string>> = {
  scheduler: 'scheduler',
  detokenizer: 'detokenizer',
  data_parallel_controller: 'data-parallel-controller',
  tokenizer_worker: 'tokenizer-worker',
};

function part(process: HostProcess): TitledPart | undefined {
  const match = TITLE.exec(process.title);
  const role = ROLES[match?.[1] ?? ''];
  return role === undefined ? undefined : { role, rank: readRank(match?.[2] ?? '') };
}

/**
 * `python -m sglang.launch_server`, `sglang serve`, a script launch_server.py, ROLL's `sglang::server`, and verl's actor
 * that serves HTTP itself. MILES' and slime's actor does not serve: its spawn stub does, found above the scheduler.
 */
function isServer({ title }: HostProcess): boolean {
  if (/^sglang::server(?=[_:\s]|$)/.test(title)) return true;
  if (rayActorClass(title) === 'SGLangHttpServer') return true;
  const line = readCommandLine(title);
  if (line.module === 'sglang.launch_server' || line.script === 'launch_server.py') return true;
  const isCli = line.program === 'sglang' || line.script === 'sglang' || line.module === 'sglang';
  return isCli && line.rest[0] === 'serve';
}

export const SGLANG: EngineDefinition = {
  kind: 'sglang',
  patterns: ['sglang::', 'sglang.launch_server', 'launch_server.py', 'sglang serve', 'ray::SGLang'],
  part,
  isServer,
  httpHolder: 'server',
  incomplete: ([root]) => {
    // With use_ray the schedulers are Ray actors, siblings under raylet.
    const words = root === undefined ? [] : readCommandLine(root.title).words;
    return words.includes('--use-ray') ? [reason('tree-incomplete', `pid ${root?.pid} runs with --use-ray`)] : [];
  },
};
