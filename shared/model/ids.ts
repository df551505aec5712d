// Identities. A device is its PCI bus, compared as numbers; a process is pid and start time. Indices identify nothing.

declare const busBrand: unique symbol;
/** A PCI bus id as NVIDIA prints it today: `00000000:3B:00.0` (eight-digit upper-case domain). */
export type BusId = string & { readonly [busBrand]: true };

const BUS_TEXT = /^(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2})(?:\.([0-7]))?$/;

/**
 * Reads every spelling in use: `0000:3b:00.0` (sysfs, drivers before 384), `00000000:3B:00.0` (today), `3b:00.0` (lspci).
 * Without a domain it is 0. Returns undefined for anything else, for example `[GPU is lost]`.
 */
export function parseBusId(text: string): BusId | undefined {
  const match = BUS_TEXT.exec(text.trim());
  if (match === null) return undefined;
  const [, domain = '0', bus = '', device = '', part = '0'] = match;
  const hex = (digits: string, width: number): string =>
    Number.parseInt(digits, 16).toString(16).toUpperCase().padStart(width, '0');
  return `${hex(domain, 8)}:${hex(bus, 2)}:${hex(device, 2)}.${part}` as BusId;
}

export type Pid = number;

declare const processBrand: unique symbol;
/** `pid@startTicks`: the only thing that tells a process from a later one with the same pid. */
export type ProcessKey = string & { readonly [processBrand]: true };

/** startTicks is field 22 of /proc/PID/stat: clock ticks after boot. */
export function processKey(pid: Pid, startTicks: number): ProcessKey {
  return `${pid}@${startTicks}` as ProcessKey;
}

/** The other way round. */
export function processOf(key: ProcessKey): { readonly pid: Pid; readonly startTicks: number } {
  const [pid, startTicks] = key.split('@').map(Number);
  if (pid === undefined || startTicks === undefined) throw new Error(`no process key: ${key}`);
  return { pid, startTicks };
}
