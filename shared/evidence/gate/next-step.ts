// What a person can do about each reason for which a gate did not decide.
import type { ReasonCode } from '../../base/reason.ts';
import { WAYS, type Medium } from '../text/medium.ts';

type Steps = Readonly<Partial<Record<ReasonCode, string>>>;

/** One sentence a reason, for whoever reads the verdict. Reasons that need no step have none. */
export const NEXT_STEPS: Readonly<Record<Medium, Steps>> = { terminal: steps('terminal'), window: steps('window') };

function steps(medium: Medium): Steps {
  const { judgeCards, again, awaits, notes, sayAsleep, lookAround } = WAYS[medium];
  return {
    'smi-missing': 'Put nvidia-smi on the PATH that "ssh HOST command" has on the node.',
    'driver-missing': 'Check the driver of the node: /proc/driver/nvidia/version does not exist there.',
    'smi-failed': `Run nvidia-smi on the node; ${notes}.`,
    'smi-timeout': `${awaits}; an nvidia-smi in state D needs the node to be looked at.`,
    'no-tree-row': `Check that this engine uses GPUs of this node; where its memory is held outside its process tree, ${judgeCards}.`,
    'pid-namespace': 'Connect to the host itself, or start the container with the PID namespace of the host.',
    'partial-row': `${again}; where the driver never says it (WSL2, vGPU guests), ${judgeCards}.`,
    'device-unreadable': `Look at that GPU with nvidia-smi on the node; ${judgeCards}, for the GPUs that answer.`,
    'tree-incomplete': `Judge what the engine uses as a whole: ${judgeCards}.`,
    'proc-incomplete': `Log in as root or as the owner of the engines, and ${lower(again)}.`,
    'no-bus-column': `Sums over all GPUs prove nothing above the limit: ${judgeCards}.`,
    'gone-rows': 'Find who keeps the memory of gone pids: run "fuser -v /dev/nvidia*" on the node, as root.',
    'unlisted-memory': `${again}; where the driver still does not list every rank, ${judgeCards}.`,
    moving: `${again} when memory has settled.`,
    'engine-not-found': lookAround,
    'nothing-judged': sayAsleep,
  };
}

function lower(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** The steps for these reasons, in their order. Where workers are outside the tree, that explains missing rows too. */
export function nextSteps(reasons: readonly ReasonCode[], medium: Medium): string[] {
  const explained = reasons.filter((code) => code !== 'no-tree-row' || !reasons.includes('tree-incomplete'));
  return explained.flatMap((code) => NEXT_STEPS[medium][code] ?? []);
}
