// Which gate judges, and by which limit: a slider, a number in GiB and the limits that somebody set. Re-judges at once.
import { Slider } from 'radix-ui';
import { useId, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { originText } from '../../../../shared/evidence/gate/gate-sentences.ts';
import type { Policy } from '../../../../shared/gates/policy.ts';
import type { Moment } from '../../../../shared/session/moment.ts';
import {
  gibField,
  largestDevice,
  limitAt,
  limitMib,
  limitSteps,
  limitTicks,
  readTypedLimit,
  stepPosition,
  withKind,
} from '../../../view/verdicts/limit-steps.ts';
import { Segmented } from './segmented.tsx';

export interface LimitControlProps {
  readonly policy: Policy;
  readonly moment: Moment;
  /** What the host's machine has in its environment, as it is written there; null when it is not set. */
  readonly limitVariable: string | null;
  readonly onPolicy: (policy: Policy) => void;
}

const KINDS = [
  {
    value: 'engine-tree',
    text: 'Engine tree',
    title: 'The sum over an engine’s processes on each GPU; the largest GPU is judged',
  },
  {
    value: 'whole-gpu',
    text: 'Whole GPU',
    title: 'Everything used on the engine’s GPUs, whoever holds it; the fullest GPU is judged',
  },
] as const;

export function LimitControl({ policy, moment, limitVariable, onPolicy }: LimitControlProps): ReactElement {
  // A text that is being typed; undefined: the field shows the limit.
  const [draft, setDraft] = useState<string>();
  const field = useId();
  const steps = limitSteps(largestDevice(moment));
  const read = draft === undefined ? undefined : readTypedLimit(draft);
  const wrong = read?.ok === false ? read.text : '';
  const choose = (next: Policy): void => {
    setDraft(undefined);
    onPolicy(next);
  };
  const type = (text: string): void => {
    setDraft(text);
    const typed = readTypedLimit(text);
    if (typed.ok) onPolicy({ ...policy, limit: typed.limit, origin: 'flag' });
  };
  const leave = (): void => {
    if (wrong === '') setDraft(undefined);
  };
  const onKey = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') setDraft(undefined);
    if (key === 'Enter') leave();
  };
  return (
    <div className="flex flex-wrap items-start gap-x-5 gap-y-1.5 px-4 py-2">
      <Segmented label="Gate" value={policy.kind} options={KINDS} onChange={(kind) => choose(withKind(policy, kind))} />
      <div className="order-last basis-full pt-1.5 @3xl:order-none @3xl:flex-1 @3xl:basis-0">
        <Slider.Root
          className="relative flex h-4 touch-none items-center select-none"
          min={0}
          max={steps.length - 1}
          step={1}
          value={[stepPosition(policy.limit, steps)]}
          onValueChange={([at]) => {
            if (at !== undefined) choose({ ...policy, limit: limitAt(at, steps), origin: 'flag' });
          }}
        >
          <Slider.Track className="relative h-1 grow rounded-full bg-line-strong/60">
            <Slider.Range className="absolute h-full rounded-full bg-accent" />
          </Slider.Track>
          <Slider.Thumb
            aria-label="Limit in GiB"
            aria-valuetext={`${gibField(policy.limit)} GiB`}
            className="block size-4 rounded-full border-2 border-accent bg-panel"
          />
        </Slider.Root>
        <LimitTicks policy={policy} moment={moment} limitVariable={limitVariable} steps={steps} onPolicy={choose}>
          <div id={`${field}-says`} className="ml-auto max-w-72 text-right text-[12px]" role="status">
            {wrong === '' ? (
              <span className="text-muted">
                {limitMib(policy.limit)}, {originText(policy.origin, 'window')}
              </span>
            ) : (
              <span className="text-fail">
                {wrong} The limit stays at {gibField(policy.limit)} GiB.
              </span>
            )}
          </div>
        </LimitTicks>
      </div>
      <div className="ml-auto flex items-center gap-1.5">
        <label htmlFor={field} className="text-[12px] text-muted">
          at most
        </label>
        <input
          id={field}
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={wrong !== ''}
          aria-describedby={`${field}-says`}
          value={draft ?? gibField(policy.limit)}
          onChange={({ currentTarget }) => type(currentTarget.value)}
          onBlur={leave}
          onKeyDown={onKey}
          className="w-20 rounded border border-line-strong bg-bg px-2 py-0.5 text-right aria-invalid:border-fail aria-invalid:text-fail"
        />
        <span className="text-[12px] text-muted">GiB</span>
      </div>
    </div>
  );
}

interface LimitTicksProps extends LimitControlProps {
  readonly steps: readonly number[];
  /** Stands at the end of their line. */
  readonly children: ReactNode;
}

/** The limits that somebody set: marks at their places below the slider, and buttons that take them. */
function LimitTicks({ policy, moment, limitVariable, steps, onPolicy, children }: LimitTicksProps): ReactElement {
  const ticks = limitTicks(policy.kind, limitVariable, moment);
  return (
    <>
      <div aria-hidden className="relative mx-2 h-1.5">
        {ticks.map(({ origin, limit }) => (
          <span
            key={`${origin} ${limit}`}
            style={{ left: `${(stepPosition(limit, steps) / (steps.length - 1)) * 100}%` }}
            className="absolute h-1.5 w-px bg-line-strong"
          />
        ))}
      </div>
      <div className="flex flex-wrap items-start gap-x-1">
        {ticks.map(({ origin, limit, label }) => (
          <button
            key={`${origin} ${limit}`}
            type="button"
            aria-pressed={policy.origin === origin && policy.limit === limit}
            aria-label={`Limit by ${label}: ${gibField(limit)} GiB`}
            onClick={() => onPolicy({ kind: policy.kind, limit, origin })}
            className="rounded px-1 text-[11px] whitespace-nowrap text-muted hover:text-accent aria-pressed:font-semibold aria-pressed:text-text"
          >
            {label} {gibField(limit)}
          </button>
        ))}
        {children}
      </div>
    </>
  );
}
