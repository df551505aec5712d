// Tokens and tickets: who is let in, how often, and for how long; and which names and origins are ours.
import { describe, expect, it } from 'vitest';
import { Admission } from '../../web/admission.ts';
import { isOurHost, isOurOrigin } from '../../web/origin.ts';

describe('a token', () => {
  it('has 256 bits and is another one for each host', () => {
    const tokens = new Set(Array.from({ length: 50 }, () => new Admission(() => 0).token));
    expect(tokens.size).toBe(50);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{64}$/);
  });

  it('lets in again and again', () => {
    const admission = new Admission(() => 0);
    const text = `token ${admission.token}`;
    expect([admission.admit(text), admission.admit(text)]).toEqual(['token', 'token']);
  });
});

describe('a ticket', () => {
  it('lets in once, whatever other tickets do', () => {
    const admission = new Admission(() => 0);
    const [one, two] = [admission.newTicket(), admission.newTicket()];
    expect([`ticket ${two}`, `ticket ${two}`, `ticket ${one}`].map((text) => admission.admit(text))).toEqual([
      'ticket',
      undefined,
      'ticket',
    ]);
  });

  it('is good for two minutes', () => {
    const clock = { ms: 1_000 };
    const admission = new Admission(() => clock.ms);
    const [early, late] = [admission.newTicket(), admission.newTicket()];
    clock.ms += 119_999;
    expect(admission.admit(`ticket ${early}`)).toBe('ticket');
    clock.ms += 1;
    expect(admission.admit(`ticket ${late}`)).toBeUndefined();
  });

  it('is no token', () => {
    const admission = new Admission(() => 0);
    expect(admission.admit(`token ${admission.newTicket()}`)).toBeUndefined();
  });
});

describe('the name that a request came to', () => {
  it.each([
    ['127.0.0.1:80', '127.0.0.1', true],
    ['127.9.9.9:80', '127.0.0.1', true],
    ['localhost:80', '127.0.0.1', true],
    ['[::1]:80', '127.0.0.1', true],
    ['192.168.1.5:80', '127.0.0.1', false],
    ['gpu-login:80', '127.0.0.1', false],
    // Told to listen everywhere: any address, but still no name that somebody else could point here.
    ['192.168.1.5:80', '0.0.0.0', true],
    ['[fe80::1]:80', '::', true],
    ['evil.example:80', '0.0.0.0', false],
    ['evil.example:80', '192.168.1.5', false],
    ['gpu-login:80', 'gpu-login', true],
    ['127.1:80', '127.0.0.1', false],
    ['2130706433:80', '127.0.0.1', false],
    ['localhost.:80', '127.0.0.1', false],
    ['localhost.evil.example', '127.0.0.1', false],
    ["localhost:80;script-src 'unsafe-inline'", '127.0.0.1', false],
    [undefined, '127.0.0.1', false],
  ])('%s while listening on %s: %s', (header, boundTo, isOurs) => {
    expect(isOurHost(header, boundTo)).toBe(isOurs);
  });
});

describe('the origin of a page', () => {
  it('is the very address that it came to', () => {
    expect(isOurOrigin('http://127.0.0.1:8000', '127.0.0.1:8000')).toBe(true);
    expect(isOurOrigin('http://localhost:8000', '127.0.0.1:8000')).toBe(false);
    expect(isOurOrigin('http://127.0.0.1:8001', '127.0.0.1:8000')).toBe(false);
    expect(isOurOrigin(undefined, '127.0.0.1:8000')).toBe(false);
    expect(isOurOrigin('null', 'null')).toBe(false);
  });
});
