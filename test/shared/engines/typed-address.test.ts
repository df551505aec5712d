// Addresses as a user types them: read, refused, and written again as they are read.
import { expect, it } from 'vitest';
import { readTypedAddress, typedAddressText } from '../../../shared/engines/typed-address.ts';

it.each([
  ['127.0.0.1:30000', { host: '127.0.0.1', port: 30_000 }],
  ['node-a.cluster_1:1', { host: 'node-a.cluster_1', port: 1 }],
  ['[::1]:65535', { host: '::1', port: 65_535 }],
  ['[::ffff:10.0.0.7]:8000', { host: '::ffff:10.0.0.7', port: 8_000 }],
])('reads %s, and writes it the same', (text, address) => {
  expect(readTypedAddress(text)).toEqual(address);
  expect(typedAddressText(address)).toBe(text);
});

it.each([
  '',
  '30000',
  ':30000',
  'host',
  'host:0',
  'host:65536',
  '::1:30000',
  'http://host:30000',
  'host:30000/server_info',
  'user@host:30000',
  'host :30000',
  'host:30000\r\nX: y',
  `${'a'.repeat(256)}:1`,
])('refuses %j', (text) => {
  expect(readTypedAddress(text)).toBeUndefined();
});
