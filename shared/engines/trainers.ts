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
export const TRAINING_ACTOR =
  /Train|Megatron|FSDP|DeepSpeed|DTensor|PolicyWorker|PolicyModel|Critic|Reference|RewardModel|ActorRolloutRef|WorkerDict|ModelActor|ModelRayActor|^ActorWorker/;

const LAUNCHERS = new Set(['torchrun', 'deepspeed', 'accelerate']);
const LAUNCHER_MODULES =
  /^(?:torch\.distributed\.(?:run|launch|launcher)|deepspeed\.launcher\.\w+|accelerate\.commands\.launch)$/;

export interface Trainers {
  /** A training actor, or a launcher of ranks. */
  readonly trains: (process: HostProcess) => boolean;
  /**
   * One of those, or what it started. The nearest Ray actor decides, and a raylet ends the question: Ray's own processes
   * may run below a launcher, with actors of every kind below them.
   */
  readonly isTrainer: (process: HostProcess) => boolean;
}

/** Each process is looked at once. */
export function findTrainers(processes: Iterable<HostProcess>, tree: ProcessTree): Trainers {
  const training = new Set<Pid>();
  const bounds = new Set<Pid>();
  for (const process of processes) {
    const actor = rayActorClass(process.title);
    const trains = actor === undefined ? isLauncher(process) : TRAINING_ACTOR.test(actor);
    if (trains) training.add(process.pid);
    if (trains || actor !== undefined || process.comm === 'raylet') bounds.add(process.pid);
  }
  return {
    trains: ({ pid }) => training.has(pid),
    isTrainer: (process) => {
      const nearest = [process, ...tree.ancestorsOf(process.pid)].find(({ pid }) => bounds.has(pid));
      return nearest !== undefined && training.has(nearest.pid);
    },
  };
}

/** It starts ranks of a trainer and holds nothing itself. */
export function isLauncher({ title }: HostProcess): boolean {
  const line = readCommandLine(title);
  if (LAUNCHERS.has(line.program) || LAUNCHERS.has(line.script ?? '')) return true;
  return line.module !== undefined && LAUNCHER_MODULES.test(line.module);
}
