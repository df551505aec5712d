// TARGET: what is understood, and what is refused with a sentence.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkError } from '../../../node/link/link-error.ts';
import { parseTarget } from '../../../node/link/target.ts';

const ssh = (user: string | null, host: string, port: number | null): object => ({ kind: 'ssh', user, host, port });

describe('a target', () => {
  it.each([
    ['local', { kind: 'local' }],
    ['demo', { kind: 'demo', scenario: null }],
    ['demo:two-engines', { kind: 'demo', scenario: 'two-engines' }],
    ['gpu-01', ssh(null, 'gpu-01', null)],
    ['me@gpu-01', ssh('me', 'gpu-01', null)],
    ['me@gpu-01.lab.example:2222', ssh('me', 'gpu-01.lab.example', 2222)],
    ['gpu_01:22', ssh(null, 'gpu_01', 22)],
    ['10.0.0.7', ssh(null, '10.0.0.7', null)],
    ['me@realm@gpu', ssh('me@realm', 'gpu', null)],
    ['me@demo', ssh('me', 'demo', null)],
    ['locals', ssh(null, 'locals', null)],
    ['::1', ssh(null, '::1', null)],
    ['[::1]:2222', ssh(null, '::1', 2222)],
    ['me@[fe80::1%eth0]', ssh('me', 'fe80::1%eth0', null)],
  ])('%s', (text, expected) => {
    expect(parseTarget(text)).toEqual({ ...expected, text });
  });

  it.each([
    ['', 'is empty'],
    ['-oProxyCommand=touch /tmp/x', 'begins with "-"'],
    ['me@-oProxyCommand=x', 'has a host that begins with "-"'],
    ['-l@host', 'begins with "-"'],
    ['gpu 01', 'has a blank or a control character'],
    ['gpu\n01', 'has a blank or a control character'],
    ['gpu\u001b[2J', 'has a blank or a control character'],
    ['gpu\u202e01', 'ssh does not allow'],
    ['$(id)', 'ssh does not allow'],
    ['me`id`@gpu', 'ssh does not allow'],
    ['gpu;id', 'ssh does not allow'],
    ['ssh://gpu', 'looks like a URL'],
    ['@gpu', 'has no user'],
    ['me@', 'has no host'],
    [':22', 'has no host'],
    ['gpu:', 'which is not 1 to 65535'],
    ['gpu:0', 'which is not 1 to 65535'],
    ['gpu:65536', 'which is not 1 to 65535'],
    ['gpu:ssh', 'which is not 1 to 65535'],
    ['gpu:22:33', 'more than one ":"'],
    ['[gpu]:22', 'not an IPv6 address'],
    ['[::1', 'brackets in the wrong place'],
    ['[::1]22', 'brackets in the wrong place'],
    ['demo:', 'names no demo scenario'],
    ['demo:../x', 'names no demo scenario'],
  ])('%j is refused', (text, why) => {
    expect(() => parseTarget(text)).toThrow(
      expect.objectContaining({ code: 'bad-target', message: expect.stringContaining(why) as string }) as Error,
    );
  });

  it('is never an option, a blank or a line end for ssh, whatever is typed', () => {
    const safe = (text: string): boolean => {
      try {
        const target = parseTarget(text);
        return target.kind !== 'ssh' || [target.user ?? 'x', target.host].every((word) => /^[^-\s]\S*$/.test(word));
      } catch (error) {
        return error instanceof LinkError && !/[\p{Cc}\u202e]/u.test(error.message);
      }
    };
    expect(fc.check(fc.property(fc.string({ unit: 'binary' }), safe), { seed: 20_260_131 }).counterexample).toBeNull();
  });
});
