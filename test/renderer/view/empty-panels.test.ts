// What panels say where they have nothing to show: what is missing, why, and what to do.
import { expect, it } from 'vitest';
import { emptyMatrix, emptyPair } from '../../../renderer/view/empty-panels.ts';
import { DEMO_SCENARIOS } from '../../../shared/source/demo-scenarios.ts';
import type { Edit } from '../../kit/frame-text.ts';
import { folded, look } from '../../kit/observed.ts';
import { EMPTY_NODE } from '../../kit/scenarios.ts';

function momentOf(text: string, edit?: Edit) {
  const { moment } = folded(...look(text, edit === undefined ? {} : { edit }));
  if (moment === undefined) throw new Error('there is a whole look');
  return moment;
}

it('says of a matrix without rows what is used all the same, and what may hide who holds it', () => {
  const { what, why, next } = emptyMatrix(momentOf('gpu 3B:00.0 "NVIDIA H100" total 81559 reserved 479 used 1234\n'));
  expect(what).toBe('The driver lists no process with GPU memory.');
  expect(why).toBe('Used all the same: 00000000:3B:00.0 1,234 MiB.');
  expect(next).toContain('Connect to the host itself');
});

it('says why the driver gave no list, and what to do about it', () => {
  const { what, why, next } = emptyMatrix(momentOf(DEMO_SCENARIOS.get('no-driver')?.text ?? ''));
  expect(what).toBe('The driver gave no list of processes, so who holds memory is unknown.');
  expect(why).toMatch(/^No NVIDIA driver is loaded/);
  expect(next).not.toBe('');
});

it('says that nobody accounts for anything, and that one may not have been seen', () => {
  const all = emptyPair(momentOf(EMPTY_NODE));
  expect(all.what).toBe('No engine was found, so nobody says what should be resident.');
  expect(all.why).toContain('what the driver says is in the ledger');
  const part = emptyPair(momentOf(EMPTY_NODE, (line) => (line.startsWith('scan\t') ? [] : undefined)));
  expect(part.why).toBe('The process table was not read to its end, so there may be one that was not seen.');
});
