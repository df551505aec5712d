// Nodes over time whose truth is known by construction: what each engine really holds at each look, whatever is shown of it.
import { Random } from './random.ts';

/** MiB on each GPU, by its place. */
export type Sizes = ReadonlyMap<number, number>;

/** What is wrong with one look at a node. */
export type Fault =
  | { readonly kind: 'row-left-out'; readonly pid: number }
  | { readonly kind: 'row-without-number'; readonly pid: number }
  | { readonly kind: 'used-without-number'; readonly gpu: number }
  | { readonly kind: 'list-refused'; readonly gpu: number }
  | { readonly kind: 'driver-silent' }
  | { readonly kind: 'scan-cut'; readonly pid: number }
  | { readonly kind: 'opening-late'; readonly gpu: number; readonly used: number };

export interface TrueProcess {
  readonly pid: number;
  readonly startTicks: number;
  /** undefined: a child of process 1. */
  readonly parent: number | undefined;
  readonly title: string;
  readonly holds: Sizes;
  /** It ended, and its memory is still there: listed under its pid, or for nobody. */
  readonly ended?: 'listed' | 'unlisted';
}

export interface TrueEngine {
  /** Stays the same over restarts. */
  readonly port: number;
  readonly rootPid: number;
  /** Its processes that live, and those that ended while their memory stayed. */
  readonly processes: readonly TrueProcess[];
  readonly state: 'awake' | 'falling' | 'asleep' | 'waking';
  /** From 1; of the sleep that it is in, or was in last. 0 before the first. */
  readonly sleep: number;
}

export interface TrueLook {
  readonly atMs: number;
  readonly boot: number;
  readonly engines: readonly TrueEngine[];
  /** What is left of engines whose server died: children of process 1 by now. */
  readonly orphans: readonly TrueProcess[];
  readonly others: readonly TrueProcess[];
  /** Used on each GPU beside all of those, and listed for nobody: what contexts take, and jobs in other namespaces. */
  readonly unlisted: readonly number[];
  /** Of each GPU, what two processes share: it is listed under both, and used once. */
  readonly shared: readonly number[];
  readonly faults: readonly Fault[];
}

export interface TrueNode {
  readonly seed: number;
  readonly gpus: number;
  readonly hasBusColumn: boolean;
  readonly isInner: boolean;
  readonly looks: readonly TrueLook[];
}

export interface TrueOptions {
  /** Nothing is ever wrong with a look, and nobody is left out. */
  readonly isClean?: boolean;
  readonly looks?: number;
}

interface Plan {
  readonly port: number;
  readonly ranks: number;
  readonly gpuOf: readonly number[];
  readonly awake: readonly number[];
  readonly left: readonly number[];
  readonly leak: number;
  readonly foreign: number;
  readonly saysTp: boolean;
  readonly style: 'sglang' | 'vllm';
}

/** The same seed gives the same node. */
export function trueNode(seed: number, { isClean = false, looks: count = 40 }: TrueOptions = {}): TrueNode {
  const random = new Random(seed);
  const gpus = random.pick([1, 2, 2, 4, 8]);
  const hasBusColumn = isClean || random.chance(0.95);
  const isInner = !isClean && random.chance(0.04);
  const lives = Array.from(
    { length: random.pick([1, 1, 2, 3]) },
    (_, at) => new Life(planOf(random, gpus, at), random),
  );
  const trainer = random.chance(0.5);
  const sharesMemory = !isClean && random.chance(0.15);
  const hasStranger = !isClean && random.chance(0.2);
  const looks: TrueLook[] = [];
  let atMs = Date.UTC(2026, 0, 31, 12, 0, 0);
  let boot = 1;
  for (let at = 0; at < count; at += 1) {
    atMs += random.chance(0.03) ? random.between(20_000, 60_000) : random.between(900, 2_500);
    if (!isClean && random.chance(0.01)) {
      boot += 1;
      for (const life of lives) life.reboot();
    }
    for (const life of lives) life.step(isClean);
    const engines = lives.flatMap((life) => life.seen());
    const orphans = lives.flatMap((life) => life.orphans);
    const isBusy = engines.some(({ state }) => state === 'asleep');
    const others: TrueProcess[] = [];
    if (trainer) {
      for (let gpu = 0; gpu < gpus; gpu += 1) {
        const title = 'ray::MegatronTrainRayActor.train';
        others.push(process(900_000 + gpu, title, [[gpu, isBusy ? 20_000 + random.between(0, 40) : 2_100]]));
      }
    }
    const shared = Array.from({ length: gpus }, () => (sharesMemory ? 6_000 : 0));
    if (sharesMemory) {
      for (const pid of [910_001, 910_002]) {
        others.push(
          process(
            pid,
            'python share.py',
            Array.from({ length: gpus }, (_, gpu) => [gpu, 6_000]),
          ),
        );
      }
    }
    const unlisted = Array.from(
      { length: gpus },
      () => random.between(3, 30) + (hasStranger && random.chance(0.5) ? 9_000 : 0),
    );
    const faults = isClean ? [] : faultsOf(random, engines, gpus);
    looks.push({ atMs, boot, engines, orphans, others, unlisted, shared, faults });
  }
  return { seed, gpus, hasBusColumn, isInner, looks };
}

