// What the rest of a GPU means, in sentences: memory of no process, more rows than memory, or a rest that is unknown.
import { minus, ZERO_BYTES } from '../../../shared/base/units.ts';
import type { DeviceLedger } from '../../../shared/ledger/device-ledger.ts';
import { exactSize } from '../screen-text.ts';

const CAUSES =
  'Usual causes: what the driver keeps for each context (some MiB: ordinary); a process that this user or this container cannot see (look as root, on the host); a process that ended a moment ago (look again).';

/** Of the last entry of a ledger. */
export function restNote({ entries, device, moving, usedNext }: DeviceLedger): string {
  const rest = entries.at(-1)?.bytes;
  const sentences: string[] = [];
  if (rest?.known === true && rest.value > 0) {
    sentences.push(`${exactSize(rest.value)} belong to no visible process.`, CAUSES);
  }
  if (rest?.known === true && rest.value < 0) {
    const over = exactSize(minus(ZERO_BYTES, rest.value));
    sentences.push(
      `The rows add up to ${over} more than the GPU says is used: memory that processes share is listed under each of them.`,
    );
  }
  if (device.usedIncludesReserved) {
    sentences.push('This driver (before 510) counts its own reserve as used, so the reserve is in here.');
  }
  if (moving === true && usedNext?.known === true && device.used.known) {
    sentences.push(movingText(device.used.value, usedNext.value));
  }
  return sentences.join(' ');
}

/** Both readings, so that a reader can judge how far they are apart. */
export function movingText(used: Parameters<typeof exactSize>[0], next: Parameters<typeof exactSize>[0]): string {
  return `Moving: used was ${exactSize(used)} and ${exactSize(next)} in the next reading, so the rows and used are not of one instant.`;
}
