// How a reader does what a sentence asks for: with an option on the command line, or with a control in a window.

export type Medium = 'terminal' | 'window';

interface Ways {
  /** Ends a sentence: "Gate …: at most 3,072 MiB on any GPU, …". */
  readonly typedLimit: string;
  readonly environmentLimit: string;
  /** A sentence without its full stop. */
  readonly judgeCards: string;
  readonly again: string;
  readonly awaits: string;
  /** Where what nvidia-smi said is to be read. */
  readonly notes: string;
  readonly sayAwake: (rootPid: number) => string;
  readonly sayAsleep: string;
  readonly lookAround: string;
  readonly useRunLimit: string;
  /** In brackets, after why no address was found. */
  readonly giveAddress: (rootPid: number | null) => string;
  readonly giveKey: string;
}

export const WAYS: Readonly<Record<Medium, Ways>> = {
  terminal: {
    typedLimit: 'from --max-residual-gib',
    environmentLimit: 'from MILES_MAX_RESIDUAL_GPU_MEM_GB of this machine',
    judgeCards: '--policy whole-gpu --bus BUS,… judges the cards themselves',
    again: 'Run it again',
    awaits: 'Run it again with a larger --smi-timeout',
    notes: 'the notes above have what it said',
    sayAwake: (rootPid) => `exempt it: --expect-awake pid:${rootPid}`,
    sayAsleep: 'Leave out an --expect-awake, or name an engine that should be asleep with --engine.',
    lookAround: '"residuum probe TARGET" shows what runs there; --root-pid PID judges the tree under any process.',
    useRunLimit: '--limit-from-run judges by it',
    giveAddress: (rootPid) => ` (--endpoint pid:${rootPid}=HOST:PORT)`,
    giveKey: ' (in the variable RESIDUUM_ENGINE_KEY)',
  },
  window: {
    typedLimit: 'set here',
    environmentLimit: 'from MILES_MAX_RESIDUAL_GPU_MEM_GB of the machine that runs Residuum',
    judgeCards: 'the policy whole-gpu judges the cards themselves',
    again: 'Look again',
    awaits: 'Look again',
    notes: 'the raw rows have what it said',
    sayAwake: () => 'set its expected state to awake',
    sayAsleep: 'Set the expected state of an engine to asleep, or press Judge now.',
    lookAround: 'The engine tree shows which processes were seen; an engine is recognised by their titles.',
    useRunLimit: 'the tick "run" on the limit judges by it',
    giveAddress: () => '',
    giveKey: ' (in the variable RESIDUUM_ENGINE_KEY of the machine that runs Residuum)',
  },
};
