// A pid that no longer exists still holds memory; a living process with its GPU's device file open may keep it.
import { mibText } from '../session/size-text.ts';
import type { DeviceFileHolder } from '../model/snapshot.ts';
import type { Hint, HintInput } from './hint.ts';

/** Holders that the driver does not list come first: nothing else says why they have a GPU open. */
export function goneHolders({ ledgers, holders }: HintInput): Hint[] {
  const listed = new Set(ledgers.flatMap(({ entries }) => entries.flatMap(({ pids }) => pids)));
  const gpuHolders = holders.filter(({ paths }) => paths.some((path) => /\/nvidia\d+$/.test(path)));
  const unlisted = gpuHolders.filter(({ pid }) => !listed.has(pid));
  return ledgers.flatMap(({ device, entries }) =>
    entries
      .filter((entry) => entry.class === 'gone')
      .map(({ pids, bytes }): Hint => {
        const size = bytes.known ? mibText(bytes.value) : 'an unknown size';
        return {
          code: 'gone-holders',
          text: `pid ${pids.join(', ')} no longer exists and ${size} on ${device.bus} is still listed for it; ${whoText(unlisted, gpuHolders)}`,
          confidence: unlisted.length > 0 ? 'medium' : 'low',
          evidence: [
            `memory of the gone pid: nvidia-smi --query-compute-apps on ${device.bus}`,
            ...(gpuHolders.length > 0 ? ['holders: open files of the processes in /proc'] : []),
          ],
        };
      }),
  );
}

function whoText(unlisted: readonly DeviceFileHolder[], all: readonly DeviceFileHolder[]): string {
  if (unlisted.length > 0)
    return `living holders of GPU device files that the driver does not list: ${names(unlisted)}`;
  if (all.length > 0) return `only processes that the driver lists themselves hold GPU device files: ${names(all)}`;
  return 'no living holder of its device file was seen; only its user and root can see one';
}

function names(holders: readonly DeviceFileHolder[]): string {
  return holders
    .map(({ pid, paths }) => `pid ${pid} (${paths.filter((path) => /\/nvidia\d+$/.test(path)).join(', ')})`)
    .join(', ');
}
