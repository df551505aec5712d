// The facts of the live header, from looks whose times are known.
import { describe, expect, it } from 'vitest';
import { clockFact, costFact, driverFact, nodeName, rateFact, secondsText } from '../../../renderer/view/look-facts.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { FIRST_LOOK_MS, folded, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';

function momentAt(atMs: number): Moment {
  const { moment } = folded(...look(ASLEEP_CLEAN, { atMs }));
  if (moment === undefined) throw new Error('no look');
  return moment;
}

describe('the achieved rate', () => {
  const every = (ms: number) =>
    folded(...[0, 1, 2, 3].flatMap((step) => look(ASLEEP_CLEAN, { step, atMs: FIRST_LOOK_MS + step * ms })));

  it('is said beside the one that was asked for when it is not reached', () => {
    expect(rateFact(every(2_000), 2_000)).toMatchObject({ text: '2 s', isBad: false });
    expect(rateFact(every(1_300), 500)).toMatchObject({ text: '1.3 s, asked 0.5 s', isBad: true });
  });

  it('is not known after one look', () => {
    expect(rateFact(folded(...look(ASLEEP_CLEAN)), 500)).toMatchObject({ text: 'one look', isBad: false });
  });
});

describe('the clock of the node', () => {
  it.each([
    [0, 'agrees', false],
    [-3_000, '+3.6 s', false],
    [60_000, '−59 s', true],
  ])('%s ms', (lateMs, text, isBad) => {
    // The node says 12:00:00 in whole seconds, which means half a second more, and said it before its own work was done.
    expect(clockFact(momentAt(FIRST_LOOK_MS + lateMs))).toMatchObject({ text: expect.stringContaining(text), isBad });
  });
});

describe('what is known of a look', () => {
  it('is its node, its driver and its cost', () => {
    const node = folded(...look(ASLEEP_CLEAN));
    const moment = momentAt(FIRST_LOOK_MS);
    expect(nodeName(node, 'alias')).toBe('gpu-01');
    expect(nodeName(folded(), 'alias')).toBe('alias');
    expect(driverFact(moment).text).toBe('550.54.15');
    expect(costFact(moment).says).toMatch(/^A look takes \d+ ms on the node, \d+ ms in nvidia-smi\.$/);
  });

  it('is said to be unknown where the node is silent', () => {
    const edit = (line: string): readonly string[] => (line.includes('550.54.15') ? [] : [line]);
    const { moment } = folded(...look(ASLEEP_CLEAN, { edit }));
    expect(moment === undefined ? undefined : driverFact(moment)).toMatchObject({ text: 'unknown', isBad: true });
  });
});

describe('a length of time', () => {
  it.each([
    [500, '0.5 s'],
    [2_000, '2 s'],
    [14_200, '14 s'],
    [180_000, '3 min'],
    [7_200_000, '2 h'],
    [400_000_000, '5 d'],
  ])('%s ms', (ms, text) => {
    expect(secondsText(ms)).toBe(text);
  });
});
