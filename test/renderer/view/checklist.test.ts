// The checklist while connecting: every step in words, and the fingerprint that a user decides on.
import { describe, expect, it } from 'vitest';
import { checklistRows, durationText, endedBecause, unknownFingerprint } from '../../../renderer/view/checklist.ts';
import { CONNECT_STEPS } from '../../../shared/model/observation.ts';
import { link, step } from '../../e2e/scenes.ts';
import { folded } from '../../kit/observed.ts';

const KEY = `SHA256:${'aB3+/'.repeat(8)}xyz`;

describe('the rows', () => {
  it('are all steps in their order, also those that were not reached', () => {
    const node = folded(
      link('connecting'),
      step('resolve', 'ok'),
      step('tcp', 'failed', { text: 'refused', next: 'Start sshd.' }),
    );
    const rows = checklistRows(node);
    expect(rows.map((row) => row.step)).toEqual(CONNECT_STEPS);
    expect(
      rows.slice(0, 3).map(({ state, word, duration, text, next }) => [state, word, duration, text, next]),
    ).toEqual([
      ['ok', 'ok', '12 ms', '', ''],
      ['failed', 'failed', '12 ms', 'refused', 'Start sshd.'],
      ['waiting', 'not yet', '', '', ''],
    ]);
  });

  it('say the cause once: of what ended the connection it stands in the banner above', () => {
    const said = { text: 'refused', next: 'Start sshd.' };
    const failed = (text: string, retryMs: number | null = null): string[] => {
      const node = folded(link('connecting'), step('tcp', 'failed', said), link('failed', { text, retryMs }));
      return checklistRows(node).flatMap(({ state, text: cause, next }) => (state === 'failed' ? [cause, next] : []));
    };
    expect(failed('refused Start sshd.')).toEqual(['see above', '']);
    expect(failed('refused')).toEqual(['see above', 'Start sshd.']);
    expect(failed('refused', 2_000)).toEqual(['see above', '']);
    const node = folded(
      link('connecting'),
      step('tcp', 'failed', said),
      link('failed', { text: 'refused Start sshd.' }),
    );
    expect(endedBecause(node)).toEqual({ cause: 'refused', next: 'Start sshd.' });
    expect(endedBecause(folded(link('lost', { text: 'Gone.' })))).toEqual({ cause: 'Gone.', next: '' });
    expect(failed('Something else.')).toEqual(['refused', 'Start sshd.']);
  });

  it('begin anew with a new connection', () => {
    const node = folded(step('tcp', 'failed'), link('connecting'));
    expect(checklistRows(node).every(({ state }) => state === 'waiting')).toBe(true);
  });
});

describe('a duration', () => {
  it.each([
    [null, ''],
    [0.3, '< 1 ms'],
    [12.4, '12 ms'],
    [999, '999 ms'],
    [1_240, '1.2 s'],
  ])('%s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe('the fingerprint to decide on', () => {
  it('is the one of the refusal', () => {
    expect(
      unknownFingerprint(folded(link('failed', { code: 'host-key-unknown', text: `not known: ssh-ed25519 ${KEY}.` }))),
    ).toBe(KEY);
  });

  it('is found in the step when the link does not repeat it', () => {
    const node = folded(
      step('host-key', 'failed', { text: `it shows ${KEY}` }),
      link('failed', { code: 'host-key-unknown' }),
    );
    expect(unknownFingerprint(node)).toBe(KEY);
  });

  it('is none for a key that has changed: that is never a question', () => {
    expect(
      unknownFingerprint(folded(link('failed', { code: 'host-key-changed', text: `it shows ${KEY}` }))),
    ).toBeUndefined();
  });
});
