// Training processes: they share GPUs with engines and are not judged, but their memory must have a name.
import type { Pid } from '../model/ids.ts';
import type { ProcessTree } from '../model/process-tree.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { rayActorClass, readCommandLine } from './command-line.ts';

/**
 * Class names of training actors: MILES and slime (MegatronTrainRayActor, FSDPTrainRayActor), verl (WorkerDict,
 * ActorRolloutRefWorker), OpenRLHF (PolicyModelActor, ReferenceModelActor), NeMo-RL (MegatronPolicyWorker), ROLL
 * (ActorWorker, CriticWorker).
 */
const TRAINING_ACTOR =
  /Train|Megatron|FSDP|DeepSpeed|DTensor|PolicyWorker|PolicyModel|Critic|Reference|RewardModel|ActorRolloutRef|WorkerDict|ModelActor|ModelRayActor|^ActorWorker/;

const LAUNCHERS = new Set(['torchrun', 'deepspeed', 'accelerate']);
const LAUNCHER_MODULES =
  /^(?:torch\.distributed\.(?:run|launch|launcher)|deepspeed\.launcher\.\w+|accelerate\.commands\.launch)$/;

/**
 * A training actor, a rank of a launcher, or what one of them started. The nearest Ray actor decides, and a raylet ends
 * the question: Ray's own processes may run below a launcher, with actors of every kind below them.
 */
export function isTrainer(process: HostProcess, tree: ProcessTree): boolean {
  for (const each of [process, ...tree.ancestorsOf(process.pid)]) {
    if (rayActorClass(each.title) !== undefined || isLauncher(each)) return isTrainingItself(each);
    if (each.comm === 'raylet') return false;
  }
  return false;
}

/** A trainer below an engine's root is no part of the engine, and neither is what it started. */
export function isBelowTrainer(process: HostProcess, root: HostProcess, tree: ProcessTree): boolean {
  for (let each = process; each.pid !== root.pid;) {
    if (isTrainingItself(each)) return true;
    const parent = tree.parentOf(each.pid);
    if (parent === undefined) return false;
    each = parent;
  }
  return false;
}

function isTrainingItself(process: HostProcess): boolean {
  const actor = rayActorClass(process.title);
  return actor === undefined ? isLauncher(process) : TRAINING_ACTOR.test(actor);
}

/** It starts ranks of a trainer and holds nothing itself. */
export function isLauncher({ title }: HostProcess): boolean {
  const line = readCommandLine(title);
  if (LAUNCHERS.has(line.program) || LAUNCHERS.has(line.script ?? '')) return true;
  return line.module !== undefined && LAUNCHER_MODULES.test(line.module);
}

/** All of them but those that belong to an engine. */
export function findTrainers(
  processes: Iterable<HostProcess>,
  tree: ProcessTree,
  inEngines: ReadonlySet<Pid>,
): Set<Pid> {
  const trainers = new Set<Pid>();
  for (const process of processes) {
    if (!inEngines.has(process.pid) && isTrainer(process, tree)) trainers.add(process.pid);
  }
  return trainers;
}
