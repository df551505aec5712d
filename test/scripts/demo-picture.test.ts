// The README's picture and text of the demo are what the command prints today.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/run.ts';
import { demoOutput, demoPicture, PICTURE, TEXT_OPTIONS } from '../../scripts/demo-picture.mjs';
import { terminalSvg } from '../../scripts/terminal-svg.mjs';
import { readMarkdown } from '../docs/markdown.ts';
import { REPOSITORY } from '../architecture/source-file.ts';

function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

describe('the demo in the README', () => {
  it('is drawn as the command prints it (renew it: node scripts/terminal-picture.mjs)', async () => {
    expect(textOf(PICTURE)).toBe(demoPicture(await demoOutput(run, true)));
  });

  it('is told as the command prints it (the same script prints the text)', async () => {
    const output = await demoOutput(run, false, TEXT_OPTIONS);
    const told = readMarkdown(textOf('README.md')).fencedLines.map((line) => line.text);
    expect(told.join('\n')).toContain(output.trimEnd());
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
