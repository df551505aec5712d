// Addresses as /proc/net/tcp prints them: 32-bit words in the byte order of the machine, in hexadecimal.

/**
 * `0100007F` → 127.0.0.1; 32 digits → an IPv6 address, or the IPv4 address inside a mapped one. The machines that we
 * know are little-endian (x86-64, aarch64). undefined when it is neither.
 */
export function socketAddress(hex: string): string | undefined {
  if (/^[0-9A-Fa-f]{8}$/.test(hex)) return octets(hex).join('.');
  if (!/^[0-9A-Fa-f]{32}$/.test(hex)) return undefined;
  const bytes = [0, 8, 16, 24].flatMap((at) => octets(hex.slice(at, at + 8)));
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff) {
    return bytes.slice(12).join('.');
  }
  const groups = Array.from({ length: 8 }, (_none, at) =>
    (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  return compressed(groups);
}

/** A wildcard means every address of the node; its loopback is one that nothing else can answer on. */
export function reachableAddress(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

function octets(word: string): number[] {
  return [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16));
}

/** The longest run of zero groups becomes `::`, the first of two, and never a single group (RFC 5952). */
function compressed(groups: readonly string[]): string {
  const best = { from: 0, length: 1 };
  for (let from = 0; from < groups.length; from += 1) {
    const end = groups.findIndex((group, at) => at >= from && group !== '0');
    const length = (end === -1 ? groups.length : end) - from;
    if (length > best.length) Object.assign(best, { from, length });
  }
  if (best.length === 1) return groups.join(':');
  return `${groups.slice(0, best.from).join(':')}::${groups.slice(best.from + best.length).join(':')}`;
}
