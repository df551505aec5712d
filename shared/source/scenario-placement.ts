// Gives the processes of a scenario their pids, parents and start times, as one kernel would have given them.
import type { Scenario, ScenarioProcess } from './scenario.ts';

export interface PlacedProcess {
  readonly process: ScenarioProcess;
  readonly pid: number;
  readonly ppid: number;
  readonly startTicks: number;
}

export interface Placement {
  readonly processes: readonly PlacedProcess[];
  /** The pid of each label, also of processes that are gone. */
  readonly pids: ReadonlyMap<string, number>;
}

/** Where real kernels are after boot; small enough to read in a table. */
const FIRST_PID = 4001;
/** Between two processes: parents start before their children, and pids are not neighbours on a busy node. */
const PID_STEP = 7;
/**
 * Soon after boot, and close together: a played tree is read beside this machine's own clock, which a new machine has
 * started minutes ago, and a process that began after its rows were read is a reused pid.
 */
const FIRST_START_TICKS = 100;
const INIT_PID = 1;

/**
 * Places a scenario. Labels in `before` keep the pid they had, so that a scenario that goes on keeps its processes; others
 * get the next free one. The same scenario always gets the same pids.
 */
export function placeScenario(scenario: Scenario, before: ReadonlyMap<string, number> = new Map()): Placement {
  const pids = new Map(before);
  const taken = new Set([...before.values(), ...scenario.processes.flatMap((each) => each.pid ?? [])]);
  const fresh = freePids(taken);
  for (const each of scenario.processes) {
    if (each.pid !== undefined) pids.set(each.label, each.pid);
    else if (!pids.has(each.label)) pids.set(each.label, fresh());
  }
  for (const { who } of scenario.gone) if (typeof who === 'string' && !pids.has(who)) pids.set(who, fresh());
  const processes = scenario.processes.map((process) => {
    const pid = pidOf(pids, process.label);
    return {
      process,
      pid,
      ppid: process.parent === undefined ? INIT_PID : pidOf(pids, process.parent),
      startTicks: process.startTicks ?? startOf(pid),
    };
  });
  return { processes, pids };
}

export function pidOf(pids: ReadonlyMap<string, number>, label: string): number {
  const pid = pids.get(label);
  if (pid === undefined) throw new Error(`no process ${label} was placed`);
  return pid;
}

function freePids(taken: Set<number>): () => number {
  let next = FIRST_PID;
  return () => {
    while (taken.has(next)) next += PID_STEP;
    taken.add(next);
    return next;
  };
}

/** Later pids started later. Whole and never negative, also for pids that the scenario chose. */
function startOf(pid: number): number {
  return FIRST_START_TICKS + Math.floor(pid / PID_STEP);
}