function process(pid: number, title: string, holds: readonly (readonly [number, number])[]): TrueProcess {
  return { pid, startTicks: 50_000 + (pid % 1_000), parent: undefined, title, holds: new Map(holds) };
}

function planOf(random: Random, gpus: number, at: number): Plan {
  const ranks = random.pick([1, 2, 2, 4, 8]);
  const first = random.between(0, gpus - 1);
  // More ranks than GPUs share them.
  const gpuOf = Array.from({ length: ranks }, (_, rank) => (first + rank) % gpus);
  const level = random.between(4_000, 9_000);
  const isUneven = ranks > 1 && random.chance(0.2);
  // Of an engine of which one rank keeps all the others let go of most: less is no sleep that sizes can tell.
  const stays = isUneven ? 300 : random.pick([300, 900, 1_741, 2_900]);
  return {
    port: 30_000 + at * 100,
    ranks,
    gpuOf,
    awake: gpuOf.map(() => level + random.between(0, 60)),
    left: gpuOf.map((_, rank) => (isUneven && rank === ranks - 1 ? level : stays + random.between(0, 40))),
    leak: random.pick([0, 0, 0, 200]),
    foreign: random.chance(0.15) ? 516 : 0,
    saysTp: random.chance(0.6),
    style: random.chance(0.75) ? 'sglang' : 'vllm',
  };
}

/** One engine by its role, over all its lives. */
class Life {
  readonly #plan: Plan;
  readonly #random: Random;
  #pid: number;
  #life = 0;
  #state: TrueEngine['state'] | 'away' = 'away';
  #left: number;
  /** 0 asleep, 1 awake. */
  #level = 1;
  #sleep = 0;
  #dead: { readonly rank: number; readonly ended: 'listed' | 'unlisted' } | undefined;
  #jitter: number[] = [];
  /** Its ranks, where its server died before them. */
  #orphans: TrueProcess[] = [];
  #orphanLooks = 0;

  constructor(plan: Plan, random: Random) {
    this.#plan = plan;
    this.#random = random;
    this.#pid = plan.port;
    this.#left = random.between(0, 2);
  }

  get orphans(): readonly TrueProcess[] {
    return this.#orphans;
  }

  reboot(): void {
    this.#orphans = [];
    this.#begin();
  }

  step(isClean: boolean): void {
    const random = this.#random;
    // Eight ranks on one GPU together stay within what counts as one level.
    this.#jitter = this.#plan.awake.map(() => random.between(-3, 3));
    this.#left -= 1;
    this.#orphanLooks -= 1;
    if (this.#orphanLooks < 0) this.#orphans = [];
    if (this.#left > 0) return;
    switch (this.#state) {
      case 'away':
        this.#begin();
        break;
      case 'awake':
        if (!isClean && this.#dead === undefined && this.#plan.ranks > 1 && random.chance(0.06)) {
          this.#dead = {
            rank: random.between(1, this.#plan.ranks - 1),
            ended: random.pick(['listed', 'unlisted'] as const),
          };
        }
        if (!isClean && random.chance(0.1)) {
          this.#end();
          break;
        }
        this.#sleep += 1;
        this.#go(random.chance(0.4) ? 'falling' : 'asleep');
        break;
      case 'falling':
        this.#go('asleep');
        break;
      case 'asleep':
        if (!isClean && random.chance(0.08)) {
          this.#end();
          break;
        }
        this.#go(random.chance(0.3) ? 'waking' : 'awake');
        break;
      case 'waking':
        this.#go('awake');
        break;
    }
  }

  #begin(): void {
    const { port } = this.#plan;
    this.#life += 1;
    // Every third life has the pids of the first again.
    this.#pid = port + (this.#life % 3) * 10_000;
    this.#dead = undefined;
    this.#go('awake');
  }

  #end(): void {
    if (this.#random.chance(0.4) && this.#dead === undefined) {
      const ranks = this.seen().flatMap(({ processes }) => processes.filter(({ holds }) => holds.size > 0));
      this.#orphans = ranks.map((rank) => ({ ...rank, parent: undefined }));
      this.#orphanLooks = this.#random.between(2, 12);
    }
    this.#state = 'away';
    this.#left = this.#random.between(1, 4);
  }

