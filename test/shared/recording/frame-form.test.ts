// A frame taken apart comes back to the byte, and what fits no frame gives nothing.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formOf, textOfForm } from '../../../shared/recording/frame-form.ts';
import { look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';

it.each([ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS])(
  'takes clocks, names and times out of both kinds of frames: %#',
  (scenario) => {
    for (const { text } of look(scenario, { step: 3 })) {
      const form = formOf(text);
      expect(textOfForm(form)).toBe(text);
      expect(form.moves).toMatchObject({ id: 'r1', wallSeconds: Date.UTC(2026, 0, 31, 12) / 1_000 });
      expect(form.moves?.clocks[0]).toBe(100_000_600);
      expect(form.template).not.toMatch(/1000006\d\d/);
    }
  },
);

it('gives the same template for the same node at another time', () => {
  const [one, other] = [1, 9].map((step) => look(ASLEEP_CLEAN, { step }).map(({ text }) => formOf(text).template));
  expect(one).toEqual(other);
});

const [{ text: FRAME } = { text: '' }] = look(ASLEEP_CLEAN);

it.each([
  ['no frame', 'hello\n'],
  ['nothing', ''],
  ['another name at its end', FRAME.replace(/end\tr1/, 'end\tr2')],
  ['no clock', FRAME.replace(/begin\tr1\tsample\t\d+/, 'begin\tr1\tsample\t-')],
  ['a clock with a zero before it', FRAME.replace(/begin\tr1\tsample\t/, 'begin\tr1\tsample\t0')],
  ['a day that there is not', FRAME.replace('2026-01-31T', '2026-02-31T')],
  ['no line feed at its end', FRAME.slice(0, -1)],
  ['a gap of its own', FRAME.replace('bus\t', 'bus\t\u00A4')],
])('keeps what is not written as the probe writes, here with %s', (_what, text) => {
  const form = formOf(text);
  expect([form.moves, form.template]).toEqual([undefined, text]);
  expect(textOfForm(form)).toBe(text);
});

it('gives back any frame whose lines were changed, doubled or cut', () => {
  const lines = FRAME.split('\n');
  const edit = fc.record({
    at: fc.nat({ max: lines.length - 1 }),
    text: fc.constantFrom(
      '',
      'call\tdevices\t7\tx',
      'call\tx\t07',
      'done\tx\t0\t5',
      'scan\t1\t2\t3\t4',
      'stop\ta\tb\t9\t',
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 5 }), (edits) => {
      const changed = edits.reduce((now, { at, text }) => now.with(at, text), lines).join('\n');
      expect(textOfForm(formOf(changed))).toBe(changed);
    }),
  );
});

it('gives nothing where the clocks do not fit', () => {
  const { template, moves } = formOf(FRAME);
  if (moves === undefined) throw new Error('a frame of the probe has clocks');
  const { clocks } = moves;
  for (const wrong of [clocks.slice(1), [...clocks, 0], clocks.with(1, -2e9), [], [5]]) {
    expect(textOfForm({ template, moves: { ...moves, clocks: wrong } })).toBeUndefined();
  }
  expect(textOfForm({ template, moves: { ...moves, wallSeconds: Number.MAX_SAFE_INTEGER } })).toBeUndefined();
});
