// From a target to a verdict over ssh2, against what a person would type with the system's ssh, on the same real sshd.
import { execFile } from 'node:child_process';
import { run } from '../cli/run.ts';
import { startNode } from '../test/kit/fake-node.ts';
import { startSshd, type Sshd } from '../test/kit/sshd.ts';
import { eightGpuNode } from './eight-gpu-node.ts';
import type { Progress } from './progress.ts';
import { ratiosOf, spreadOf, type Spread } from './spread.ts';

export interface VerdictTime {
  /** Against `ssh HOST nvidia-smi …` with one call. */
  readonly againstOneCall: Spread;
  /** Against `ssh HOST` with the three calls that the gate makes: devices, processes, devices again. */
  readonly againstSameCalls: Spread;
  readonly gateMs: Spread;
  readonly oneCallMs: Spread;
  readonly sameCallsMs: Spread;
}

const ROUNDS = 15;
const CROWD = 200;
const DEVICES = 'nvidia-smi --query-gpu=pci.bus_id,memory.total,memory.used,memory.free --format=csv,noheader,nounits';
const USAGE = 'nvidia-smi --query-compute-apps=gpu_bus_id,pid,used_memory --format=csv,noheader,nounits';

export async function measureVerdict({ say, signal }: Progress): Promise<VerdictTime> {
  const node = await startNode(eightGpuNode(), {
    processes: 'foreign',
    extra: CROWD,
    namespace: 'host',
    cleanup: 'manual',
  });
  try {
    const sshd = await startSshd({ env: node.env, stoppedBy: 'caller' });
    try {
      say('gate over ssh2 against the system ssh');
      const gate: number[] = [];
      const oneCall: number[] = [];
      const sameCalls: number[] = [];
      const steps = [
        { times: gate, work: () => gateOnce(sshd) },
        { times: oneCall, work: () => systemSsh(sshd, USAGE) },
        { times: sameCalls, work: () => systemSsh(sshd, `${DEVICES}; ${USAGE}; ${DEVICES}`) },
      ];
      for (const { work } of steps) await work();
      for (let round = 0; round < ROUNDS; round += 1) {
        signal.throwIfAborted();
        // Each goes first in its turn.
        for (const [at] of steps.entries()) {
          const step = steps[(at + round) % steps.length];
          if (step === undefined) continue;
          const begin = performance.now();
          await step.work();
          step.times.push(performance.now() - begin);
        }
      }
      return {
        againstOneCall: ratiosOf(gate, oneCall),
        againstSameCalls: ratiosOf(gate, sameCalls),
        gateMs: spreadOf(gate),
        oneCallMs: spreadOf(oneCall),
        sameCallsMs: spreadOf(sameCalls),
      };
    } finally {
      await sshd.stop();
    }
  } finally {
    await node.stop();
  }
}

async function gateOnce(sshd: Sshd): Promise<void> {
  const said: string[] = [];
  const code = await run(['gate', sshd.alias, '--ssh-config', sshd.sshConfigFile, '--json'], {
    out: (text) => void said.push(text),
    err: (text) => void said.push(text),
    env: { ...process.env, SSH_AUTH_SOCK: undefined },
    isTerminal: false,
    isProgressTerminal: false,
    width: 200,
    signal: new AbortController().signal,
    pause: () => Promise.resolve(),
  });
  if (code !== 0) throw new Error(`the gate did not pass (exit code ${code}): ${said.join('').slice(0, 400)}`);
}

function systemSsh(sshd: Sshd, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('ssh', ['-F', sshd.sshConfigFile, '-o', 'BatchMode=yes', sshd.alias, command], (error, out) => {
      if (error !== null || out === '') reject(error ?? new Error('ssh printed nothing'));
      else resolve();
    });
  });
}
