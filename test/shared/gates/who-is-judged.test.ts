// Who is judged, who is exempt, how verdicts combine, and the gate on the whole card.
import { expect, it } from 'vitest';
import type { Reason } from '../../../shared/base/reason.ts';
import { fromMiB, ZERO_BYTES } from '../../../shared/base/units.ts';
import { parseSelector, selects } from '../../../shared/gates/selector.ts';
import { combine, type Judgement, type Verdict } from '../../../shared/gates/verdict.ts';
import { judged, lines, resultOf, verdictLines } from '../../kit/judged.ts';
import {
  DP_CONTROLLER,
  EMPTY_NODE,
  MILES_SPAWN_STUB,
  TWO_ENGINES_ONE_LEAKS,
  VLLM_ON_RAY,
} from '../../kit/scenarios.ts';
import { drop, overTwoGpus, replace } from './small-nodes.ts';

it.each([
  ['pid:LABEL of the root', 'pid:leaky'],
  ['pid:LABEL of any process of its tree', 'pid:leaky-tp0'],
  ['port', 'port:30001'],
  ['a part of its title', 'title:Qwen2.5-7B'],
])('judges only what a selector names, by %s', (_how, engine) => {
  expect(verdictLines(TWO_ENGINES_ONE_LEAKS, { engine: [engine] })).toBe(
    lines(`
      fail
      sglang leaky: fail, holds 61440 on 41 [41 61440]; the seed reads 61440: fail`),
  );
});

it('judges both of two matches', () => {
  expect(verdictLines(TWO_ENGINES_ONE_LEAKS, { engine: ['kind:sglang'] })).toBe(verdictLines(TWO_ENGINES_ONE_LEAKS));
});

it('is inconclusive for a selector that matches nobody, alone and beside one that does', () => {
  expect(verdictLines(TWO_ENGINES_ONE_LEAKS, { engine: ['kind:vllm'] })).toBe('inconclusive (engine-not-found)');
  expect(verdictLines(TWO_ENGINES_ONE_LEAKS, { engine: ['pid:good', 'port:31000'] })).toBe(
    lines(`
      inconclusive (engine-not-found)
      sglang good: pass, holds 1740 on 3B [3B 1740]; the seed reads 1740: pass`),
  );
});

it('exempts only who is said to be awake, and shows the verdict that it would have', () => {
  expect(verdictLines(TWO_ENGINES_ONE_LEAKS, { expectAwake: ['pid:leaky'] })).toBe(
    lines(`
      pass
      sglang good: pass, holds 1740 on 3B [3B 1740]; the seed reads 1740: pass
      sglang leaky: fail (exempt), holds 61440 on 41 [41 61440]; the seed reads 61440: fail`),
  );
});

it('nothing-judged: everybody is exempt', () => {
  expect(verdictLines(TWO_ENGINES_ONE_LEAKS, { expectAwake: ['kind:sglang'] })).toContain(
    'inconclusive (nothing-judged)\n',
  );
});

it('keeps an exemption that matches nobody as a finding', () => {
  const { result } = resultOf(TWO_ENGINES_ONE_LEAKS, { expectAwake: ['port:31000'] });
  expect(result.unmatchedAwake).toEqual([{ by: 'port', port: 31000 }]);
  expect(result.verdict).toBe('fail');
});

it('judges the tree under a pid that the user named, engine or not', () => {
  expect(verdictLines(MILES_SPAWN_STUB, { rootPid: 'train0' })).toBe(
    lines(`
      fail
      tree train0: fail, holds 38912 on 3B [3B 38912]; the seed reads 38912: fail`),
  );
  expect(verdictLines(MILES_SPAWN_STUB, { rootPid: 4242 })).toBe(
    lines(`
      inconclusive (no-tree-row, tree-incomplete)
      tree pid 4242: inconclusive, holds at least 0 [], no-tree-row, tree-incomplete; the seed measures nothing: skip`),
  );
});

const goneRoot = (mib: number): string => `${EMPTY_NODE}\ngone 4242 on 3B:00.0 ${mib}`;

it('counts rows of a named pid that is gone: the user meant this pid', () => {
  expect(verdictLines(goneRoot(30000), { rootPid: 4242 })).toBe(
    lines(`
      fail (tree-incomplete)
      tree pid 4242: fail, holds at least 30000 on 3B [3B 30000], tree-incomplete; the seed reads 30000: fail`),
  );
});

it.each(['gone', 'alive', 'unreadable'])('passes no named pid that is %s: what it started is not known', (alive) => {
  const sample = { edit: replace(/^gone\t4242\t.*/, `gone\t4242\t${alive}`) };
  expect(verdictLines(goneRoot(1000), { rootPid: 4242, sample })).toBe(
    lines(`
      inconclusive (tree-incomplete)
      tree pid 4242: inconclusive, holds at least 1000 on 3B [3B 1000], tree-incomplete; the seed reads 1000: pass`),
  );
});

