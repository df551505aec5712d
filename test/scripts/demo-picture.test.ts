// The picture and the texts in the README are what the commands print today.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/run.ts';
import { demoPicture, outputOf, PICTURE, withOutputs } from '../../scripts/demo-picture.mjs';
import { terminalSvg } from '../../scripts/terminal-svg.mjs';
import { REPOSITORY } from '../architecture/source-file.ts';
import { startNode } from '../kit/fake-node.ts';
import { GONE_ROWS } from '../kit/scenarios.ts';

function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

describe('the README (renew it: node scripts/terminal-picture.mjs)', () => {
  it('has a picture of what the command prints', async () => {
    expect(textOf(PICTURE)).toBe(await demoPicture(run));
  });

  it('has texts that the commands print', async () => {
    const readme = textOf('README.md');
    expect(readme.match(/<!-- residuum /g)).toHaveLength(3);
    expect(readme).toBe(await withOutputs(readme, (args) => outputOf(run, args)));
  });

  it('tells of gone rows as a node with them is told of (this one is renewed by hand)', async () => {
    const node = await startNode(GONE_ROWS, { processes: 'foreign', namespace: 'host' });
    const output = await outputOf(run, ['gate', 'local'], { env: node.env });
    const block = /```text\n(INCONCLUSIVE[^]*?)\n```/.exec(textOf('README.md'))?.[1] ?? '';
    const told = block.split('\n').filter((line) => line !== '');
    expect(told.length).toBeGreaterThan(3);
    expect(output.split('\n').filter((line) => told.includes(line))).toEqual(told);
  });
});

describe('texts of a document', () => {
  const printed = 'HEAD\n\nPASS  one\n  held\n\nFAIL  two\n  held more\n  GPU  MiB\n  3B  4\n\nEND';
  const print = (args: readonly string[]) => Promise.resolve(`${args.join('+')}\n\n${printed}`);

  it('are renewed where a comment names their command, and nowhere else', async () => {
    const before = 'A\n\n<!-- residuum gate demo -->\n```text\nold\n\nold\n```\n\n```text\nkept\n```\n';
    expect(await withOutputs(before, print)).toBe(before.replace('old\n\nold', `gate+demo\n\n${printed}`));
  });

  it('can be one part of an output, without its table', async () => {
    const before = '<!-- residuum gate demo, only FAIL -->\n```text\nold\n```\n';
    expect(await withOutputs(before, print)).toBe(before.replace('old', 'FAIL  two\n  held more'));
  });
});

describe('a picture of a terminal', () => {
  it('keeps colours, bold and what XML would take for its own', () => {
    const svg = terminalSvg(
      '\u001B[1m\u001B[32mPASS\u001B[39m\u001B[22m  a<b & \u001B[2mc>d\u001B[22m\n\n',
      'A <title>',
    );
    expect(svg).toContain('<title>A &lt;title&gt;</title>');
    expect(svg).toContain(
      '<tspan font-weight="bold" fill="#7ee2a0">PASS</tspan>\u00A0\u00A0a&lt;b\u00A0&amp;\u00A0<tspan',
    );
    expect(svg).toContain('>c&gt;d</tspan></text>');
    expect(svg.match(/<text /g)).toHaveLength(1);
  });

  it('gives each line the length that its characters need', () => {
    expect(terminalSvg('12345\n1234567890', 'x')).toMatch(/textLength="39"[^]*textLength="78"/);
  });

  it('refuses an escape that it does not know', () => {
    expect(() => terminalSvg('\u001B[5mblink', 'x')).toThrow('no escape 5');
  });
});
