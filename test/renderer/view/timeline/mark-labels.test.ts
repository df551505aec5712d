// Words beside marks: each letter is ten pixels wide here, the gap two, and the plot ends at 300.
import { expect, it } from 'vitest';
import { markLabels } from '../../../../renderer/view/timeline/mark-labels.ts';

const SPACE = { widthOf: (text: string) => text.length * 10, gap: 2, right: 300 };

/** `word@place` of each, from `word@place` of each mark. */
function labels(text: string): string {
  const marks = text.split(' ').map((each) => {
    const [word = '', at] = each.split('@');
    return { text: word, at: Number(at) };
  });
  return markLabels(marks, SPACE)
    .map(({ text: word, left }) => `${word}@${left}`)
    .join(' ');
}

it.each([
  ['to the right of its mark', 'woke@10', 'woke@12'],
  ['to the left of one at the edge', 'woke@280', 'woke@238'],
  ['the first of several that are close together', 'released@10 dropped@14 settled@18', 'released@12'],
  [
    'again as soon as there is room: a short word needs little',
    'woke@10 released@52 settled@60',
    'woke@12 released@54',
  ],
  ['but not a pixel before', 'woke@10 released@51', 'woke@12'],
  ['the same words of each cycle', 'ab@0 cd@3 ef@40 ab@80 cd@83 ef@120', 'ab@2 ef@42 ab@82 ef@122'],
  ['not over the one before, from the edge', 'woke@230 settled@290', 'woke@232'],
  ['nothing for a mark that says nothing', '@10 woke@20', 'woke@22'],
])('stand %s', (_what, marks, expected) => {
  expect(labels(marks)).toBe(expected);
});

it('are cut where a mark by hand is a sentence', () => {
  const [label] = markLabels([{ at: 0, text: 'before the third optimizer step' }], SPACE);
  expect(label?.text).toBe('before the third optimi…');
});