const ORPHAN_BESIDE_VLLM = `
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
process server "/usr/bin/python3 /usr/local/bin/vllm serve Q --port 8000"
  process core "VLLM::EngineCore" on 3B:00.0 1000
orphan left "sglang::scheduler_TP0" on 3B:00.0 30720`;

it.each(['kind:sglang', 'title:scheduler'])(
  'an orphan is exempt from no %s: nobody expects it to be awake',
  (awake) => {
    const { result } = resultOf(ORPHAN_BESIDE_VLLM, { expectAwake: [awake] });
    expect([result.verdict, result.unmatchedAwake.length]).toEqual(['fail', 1]);
  },
);

it('an orphan is exempt when its pid is named', () => {
  expect(verdictLines(ORPHAN_BESIDE_VLLM, { expectAwake: ['pid:left'] })).toMatch(/^pass\n/);
});

it.each(['pid:', 'pid:x', 'pid:-1', 'pid:12345678', 'port:', 'port:1e3', 'kind', 'kind:', 'name:x', '', ':', '4001'])(
  '%j is no selector',
  (text) => expect(parseSelector(text)).toBeUndefined(),
);

it('finds a title in any process of the tree, and keeps colons in its text', () => {
  const [subject] = resultOf(DP_CONTROLLER).result.judgements.map((each) => each.subject);
  const selector = parseSelector('title:sglang::scheduler_DP1');
  expect(selector).toEqual({ by: 'title', text: 'sglang::scheduler_DP1' });
  expect(subject !== undefined && selector !== undefined && selects(selector, subject)).toBe(true);
});

const one = (verdict: Verdict, exempt = false, reasons: Reason[] = []): Judgement => ({
  subject: { kind: 'sglang', rootPid: 1, title: '', members: [], incomplete: [], ports: [], seedPids: [] },
  verdict,
  reasons,
  residual: null,
  atLeast: ZERO_BYTES,
  worstBus: null,
  perBus: new Map(),
  seed: { residualBytes: null, action: 'skip' },
  exempt,
});

it.each<[string, Judgement[], Verdict]>([
  ['nobody', [], 'inconclusive'],
  ['pass', [one('pass')], 'pass'],
  ['pass + pass', [one('pass'), one('pass')], 'pass'],
  ['pass + inconclusive', [one('pass'), one('inconclusive')], 'inconclusive'],
  ['inconclusive + fail', [one('inconclusive'), one('fail')], 'fail'],
  ['pass + fail', [one('pass'), one('fail')], 'fail'],
  ['exempt fail', [one('fail', true)], 'inconclusive'],
  ['pass + exempt fail', [one('pass'), one('fail', true)], 'pass'],
  ['pass + exempt inconclusive', [one('pass'), one('inconclusive', true)], 'pass'],
  ['fail + exempt pass', [one('fail'), one('pass', true)], 'fail'],
])('%s together', (_name, judgements, verdict) => {
  expect(combine(judgements, []).verdict).toBe(verdict);
  expect(combine(judgements.toReversed(), []).verdict).toBe(verdict);
});

it('keeps the reasons of those who count, each once, in the order of the list', () => {
  const moving = one('inconclusive', false, [
    { code: 'moving', where: 'b' },
    { code: 'gone-rows', where: 'a' },
  ]);
  const exempt = one('inconclusive', true, [{ code: 'smi-timeout', where: '' }]);
  expect(combine([moving, moving, exempt], []).reasons).toEqual(['gone-rows', 'moving']);
  expect(combine([one('pass')], [{ code: 'engine-not-found', where: '' }])).toEqual({
    verdict: 'inconclusive',
    reasons: ['engine-not-found'],
  });
});

const card = (text: string, asked = {}): string => verdictLines(text, { policy: 'whole-gpu', ...asked });

it('whole-gpu: the fullest card of the engine, whoever holds it', () => {
  expect(judged(MILES_SPAWN_STUB, { policy: 'whole-gpu' })).toBe(
    lines(`
      fail
      sglang stub: fail, holds 40661 on 3B [3B 40661, 41 40615]; the seed reads 40661: fail
      3B: used 40661 = engine tp0 1740 + trainer train0 38912 + no process 9
      41: used 40615 = engine tp1 1700 + trainer train1 38904 + no process 11`),
  );
  expect(card(DP_CONTROLLER)).toBe(
    lines(`
      pass
      sglang server: pass, holds 1749 on 3B [3B 1749, 41 1711]; the seed reads 1749: pass`),
  );
});

it('whole-gpu: equality passes', () => {
  expect(card(DP_CONTROLLER, { limit: fromMiB(1749) })).toContain('pass');
  expect(card(DP_CONTROLLER, { limit: fromMiB(1748) })).toContain('fail');
});

