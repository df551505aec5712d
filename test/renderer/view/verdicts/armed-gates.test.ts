// A gate that the user armed, look by look: its phases in words, its verdict, and that it keeps its rule.
import { describe, expect, it } from 'vitest';
import {
  gateView,
  NO_GATES,
  steppedGates,
  withArmed,
  withoutGate,
  type ArmedGates,
} from '../../../../renderer/view/verdicts/armed-gates.ts';
import { fromGiB } from '../../../../shared/base/units.ts';
import type { Policy } from '../../../../shared/gates/policy.ts';
import { processKey, type ProcessKey } from '../../../../shared/model/ids.ts';
import { DEMO_SCENARIOS } from '../../../../shared/source/demo-scenarios.ts';
import { FIRST_LOOK_MS } from '../../../kit/observed.ts';
import { momentOf, POLICY } from '../ledger-text.ts';

const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';
const at = (step: number, atMs = FIRST_LOOK_MS + step * 2_000, text = CYCLE): ReturnType<typeof momentOf> =>
  momentOf(text, { step, atMs });

function engine(): ProcessKey {
  const root = at(0).session.latest?.detection.engines[0]?.root;
  if (root === undefined) throw new Error('the scenario has no engine');
  return processKey(root.pid, root.startTicks);
}

function played(steps: readonly number[], policy: Policy = POLICY, text = CYCLE): string[] {
  const key = engine();
  let gates: ArmedGates = withArmed(NO_GATES, key, policy, at(steps[0] ?? 0, undefined, text));
  const said: string[] = [];
  const say = (): void => {
    const gate = gates.get(key);
    if (gate === undefined) return;
    const { step, sentence, verdict } = gateView(gate);
    said.push(`${step}${verdict === undefined ? '' : ` ${verdict}`}: ${sentence}`);
  };
  say();
  for (const step of steps.slice(1)) {
    gates = steppedGates(gates, at(step, undefined, text));
    say();
  }
  return said;
}

describe('an armed gate', () => {
  it('says each phase, and judges once it held still', () => {
    expect(played([1, 2, 3, 4, 5, 6, 7])).toEqual([
      'armed: Waiting for a release from 64,210 MiB; 60.0 s are left. Let the engine go now.',
      'armed: Waiting for a release from 64,210 MiB; 58.0 s are left. Let the engine go now.',
      'releasing: It is letting go: 30,720 MiB, from 64,210 MiB; 56.0 s are left.',
      'releasing: It is letting go: 1,741 MiB, from 64,210 MiB; 54.0 s are left.',
      'settling 2.0 s: 1,741 MiB has held still for 2.0 s of 3.0 s, within the limit.',
      'verdict pass: 1,741 MiB, at most the 3,072 MiB of the limit; settled after 4.0 s, from 64,210 MiB.',
      'verdict pass: 1,741 MiB, at most the 3,072 MiB of the limit; settled after 4.0 s, from 64,210 MiB.',
    ]);
  });

  it('holds on longer above the limit that it was armed with', () => {
    const strict: Policy = { kind: 'engine-tree', limit: fromGiB(1), origin: 'flag' };
    expect(played([2, 3, 4, 5, 6], strict).at(-1)).toBe(
      'settling 4.0 s: 1,741 MiB has held still for 4.0 s of 10.0 s, not within the limit.',
    );
  });

  it('knows nothing of what happened in a gap, nor of an engine that is gone', () => {
    expect(played([1, 8]).at(-1)).toMatch(/^verdict inconclusive: Inconclusive: \S/);
    const key = engine();
    const gates = withArmed(NO_GATES, key, POLICY, at(1));
    const [nobody = ''] = CYCLE.split('process engine');
    const [gate] = steppedGates(gates, at(2, undefined, nobody)).values();
    expect(gate?.gate.looks.at(-1)).toMatchObject({ verdict: 'inconclusive', resident: { known: false } });
  });

  it('can be cancelled', () => {
    const key = engine();
    expect(withoutGate(withArmed(NO_GATES, key, POLICY, at(1)), key).size).toBe(0);
  });
});
