// Sentences of failed connections, parted into the cause and what to do, in the words of the app.
import { expect, it } from 'vitest';
import { causeAndNext } from '../../../node/service/cause-and-next.ts';
import { retryDelay } from '../../../node/service/retry-delays.ts';
import { decideHostKey, type HostKeyContext } from '../../../node/ssh/host-key.ts';
import { LINK_ERROR_CODES, LinkError } from '../../../node/link/link-error.ts';
import { offerKeys } from '../../../node/ssh/ssh2-auth.ts';
import { closedEarly, connectFailure, lost } from '../../../node/ssh/ssh2-failure.ts';
import { parseTarget } from '../../../node/link/target.ts';

const where = { describe: 'ada@gpu-1:22', alias: 'gpu-1', host: 'gpu-1', limitMs: 15_000 };
const code = (name: string): Error => Object.assign(new Error(name), { code: name });
const KEY = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(36)]);

function hostKey(lines: HostKeyContext['lines']): unknown {
  const name = { host: 'gpu-1', port: 22 };
  const decision = decideHostKey({ lines, name, describe: where.describe, files: ['/f'], acceptNew: 'none' }, KEY);
  return decision.kind === 'refused' ? decision.error : decision;
}

function refusal(identities: Partial<Parameters<typeof offerKeys>[2]>): LinkError {
  return offerKeys(where.describe, 'ada', { offers: [], encrypted: [], passedOver: [], ...identities }).failure(null);
}

function badTarget(): unknown {
  try {
    return parseTarget('a b');
  } catch (error) {
    return error;
  }
}

const line = { hosts: 'gpu-1', keyType: 'ssh-ed25519', file: '/f', line: 3 } as const;

it.each<[string, unknown, RegExp]>([
  [
    'a name that nobody knows',
    connectFailure(code('ENOTFOUND'), { ...where, stage: 'connecting' }),
    /^Check the spelling\.$/,
  ],
  [
    'nobody listens',
    connectFailure(code('ECONNREFUSED'), { ...where, stage: 'connecting' }),
    /^Check the port, and that sshd runs there\.$/,
  ],
  ['no route', connectFailure(code('EHOSTUNREACH'), { ...where, stage: 'connecting' }), /^Check the network or VPN/],
  [
    'silence',
    connectFailure(code('ETIMEDOUT'), { ...where, stage: 'connecting' }),
    /^Check the address and whether a firewall/,
  ],
  ['an end in the handshake', closedEarly({ ...where, stage: 'handshake' }), /^Try again\.$/],
  ['a lost connection', lost(where.describe, 'it no longer answers (keepalive)'), /^Connect again\.$/],
  [
    'an unknown key',
    hostKey([]),
    /^Compare it with .* accept exactly this key here, or connect once with ssh\. Looked in: \/f$/,
  ],
  [
    'a changed key',
    hostKey([{ ...line, marker: 'none', key: Buffer.concat([KEY, KEY]) }]),
    /^Either the node was set up again, .* FILE is \/f$/,
  ],
  ['a revoked key', hostKey([{ ...line, marker: 'revoked', key: KEY }]), /^Do not connect; ask whoever runs the node/],
  [
    'no key accepted',
    refusal({}),
    /^Check the user, .* name a key with IdentityFile in your ssh configuration, or add one to ssh-agent\.$/,
  ],
  ['an encrypted key', refusal({ encrypted: ['/k'] }), /^Add it with ssh-add and try again\. Encrypted: \/k$/],
  ['no target', badTarget(), /^$/],
  ['a fault of ours', new TypeError('x is not a function'), /^Connect again, and report it/],
])('%s', (_what, error, next) => {
  const parted = causeAndNext(error);
  expect(parted.next).toMatch(next);
  expect(parted.cause).not.toBe('');
  // Options are for a command line.
  expect(`${parted.cause} ${parted.next}`).not.toMatch(/--[a-z]/);
  // Nothing is lost of a sentence that needs no other words.
  const whole = `${parted.cause} ${parted.next}`.trim();
  const isKept = error instanceof LinkError && !/name a key|accept-new/.test(error.message);
  expect(whole).toBe(isKept ? error.message : whole);
});

it('tries again where that can help, ever more seldom, and not where a person has to do something', () => {
  const error = (name: (typeof LINK_ERROR_CODES)[number]): LinkError => new LinkError(name, 'n', 'm');
  expect([0, 1, 2, 3, 4, 5, 99].map((failures) => retryDelay(error('lost'), true, failures))).toEqual([
    1_000, 2_000, 5_000, 10_000, 30_000, 30_000, 30_000,
  ]);
  const hopeless = (hasWorked: boolean): string[] =>
    LINK_ERROR_CODES.filter((each) => retryDelay(error(each), hasWorked, 0) === null).toSorted();
  expect(hopeless(true)).toEqual([
    'auth-failed',
    'bad-ssh-config',
    'bad-target',
    'cancelled',
    'host-key-changed',
    'host-key-revoked',
    'host-key-unknown',
    'key-encrypted',
    'key-unreadable',
    'known-hosts-unreadable',
    'unsupported',
  ]);
  expect(hopeless(false).filter((each) => !hopeless(true).includes(each))).toEqual([
    'no-shell',
    'no-such-host',
    'not-ssh',
  ]);
  expect(retryDelay(new Error('ours'), true, 0)).toBeNull();
});