  #go(state: TrueEngine['state']): void {
    this.#state = state;
    const random = this.#random;
    this.#left = state === 'falling' || state === 'waking' ? random.between(1, 3) : random.between(4, 9);
    this.#level = { awake: 1, falling: random.pick([0.6, 0.35]), asleep: 0, waking: 0.3 }[state];
  }

  seen(): TrueEngine[] {
    const state = this.#state;
    if (state === 'away') return [];
    const { port, ranks, gpuOf, saysTp, style, foreign } = this.#plan;
    const root = this.#pid;
    const startTicks = 1_000 + this.#life * 400;
    const sizes = saysTp && ranks > 1 ? (style === 'vllm' ? ` --tensor-parallel-size ${ranks}` : ` --tp ${ranks}`) : '';
    const server =
      style === 'vllm'
        ? `/usr/bin/python3 /usr/local/bin/vllm serve m${sizes} --port ${port}`
        : `python -m sglang.launch_server --model-path m${sizes} --port ${port}`;
    const base = { startTicks, holds: new Map<number, number>() };
    const all: TrueProcess[] = [{ ...base, pid: root, parent: undefined, title: server }];
    if (style === 'sglang') all.push({ ...base, pid: root + 90, parent: root, title: 'sglang::detokenizer' });
    for (let rank = 0; rank < ranks; rank += 1) {
      const holds = new Map([[gpuOf[rank] ?? 0, this.#sizeOf(rank)]]);
      const at = gpuOf[0] ?? 0;
      if (rank === 1 && foreign > 0 && gpuOf[1] !== at) holds.set(at, foreign);
      const title = style === 'vllm' ? `VLLM::Worker_TP${rank}` : `sglang::scheduler_TP${rank}`;
      const ended = this.#dead?.rank === rank ? { ended: this.#dead.ended } : {};
      all.push({ startTicks: startTicks + 5 + rank, holds, pid: root + 1 + rank, parent: root, title, ...ended });
    }
    return [{ port, rootPid: root, processes: all, state, sleep: this.#sleep }];
  }

  #sizeOf(rank: number): number {
    const { awake, left, leak } = this.#plan;
    const high = awake[rank] ?? 0;
    const stays = left[rank] ?? 0;
    // A sleep that frees next to nothing is none that sizes alone can tell.
    const low = stays > high / 2 ? Math.min(stays, high) : Math.min(high * 0.6, stays + leak * this.#sleep);
    // What ended holds what it held.
    const level = this.#dead?.rank === rank ? 1 : this.#level;
    return Math.round(low + (high - low) * level) + (this.#dead?.rank === rank ? 0 : (this.#jitter[rank] ?? 0));
  }
}

function faultsOf(random: Random, engines: readonly TrueEngine[], gpus: number): Fault[] {
  if (!random.chance(0.2)) return [];
  const ranks = engines.flatMap(({ processes }) =>
    processes.filter(({ holds, ended }) => holds.size > 0 && ended === undefined),
  );
  const { pid } = ranks.length === 0 ? { pid: 0 } : random.pick(ranks);
  const gpu = random.between(0, gpus - 1);
  return [
    random.pick<Fault>([
      { kind: 'row-left-out', pid },
      { kind: 'row-left-out', pid },
      { kind: 'row-left-out', pid },
      { kind: 'row-without-number', pid },
      { kind: 'used-without-number', gpu },
      { kind: 'list-refused', gpu },
      { kind: 'driver-silent' },
      { kind: 'scan-cut', pid },
      { kind: 'scan-cut', pid },
      { kind: 'opening-late', gpu, used: random.between(100, 30_000) },
    ]),
  ];
}

/** What an engine really holds: `living` of its processes that live, `all` also of those that ended, listed or not. */
export function heldBy({ processes }: TrueEngine, which: 'living' | 'listed' | 'all'): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { holds, ended } of processes) {
    if ((which === 'living' && ended !== undefined) || (which === 'listed' && ended === 'unlisted')) continue;
    for (const [gpu, mib] of holds) sums.set(gpu, (sums.get(gpu) ?? 0) + mib);
  }
  return sums;
}

/** On its fullest GPU. */
export function fullest(sums: ReadonlyMap<number, number>): number {
  return Math.max(0, ...sums.values());
}

/** What is really used on a GPU. */
export function usedOn(gpu: number, { engines, orphans, others, unlisted, shared }: TrueLook): number {
  const all = [...engines.flatMap(({ processes }) => processes), ...orphans, ...others];
  const held = all.reduce((sum, { holds }) => sum + (holds.get(gpu) ?? 0), 0);
  return held + (unlisted[gpu] ?? 0) - (shared[gpu] ?? 0);
}
