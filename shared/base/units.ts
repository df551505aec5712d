// Sizes are bytes everywhere inside; MiB and GiB exist only at the edges (the parser in, a screen out).

declare const bytesBrand: unique symbol;
/** A number of bytes. Signed: a negative difference is a finding, so nothing here clamps. */
export type Bytes = number & { readonly [bytesBrand]: true };

const BYTES_PER_KIB = 1024;
const BYTES_PER_MIB = 1024 * 1024;
const BYTES_PER_GIB = 1024 * 1024 * 1024;

export const ZERO_BYTES = 0 as Bytes;

/** nvidia-smi counts whole MiB, rounded down, so a reading may be short by just under one. */
export const SMI_RESOLUTION: Bytes = BYTES_PER_MIB as Bytes;

export function bytes(count: number): Bytes {
  return count as Bytes;
}

/** From KiB, the unit that /proc/PID/status and /proc/meminfo print as "kB". */
export function fromKiB(count: number): Bytes {
  return (count * BYTES_PER_KIB) as Bytes;
}

/** From MiB, the unit of nvidia-smi. */
export function fromMiB(count: number): Bytes {
  return (count * BYTES_PER_MIB) as Bytes;
}

/** From GiB, the unit of gate limits; also where a source writes "GB" and means GiB. Rounded to a whole byte. */
export function fromGiB(count: number): Bytes {
  return Math.round(count * BYTES_PER_GIB) as Bytes;
}

export function toMiB(size: Bytes): number {
  return size / BYTES_PER_MIB;
}

export function toGiB(size: Bytes): number {
  return size / BYTES_PER_GIB;
}

export function plus(left: Bytes, right: Bytes): Bytes {
  return (left + right) as Bytes;
}

/** The signed difference left - right. */
export function minus(left: Bytes, right: Bytes): Bytes {
  return (left - right) as Bytes;
}
