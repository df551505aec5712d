// Two moments beside each other: every row, its words, engines matched without pids, noise and unknowns.
import { describe, expect, it } from 'vitest';
import { compareBars } from '../../../../renderer/view/compare/compare-bars.ts';
import { keptLine } from '../../../../renderer/view/compare/kept-line.ts';
import { fromMiB } from '../../../../shared/base/units.ts';
import { DEMO_SCENARIOS } from '../../../../shared/source/demo-scenarios.ts';
import { enginesText, rowsText, viewOf } from '../compare-text.ts';
import { byHand, momentOf, POLICY } from '../ledger-text.ts';

const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';
const awake = (): ReturnType<typeof momentOf> => momentOf(CYCLE, { step: 2 });
const asleep = (): ReturnType<typeof momentOf> => momentOf(CYCLE, { step: 4 });

describe('awake against asleep', () => {
  it('says what each row did, the largest difference first', () => {
    const view = viewOf(awake(), asleep());
    expect(view.sentence).toBe('From A to B: 124,918 MiB freed, 73,528 MiB grown or new.');
    expect(rowsText(view)).toBe(
      byHand(`
        scheduler TP0 of sglang :30000, pid 4008, 3B:00.0: 64,210 → 1,741 = −62,469 MiB, freed
        scheduler TP1 of sglang :30000, pid 4015, 41:00.0: 64,190 → 1,741 = −62,449 MiB, freed
        ray::MegatronTrainRayActor.train of trainer, pid 4036, 3B:00.0: 2,148 → 38,912 = +36,764 MiB, grown
        ray::MegatronTrainRayActor.train of trainer, pid 4043, 41:00.0: 2,140 → 38,904 = +36,764 MiB, grown
        no process of nobody visible, 3B:00.0: 9 → 9 = 0 MiB, the same ~
        no process of nobody visible, 41:00.0: 11 → 11 = 0 MiB, the same ~`),
    );
  });

  it('puts resident, accounting, gap and limit of each engine beside each other', () => {
    expect(enginesText(viewOf(awake(), asleep()))).toBe(
      'sglang :30000 (same process) | 64,210 accounted 62,474 gap +1,736 MiB, fail: 61,138 MiB over the limit | 1,741 accounted 62,474 gap −60,733 MiB, pass: 1,331 MiB under the limit | −62,469 MiB',
    );
  });

  it('is drawn around zero, freed to the left and grown to the right, in words as well', () => {
    const { bars, edgeMib, left } = compareBars(viewOf(awake(), asleep()).rows);
    expect(bars.map(({ name, mib, label }) => [name, mib, label])).toEqual([
      ['scheduler TP0, 3B:00.0', -62_469, 'freed 62,469 MiB'],
      ['scheduler TP1, 41:00.0', -62_449, 'freed 62,449 MiB'],
      ['ray::Megatron…or.train, 3B:00.0', 36_764, 'grown 36,764 MiB'],
      ['ray::Megatron…or.train, 41:00.0', 36_764, 'grown 36,764 MiB'],
    ]);
    expect([edgeMib, left]).toEqual([65_536, { unknown: 0, noise: 2, more: 0 }]);
  });

  it('calls what is within the floor the same, and says how the floor was found', () => {
    const view = viewOf(awake(), momentOf(CYCLE, { step: 7 }), fromMiB(8), 6);
    expect(view.noise).toBe('Noise floor: 8 MiB, measured from 6 idle looks.');
    expect(view.rows.map(({ says, isNoise }) => [says, isNoise]).slice(0, 4)).toEqual([
      ['the same, within noise', true],
      ['the same, within noise', true],
      ['the same, within noise', true],
      ['the same, within noise', true],
    ]);
    expect(view.sentence).toBe('Nothing differs by more than the noise.');
  });
});

describe('two runs', () => {
  // The same scenario with everything started in another order: other pids, same roles.
  const restarted = CYCLE.replace('process engine', 'process first "bash" rss 5\n\nprocess engine').replace(
    'node demo-gpu-04',
    'node demo-gpu-05',
  );

  it('are matched by port, rank and bus, with both pids', () => {
    const view = viewOf(asleep(), momentOf(restarted, { step: 4 }));
    expect(view.engines.map(({ match }) => match)).toEqual([expect.stringMatching(/^same port, pid 4001 → \d+$/)]);
    expect(view.rows.find(({ role }) => role === 'scheduler')?.pids).toMatch(/^pid \d+ → \d+$/);
  });

  it('leave what has no counterpart in sight, under the side that has it', () => {
    const only = CYCLE.slice(0, CYCLE.indexOf('process raylet'));
    const view = viewOf(asleep(), momentOf(only, { step: 4 }));
    expect(rowsText(view).split('\n').slice(0, 2)).toEqual([
      'ray::MegatronTrainRayActor.train of trainer, pid 4036, 3B:00.0: 38,912 → – = −38,912 MiB, gone [only-a]',
      'ray::MegatronTrainRayActor.train of trainer, pid 4043, 41:00.0: 38,904 → – = −38,904 MiB, gone [only-a]',
    ]);
    const none = viewOf(momentOf(only.slice(0, only.indexOf('process engine')), { step: 4 }), asleep());
    expect(none.engines.map(({ match, a }) => [match, a])).toEqual([['only in B', undefined]]);
  });
});

describe('what is unknown', () => {
  it('stands first with its reason, is in no sum and in no bar', () => {
    const unread = CYCLE.replace('used sum+9', 'used 40662').replace(
      'then 1741 then 1741 then 1741 then 64212',
      'then [N/A] then 1741 then 1741 then 64212',
    );
    const view = viewOf(awake(), momentOf(unread, { step: 4 }));
    const [first] = view.rows;
    expect([first?.delta.text, first?.change, first?.deltaMib]).toEqual(['unknown', 'unknown', null]);
    expect(first?.says).toMatch(/^unknown: \S/);
    expect(view.sentence).toMatch(/; \d rows? (?:is|are) unknown and in no sum\.$/);
    expect(view.engines[0]?.b?.verdict).toBe('inconclusive');
    expect(compareBars(view.rows).bars.map(({ name }) => name)).not.toContain('scheduler TP0, 3B:00.0');
  });

  it('makes a kept moment say why its total is none', () => {
    const silent = momentOf(DEMO_SCENARIOS.get('no-driver')?.text ?? '');
    const line = keptLine(silent, POLICY);
    expect([line.total, line.badge]).toEqual(['used: unknown', 'INCONCLUSIVE']);
    expect(line.why).not.toBe('');
    expect(keptLine(asleep(), POLICY)).toMatchObject({ total: '81,318 MiB used', verdict: 'pass', why: '' });
  });
});
