// A gate over one release on an engine's card: arm it, watch its phases, read its verdict with the curve.
import type { ReactElement } from 'react';
import type { Bytes } from '../../../../shared/base/units.ts';
import { GATE_STEPS, gateView, type ArmedGate } from '../../../view/verdicts/armed-gates.ts';
import { VerdictBadge } from './verdict-badge.tsx';
import { VerdictCurveChart } from './verdict-curve-chart.tsx';

export interface ArmedGatePartProps {
  /** undefined while none is armed. */
  readonly armed: ArmedGate | undefined;
  readonly limit: Bytes;
  /** undefined where no look can come, as in a recording. */
  readonly onArm: (() => void) | undefined;
  readonly onDisarm: () => void;
}

const BUTTON =
  'rounded border border-line-strong px-2.5 py-1 text-[12px] font-medium hover:border-accent hover:text-accent';

export function ArmedGatePart({ armed, limit, onArm, onDisarm }: ArmedGatePartProps): ReactElement | null {
  if (armed === undefined) {
    if (onArm === undefined) return null;
    return (
      <div>
        <p className="mb-1.5">
          Judges one release: it takes the level of now, waits until the engine let go and held still, and then judges.
        </p>
        <button type="button" className={BUTTON} onClick={onArm}>
          Arm the gate
        </button>
      </div>
    );
  }
  const { phase, step, sentence, verdict, curve } = gateView(armed);
  const at = GATE_STEPS.indexOf(phase);
  return (
    <div className="flex flex-col gap-1.5">
      <ol className="flex flex-wrap gap-x-1 text-[12px]" aria-label="Phases of the gate">
        {GATE_STEPS.map((each, place) => (
          <li
            key={each}
            aria-current={place === at ? 'step' : undefined}
            className="text-muted aria-[current=step]:font-semibold aria-[current=step]:text-text"
          >
            {place === 0 ? '' : '→ '}
            {place === at ? step : each === 'done' ? 'verdict' : each}
          </li>
        ))}
      </ol>
      <p role="status" className="flex flex-wrap items-center gap-x-2">
        {verdict === undefined ? null : <VerdictBadge verdict={verdict} judged text={verdict.toUpperCase()} />}
        <span>{sentence}</span>
      </p>
      <VerdictCurveChart curve={{ points: curve, unknown: 0, sentence: looksText(curve.length) }} limit={limit} />
      <span className="flex gap-2">
        <button type="button" className={BUTTON} onClick={onDisarm}>
          {phase === 'done' ? 'Put it away' : 'Cancel'}
        </button>
        {phase === 'done' && onArm !== undefined ? (
          <button type="button" className={BUTTON} onClick={onArm}>
            Arm it again
          </button>
        ) : null}
      </span>
    </div>
  );
}

function looksText(count: number): string {
  return count === 1 ? 'One look so far.' : `${count} looks since it was armed.`;
}
