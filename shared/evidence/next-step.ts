// What a person can do about each reason for which a gate did not decide.
import type { ReasonCode } from '../base/reason.ts';

const CARDS = '--policy whole-gpu --bus BUS,… judges the cards themselves';

/** One sentence a reason, for whoever reads the verdict. Reasons that need no step have none. */
export const NEXT_STEPS: Readonly<Partial<Record<ReasonCode, string>>> = {
  'smi-missing': 'Put nvidia-smi on the PATH that "ssh HOST command" has on the node.',
  'driver-missing': 'Check the driver of the node: /proc/driver/nvidia/version does not exist there.',
  'smi-failed': 'Run nvidia-smi on the node; the notes above have what it said.',
  'smi-timeout': 'Run it again with a larger --smi-timeout; an nvidia-smi in state D needs the node to be looked at.',
  'no-tree-row': `Check that this engine uses GPUs of this node; where its memory is held outside its process tree, ${CARDS}.`,
  'pid-namespace': 'Connect to the host itself, or start the container with the PID namespace of the host.',
  'partial-row': `Run it again; where the driver never says it (WSL2, vGPU guests), ${CARDS}.`,
  'device-unreadable': `Look at that GPU with nvidia-smi on the node; ${CARDS}, for the GPUs that answer.`,
  'tree-incomplete': `Judge what the engine uses as a whole: ${CARDS}.`,
  'proc-incomplete': 'Log in as root or as the owner of the engines, and run it again.',
  'no-bus-column': `Sums over all GPUs prove nothing above the limit: ${CARDS}.`,
  'gone-rows': 'Find who keeps that memory: run "fuser -v /dev/nvidia*" on the node, as root.',
  moving: 'Run it again when memory has settled.',
  'engine-not-found':
    '"residuum probe TARGET" shows what runs there; --root-pid PID judges the tree under any process.',
  'nothing-judged': 'Leave out an --expect-awake, or name an engine that should be asleep with --engine.',
};
