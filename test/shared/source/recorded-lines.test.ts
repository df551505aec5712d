// The lines of a recording: which node each line is of and when, in any cut, whatever stands in the file.
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../shared/model/observation.ts';
import { LONGEST_LINE } from '../../../shared/recording/decoder.ts';
import { RecordedLines } from '../../../shared/source/recorded-lines.ts';
import { look } from '../../kit/observed.ts';
import { recorded } from '../../kit/recorded.ts';
import { ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';

const OTHERS: readonly Observation[] = [
  { kind: 'link', node: 'n2', atMs: 1, state: 'lost', text: 'It was lost.', code: 'lost', retryMs: 1_000 },
  { kind: 'step', node: 'n2', atMs: 2.5, step: 'tcp', state: 'ok', durationMs: 3.5, text: 'connected', next: '' },
  { kind: 'mark', node: 'n2', atMs: 3, text: '","atMs":9,"node":"n9"', source: 'hand' },
  { kind: 'told', node: 'n2', atMs: 4, rootPid: 4001, rootStartTicks: 671, state: null },
];
const LOOKS = [0, 1, 2].flatMap((step) => look(ASLEEP_CLEAN, { step }));

function linesOf(text: string, cut = text.length): RecordedLines {
  const read = new RecordedLines();
  for (let at = 0; at < text.length; at += cut) read.push(text.slice(at, at + cut));
  read.end();
  return read;
}

const places = (read: RecordedLines): unknown => read.nodes.map(({ node, numbers, times }) => [node, numbers, times]);

it('knows the node and the time of every line, however the text is cut', () => {
  const seen = [...OTHERS, ...LOOKS];
  const text = recorded(seen, { why: 'stopped' });
  const expected = [
    ['n2', [2, 3, 4, 5], [1, 2.5, 3, 4]],
    // With the mark of the other one, which is a moment of both.
    ['n1', [4, 6, 7, 8, 9, 10, 11], [3, ...LOOKS.map(({ atMs }) => atMs)]],
  ];
  for (const cut of [text.length, 1, 7, 4_096]) {
    const read = linesOf(text, cut);
    expect([places(read), read.problems, read.hasFooter, read.refused]).toEqual([
      expected,
      { lines: [], count: 0 },
      true,
      undefined,
    ]);
    expect([...new Set(read.nodes.flatMap(({ lines }) => lines))]).toEqual(text.split('\n').slice(1, -2));
    expect(read.range).toEqual({ firstMs: 1, lastMs: LOOKS.at(-1)?.atMs });
  }
});

it('reads lines of other writers, whose fields stand in another order', () => {
  const turned = recorded(LOOKS)
    .split('\n')
    .map((line, at) =>
      at === 0 || line === '' ? line : JSON.stringify(reversed(line), undefined, 1).replaceAll('\n', ' '),
    );
  expect(places(linesOf(turned.join('\n')))).toEqual(places(linesOf(recorded(LOOKS))));
});

describe('a damaged file', () => {
  const text = recorded([...LOOKS, ...look(TWO_ENGINES_ONE_LEAKS, { step: 3 })]);

  it('loses the line that cannot be read, and says which', () => {
    const lines = text.split('\n');
    const read = linesOf(
      lines.with(3, '{"kind":"frame","node":"n1"').with(4, '{"kind":"other","node":"n1","atMs":3}').join('\n'),
    );
    expect(read.problems.lines).toEqual([
      { line: 4, text: 'it is not what this format has' },
      { line: 5, text: 'it is not what this format has' },
    ]);
    expect(read.nodes[0]?.numbers).toEqual([2, 3, 6, 7, 8, 9]);
  });

  it('loses a torn last line, and says so', () => {
    const read = linesOf(text.slice(0, -30));
    expect(read.problems.lines).toEqual([{ line: 9, text: 'it is torn: the writer was stopped in the middle of it' }]);
    expect(read.hasFooter).toBe(false);
  });

  it('keeps a last line that lacks its line feed alone', () => {
    expect(linesOf(text.slice(0, -1)).nodes[0]?.numbers).toHaveLength(8);
  });

  it('does not keep a line that is too long', () => {
    const read = new RecordedLines();
    read.push(text);
    for (let at = 0; at <= LONGEST_LINE; at += 1024 * 1024) read.push('x'.repeat(1024 * 1024));
    read.push(`\n${text.split('\n')[2] ?? ''}\n`);
    read.end();
    expect(read.problems.lines).toEqual([{ line: 10, text: `it is longer than ${LONGEST_LINE} characters` }]);
    expect(read.nodes[0]?.numbers.at(-1)).toBe(11);
  });

  it('tells the first hundred problems, and counts all', () => {
    const { problems } = linesOf(`${text}${'garbage\n'.repeat(250)}`);
    expect([problems.lines.length, problems.count]).toEqual([100, 250]);
  });

  it('never goes back in time', () => {
    const back: Observation[] = [5, 3, 9].map((atMs) => ({
      kind: 'mark',
      node: 'n1',
      atMs,
      text: 'x',
      source: 'hand',
    }));
    expect(linesOf(recorded(back)).nodes[0]?.times).toEqual([5, 5, 9]);
  });
});

it.each([
  ['', 'This file is empty: it is no Residuum recording.'],
  ['a\n', 'This is no Residuum recording: its first line is not the header of one.'],
  [
    recorded([]).replace('"format":2', '"format":7'),
    'This recording has format 7, and this version reads up to format 2: use a newer Residuum.',
  ],
])('is refused in one sentence: %#', (text, sentence) => {
  const read = linesOf(text);
  expect([read.refused, read.nodes]).toEqual([sentence, []]);
});

function reversed(line: string): unknown {
  return Object.fromEntries(Object.entries(JSON.parse(line) as Record<string, unknown>).toReversed());
}
