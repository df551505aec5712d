// Addresses of /proc/net/tcp and tcp6, as an x86-64 or arm64 kernel prints them.
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reachableAddress, socketAddress } from '../../../shared/engines/socket-address.ts';

it.each([
  ['0100007F', '127.0.0.1'],
  ['0200007F', '127.0.0.2'],
  ['00000000', '0.0.0.0'],
  ['0500000A', '10.0.0.5'],
  ['FF01A8C0', '192.168.1.255'],
  ['ff01a8c0', '192.168.1.255'],
])('IPv4, the lowest byte first: %s is %s', (hex, address) => {
  expect(socketAddress(hex)).toBe(address);
});

it.each([
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000001000000', '::1'],
  ['0000000000000000FFFF00000100007F', '127.0.0.1'],
  ['0000000000000000FFFF00000500000A', '10.0.0.5'],
  ['0000000000000000FFFF000000000000', '0.0.0.0'],
  ['000080FE00000000FF5E07025AD6E8FE', 'fe80::207:5eff:fee8:d65a'],
  ['B80D0120000000000000000001000000', '2001:db8::1'],
])('IPv6, four such words: %s is %s', (hex, address) => {
  expect(socketAddress(hex)).toBe(address);
});

it.each([
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['0:0:1:0:0:0:1:1', '0:0:1::1:1'],
  ['1:0:0:0:0:0:0:0', '1::'],
  ['0:1:0:0:0:0:0:0', '0:1::'],
  ['0:0:0:0:0:0:0:10', '::10'],
  ['10:0:0:0:0:0:0:100', '10::100'],
  ['10:0:0:1:0:0:0:0', '10:0:0:1::'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['a0:0:0:0:b:0:0:0', 'a0::b:0:0:0'],
  ['0:0:0:0:0:0:7f00:1', '::7f00:1'],
  ['0:0:0:0:0:fffe:7f00:1', '::fffe:7f00:1'],
])('the longest run of zeros is left out, the first of two: %s is %s', (groups, address) => {
  expect(socketAddress(asKernel(groups.split(':').map((group) => Number.parseInt(group, 16))))).toBe(address);
});

it('every IPv6 address is one that Node knows, and means the same', () => {
  const group = fc.oneof(fc.constant(0), fc.nat(0xffff));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const address = socketAddress(asKernel(groups)) ?? '';
      if (!address.includes(':')) return;
      expect(isIPv6(address)).toBe(true);
      // The parser of URLs writes addresses in the one way that RFC 5952 recommends.
      expect(`[${address}]`).toBe(new URL(`http://[${groups.map((each) => each.toString(16)).join(':')}]/`).hostname);
    }),
  );
});

it.each(['', '0100007', '0100007FF', '0100007G', ' 0100007F', '0x00007F', '0'.repeat(31), '0'.repeat(33), '-'])(
  'is not one: %j',
  (hex) => {
    expect(socketAddress(hex)).toBeUndefined();
  },
);

it.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
  ['127.0.0.2', '127.0.0.2'],
  ['10.0.0.5', '10.0.0.5'],
  ['::1', '::1'],
  ['gpu-01', 'gpu-01'],
])('who listens on %s is reached at %s', (bound, address) => {
  expect(reachableAddress(bound)).toBe(address);
});

/** Four words of four bytes, each with its lowest byte first. */
function asKernel(groups: readonly number[]): string {
  const bytes = groups.flatMap((group) => [group >> 8, group & 0xff]);
  const words = [0, 4, 8, 12].map((at) => bytes.slice(at, at + 4).toReversed());
  return words
    .flat()
    .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
    .join('');
}
