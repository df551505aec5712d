// Addresses: those of the machine itself stay, all others get a stand-in of the same kind.
import type { StandIns } from './stand-ins.ts';

const OWN = new Set(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost', '[::]', '[::1]', '*']);

export function isOwnAddress(text: string): boolean {
  return OWN.has(text);
}

/** `10.0.0.5`, `10.0.0.5:30000`, `http://…`, `tcp://…`, an IPv6 address, `user@host`. */
export function looksLikeAddress(word: string): boolean {
  return (
    /^\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.%]*:[0-9A-Fa-f.]*\]?/.test(word) ||
    /^\d{1,3}(?:\.\d{1,3}){3}/.test(word) ||
    /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(word) ||
    /^[^/@\s]+@[^/@\s]+$/.test(word)
  );
}

/** As /proc/net prints it. Loopback and wildcard stay; another one becomes an address that is reserved for examples. */
export function hexAddress(hex: string, names: StandIns): string {
  if (/^[0-9A-Fa-f]{8}$/.test(hex)) {
    if (hex === '00000000' || hex.toUpperCase().endsWith('7F')) return hex;
    // 192.0.2.N, in the byte order of /proc.
    const number = names.numberOf('address', hex) % 254;
    return `${(number + 1).toString(16).toUpperCase().padStart(2, '0')}0200C0`;
  }
  if (/^[0-9A-Fa-f]{32}$/.test(hex)) {
    if (/^0{31}[01]$/.test(hex) || /^0{24}01000000$/.test(hex)) return hex;
    const mapped = /^0{16}FFFF0000([0-9A-Fa-f]{8})$/i.exec(hex)?.[1];
    if (mapped !== undefined) return `0000000000000000FFFF0000${hexAddress(mapped, names)}`;
    // 2001:db8::N
    const number = names.numberOf('address', hex);
    return `B80D01200000000000000000${number.toString(16).toUpperCase().padStart(8, '0')}`;
  }
  return hex === '-' || ['read', 'unreadable', 'other-namespace'].includes(hex) ? hex : names.of('address', hex);
}
