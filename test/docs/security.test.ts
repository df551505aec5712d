// Electron's checklist in docs/SECURITY.md is whole, and each of its lines names a test that exists. Planted lies are caught.
import { describe, expect, it } from 'vitest';
import { printed, readRepository, type Finding, type Guard, type SourceFile } from '../architecture/source-file.ts';

const DOCUMENT = 'docs/SECURITY.md';
/** The numbered recommendations of Electron's security tutorial. */
const ITEMS = 20;
/** `| 7 | recommendation | what is done | tests |` */
const ROW = /^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/;
/** A file in back-ticks, then the name of its test in quotes. */
const CITED = /`(test\/[\w/.-]+\.test\.ts)`: "([^"]+)"/g;

const checklistGuard: Guard = (files) => {
  const lines = (files.find(({ path }) => path === DOCUMENT)?.text ?? '').split('\n');
  const rows = lines.flatMap((text, at) => {
    const cells = ROW.exec(text);
    return cells === null
      ? []
      : [{ line: at + 1, number: Number(cells[1]), cited: [...(cells[4] ?? '').matchAll(CITED)] }];
  });
  const findings = (line: number, says: string): Finding => ({ path: DOCUMENT, line, says });
  const wrong = rows.flatMap(({ line, number, cited }): Finding[] => {
    if (cited.length === 0) return [findings(line, `item ${number} names no test`)];
    return cited.flatMap(([, path = '', name = '']) => {
      const text = files.find((file) => file.path === path)?.text;
      if (text === undefined) return [findings(line, `item ${number}: there is no ${path}`)];
      return text.includes(`'${name}'`) ? [] : [findings(line, `item ${number}: ${path} has no test "${name}"`)];
    });
  });
  const missing = Array.from({ length: ITEMS }, (_, at) => at + 1).flatMap((number): Finding[] => {
    const count = rows.filter((row) => row.number === number).length;
    return count === 1 ? [] : [findings(0, `item ${number} is there ${count} times`)];
  });
  return [...wrong, ...missing];
};

function document(change: (row: string, number: number) => readonly string[]): readonly SourceFile[] {
  const rows = Array.from({ length: ITEMS }, (_, at) => {
    const number = at + 1;
    return change(`| ${number} | do it | done | \`test/a.test.ts\`: "does it" |`, number);
  });
  return [
    { path: DOCUMENT, text: `# Security\n\n${rows.flat().join('\n')}\n` },
    { path: 'test/a.test.ts', text: `it('does it', () => undefined);\n` },
  ];
}

describe('the checklist', () => {
  it('is whole, and each line names a test that exists', () => {
    expect(printed(checklistGuard(readRepository()))).toEqual([]);
  });

  it('the guard lets a whole one pass', () => {
    expect(printed(checklistGuard(document((row) => [row])))).toEqual([]);
  });

  it.each([
    ['a line that is missing', (row: string, number: number) => (number === 7 ? [] : [row]), 'item 7 is there 0 times'],
    [
      'a line that is there twice',
      (row: string, number: number) => (number === 7 ? [row, row] : [row]),
      'item 7 is there 2 times',
    ],
    [
      'a line without a test',
      (row: string, number: number) => [number === 7 ? '| 7 | do it | done | later |' : row],
      'item 7 names no test',
    ],
    [
      'a file that is not there',
      (row: string, number: number) => [number === 7 ? row.replace('a.test', 'b.test') : row],
      'item 7: there is no test/b.test.ts',
    ],
    [
      'a test that is not there',
      (row: string, number: number) => [number === 7 ? row.replace('does it', 'did it') : row],
      'item 7: test/a.test.ts has no test "did it"',
    ],
  ])('the guard catches %s', (_what, change, says) => {
    expect(printed(checklistGuard(document(change))).join('\n')).toContain(says);
  });
});
