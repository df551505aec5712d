// The commands of the fallback, as text: they must survive every login shell, and carry nothing but the checked address.
import { describe, expect, it } from 'vitest';
import { CARRIERS, carrierCommand } from '../../../node/link/address-stream-script.ts';

const ADDRESS = { host: '127.0.0.1', port: 30_000 };

describe.each(CARRIERS)('the command for %s', (program) => {
  const command = carrierCommand(program, ADDRESS, 'a0b1', 5_000);
  const texts = command.split("'").filter((_text, index) => index % 2 === 1);
  const outside = command.split("'").filter((_text, index) => index % 2 === 0);

  it('is one line without what csh or fish take for their own', () => {
    expect(command).not.toMatch(/[!\r\n]/);
    // In the single quotes of fish a backslash stays one, except before a backslash or a quote.
    expect(texts.join()).not.toMatch(/\\(?!n)|\\$/);
    expect(command).toMatch(/^[\x20-\x7E]+$/);
  });

  it('has its script in single quotes and only plain words around it', () => {
    expect(texts).toHaveLength(2);
    expect(outside.join('')).toMatch(/^[A-Za-z0-9 .-]+$/);
    expect(outside.at(-1)).toMatch(/ 127\.0\.0\.1 30000 a0b1 5$/);
  });

  it('has the address as an argument, and in no script', () => {
    expect(texts.join()).not.toContain('127.0.0.1');
    expect(texts.join()).not.toContain('30000');
  });

  it('writes no file on the node', () => {
    // `=>` and `->` are Perl's, `>&` and `<>` are of connections that are open.
    expect(texts.join().replaceAll('>/dev/null', '')).not.toMatch(/mktemp|mkfifo|\btee\b|[^<=-]>[^&]/);
  });
});