it('whole-gpu: only the cards that the user names, in any spelling', () => {
  expect(card(MILES_SPAWN_STUB, { bus: ['0000:41:00.0'], limit: fromMiB(40615) })).toBe(
    lines(`
      pass
      sglang stub: pass, holds 40615 on 41 [41 40615]; the seed reads 40615: pass`),
  );
  expect(card(MILES_SPAWN_STUB, { bus: ['99:00.0'] })).toBe(
    lines(`
      inconclusive (device-unreadable)
      sglang stub: inconclusive, holds at least 0 [99 0+?], device-unreadable; the seed measures nothing: skip`),
  );
});

it('whole-gpu: a tree whose cards are not known is not judged, unless they are named', () => {
  expect(card(VLLM_ON_RAY)).toContain('inconclusive (no-tree-row, tree-incomplete)');
  expect(card(VLLM_ON_RAY, { bus: ['3B:00.0', '41:00.0'] })).toContain('pass\nvllm server: pass, holds 2057 on 3B');
  expect(card(overTwoGpus(), { sample: { edit: drop(/^scan\t/) } })).toContain('inconclusive (proc-incomplete)');
  const inner = { sample: { edit: replace(/^(node\tpidNamespace\t).*/, '$1inner') } };
  expect(card(overTwoGpus(30000), inner)).toContain('inconclusive (pid-namespace)');
  expect(card(`${overTwoGpus()}smi refuse gpu_bus_id`)).toContain('inconclusive (no-bus-column)');
});

const moving = (first: string, second: string): string =>
  overTwoGpus().replace('used sum+9', `used ${first}`).replace('used sum+9', `used ${second}`);

it('whole-gpu: a card that crosses the limit between the readings decides nothing', () => {
  const closing = { step: 1 };
  expect(card(moving('1009 then 9000', '1009'), { closing })).toContain('inconclusive (moving)');
  expect(card(moving('9000 then 1009', '1009'), { closing })).toContain('inconclusive (moving)');
  expect(card(moving('1009 then 3000', '1009'), { closing })).toContain('pass\n');
  expect(card(moving('9000 then 8000', '1009'), { closing })).toContain('fail\n');
});

it('whole-gpu: a card that stays above the limit fails, whatever moves on another', () => {
  expect(card(moving('9000 then 1009', '9000'), { closing: { step: 1 } })).toBe(
    lines(`
      fail (moving)
      sglang server: fail, holds 9000 on 3B [3B 9000, 41 9000], moving; the seed reads 9000: fail`),
  );
});

it('whole-gpu: [N/A] is not 0', () => {
  expect(card(moving('[N/A]', '1009'))).toBe(
    lines(`
      inconclusive (device-unreadable)
      sglang server: inconclusive, holds at least 1009 on 41 [3B 0+?, 41 1009], device-unreadable; the seed measures nothing: skip`),
  );
});

const ONE_CARD = `
gpu 01:00.0 "A" total 81559 reserved 479 used 30000
gpu 02:00.0 "A" total 81559 reserved 479 used 1000
process server "python -m sglang.launch_server --port 30000"
  process tp0 "sglang::scheduler_TP0" on 01:00.0 900`;

it('whole-gpu: two cards with one bus id are not the emptier of the two, in either order', () => {
  const sameBus = replace(/^out\t00000000:02:00\.0/, 'out\t00000000:01:00.0');
  for (const text of [ONE_CARD, ONE_CARD.replace('30000', '900').replace('1000', '30000')]) {
    expect(card(text, { bus: ['01:00.0'], sample: { edit: sameBus }, closing: { edit: sameBus } })).toBe(
      lines(`
        inconclusive (device-unreadable)
        sglang server: inconclusive, holds at least 0 [01 0+?], device-unreadable; the seed measures nothing: skip`),
    );
  }
});

it('whole-gpu: a card that refused a part of its answer passes on no other part, and still fails', () => {
  const edit = replace(/^(out\t00000000:02:00\.0, .*), \d+$/, '$1, [Unknown Error]');
  const asked = { bus: ['02:00.0'], sample: { edit } };
  expect(card(ONE_CARD, asked)).toMatch(/^inconclusive \(device-unreadable\)\n/);
  expect(card(ONE_CARD, { ...asked, limitGib: 0.5 })).toMatch(/^fail \(device-unreadable\)\n/);
});

const ZOMBIES = `
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1000
orphan dead "" title comm "sglang::schedul" state Z`;

it('does not judge zombies of a dead engine that the driver does not list: they hold nothing and never will', () => {
  expect(verdictLines(ZOMBIES)).toBe(
    lines(`
      pass
      sglang server: pass, holds 1000 on 3B [3B 1000]; the seed reads 1000: pass`),
  );
});

it('judges a zombie that the driver lists: its memory is not free yet', () => {
  expect(verdictLines(`${ZOMBIES} on 3B:00.0 4000`)).toMatch(/^fail\n/);
});
