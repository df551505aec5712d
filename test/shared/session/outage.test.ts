// Outages in the fold: opened once, closed by the next look, and never before anything was seen.
import { expect, it } from 'vitest';
import type { LinkSeen } from '../../../shared/model/observation.ts';
import { FIRST_LOOK_MS, folded, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';

const link = (second: number, state: LinkSeen['state']): LinkSeen => ({
  kind: 'link',
  node: 'n1',
  atMs: FIRST_LOOK_MS + second * 1000,
  state,
  text: `${state} at ${second} s`,
  code: null,
  retryMs: null,
});
const at = (second: number) => look(ASLEEP_CLEAN, { atMs: FIRST_LOOK_MS + second * 1000 });

it('is one outage, however often it was tried again, and the next look ends it', () => {
  const down = [link(4, 'lost'), link(5, 'connecting'), link(6, 'lost')];
  const open = { fromMs: FIRST_LOOK_MS + 2_070, toMs: undefined, cause: 'link', text: 'lost at 4 s' };
  expect(folded(...at(2), ...down).outages).toEqual([open]);
  expect(folded(...at(2), ...down, link(7, 'connected'), ...at(8)).outages).toEqual([
    { ...open, toMs: FIRST_LOOK_MS + 8_070 },
  ]);
});

it('is none before the first look', () => {
  expect(folded(link(0, 'failed'), link(1, 'lost'), ...at(2)).outages).toEqual([]);
});

it('is two when it happens twice', () => {
  const node = folded(...at(0), link(1, 'lost'), ...at(5), link(6, 'lost'), ...at(9));
  expect(node.outages.map(({ fromMs, toMs }) => [fromMs - FIRST_LOOK_MS, (toMs ?? 0) - FIRST_LOOK_MS])).toEqual([
    [70, 5_070],
    [5_070, 9_070],
  ]);
});
