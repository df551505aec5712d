// What the host writes to the probe, line by line. See docs/formats/wire.md.
import type { Pid } from '../model/ids.ts';

export const WIRE_VERSION = 1;

export type ExtraReading = 'holders' | 'sockets' | 'environment';

export interface SampleRequest {
  /** 1 to 32 characters of [0-9A-Za-z], random, repeated in the markers of the answer. */
  readonly id: string;
  /** Send static facts again, also those already sent. */
  readonly full: boolean;
  /** Engine roots known so far: their descendants matter. */
  readonly roots: readonly Pid[];
  /** Fixed strings that find engine processes, from `shared/engines`. */
  readonly patterns: readonly string[];
  readonly want: readonly ExtraReading[];
}

/** The remote command: whatever the login shell is, it replaces itself with a POSIX sh that reads the script. */
export function startCommand(token: string): string {
  return `exec sh -s ${token}`;
}

export function sampleLine(request: SampleRequest): string {
  const options: string[] = [];
  if (request.full) options.push('full=1');
  if (request.roots.length > 0) options.push(`roots=${request.roots.join(',')}`);
  if (request.patterns.length > 0) options.push(`patterns=${request.patterns.map(encodePattern).join(',')}`);
  if (request.want.length > 0) options.push(`want=${request.want.join(',')}`);
  return `${['sample', request.id, ...options].join(' ')}\n`;
}

export function devicesLine(id: string): string {
  return `devices ${id}\n`;
}

export const CANCEL_LINE = 'cancel\n';

/** Words are separated by blanks and patterns by commas, so those two and the percent sign are encoded. */
function encodePattern(pattern: string): string {
  return pattern.replaceAll('%', '%25').replaceAll(' ', '%20').replaceAll(',', '%2C');
}
