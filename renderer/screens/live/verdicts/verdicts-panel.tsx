// The verdicts of the live screen: the node's own, the gate and its limit, and one row an engine with its card.
import { Gavel } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { Policy } from '../../../../shared/gates/policy.ts';
import type { ProcessKey } from '../../../../shared/model/ids.ts';
import type { Moment } from '../../../../shared/session/moment.ts';
import type { NodeSession } from '../../../../shared/session/node-session.ts';
import type { ArmedGates } from '../../../view/verdicts/armed-gates.ts';
import type { RawRequest } from '../../../view/raw-request.ts';
import type { Selection } from '../../../view/selection.ts';
import { verdictCurve } from '../../../view/verdicts/verdict-curve.ts';
import { verdictBoard } from '../../../view/verdicts/verdicts.ts';
import { usePaced } from '../timeline/use-paced.ts';
import { useJudgeNow, type JudgeNow } from './judge-now.ts';
import { LimitControl } from './limit-control.tsx';
import { VerdictBadge } from './verdict-badge.tsx';
import { VerdictDetails } from './verdict-details.tsx';
import { VerdictRow } from './verdict-row.tsx';

const REDRAW_MS = 250;

export interface Arming {
  readonly gates: ArmedGates;
  /** undefined where no look can come any more. */
  readonly onArm: ((engine: ProcessKey) => void) | undefined;
  readonly onDisarm: (engine: ProcessKey) => void;
}

export interface VerdictsPanelProps {
  readonly moment: Moment;
  readonly node: NodeSession;
  readonly policy: Policy;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  /** With the look that was judged: it may be an earlier one than the screen shows. */
  readonly onRaw: (request: RawRequest, moment: Moment) => void;
  readonly limitVariable: string | null;
  readonly onPolicy: (policy: Policy) => void;
  /** `pid@startTicks` of the engine's root; null takes back what was said. */
  readonly onTell: (engine: ProcessKey, state: 'awake' | 'asleep' | null) => void;
  /** Gates over a release; undefined where there are none. */
  readonly arming?: Arming;
  /** Takes a look now. */
  readonly onLook: () => void;
  /** Is given what "judge now" does, for a key or a menu, and undefined when it can do nothing. */
  readonly onJudge?: (judge: (() => void) | undefined) => void;
}

export function VerdictsPanel(props: VerdictsPanelProps): ReactElement {
  const { arming } = props;
  const { node, policy, selection, onSelect, onRaw, limitVariable, onPolicy, onTell, onLook, onJudge } = props;
  // Four times a second at most: a node that is looked at more often needs no verdict for each look on the screen. What
  // the user says of an engine counts at once: until then the old verdict would stand beside the new words.
  const shown = usePaced(props.moment, REDRAW_MS, node.told);
  const judging = useJudgeNow(shown, node.moment ?? props.moment, onLook);
  const { moment, state } = judging;
  const [open, setOpen] = useState<ReadonlySet<ProcessKey>>(new Set());
  useEffect(() => {
    onJudge?.(state === 'waiting' ? undefined : judging.ask);
    return () => onJudge?.(undefined);
  });
  const mode = state === 'judged' ? 'asked' : 'live';
  const board = useMemo(
    () => verdictBoard({ moment, policy, told: node.told, mode }),
    [moment, policy, node.told, mode],
  );
  const toggle = (key: ProcessKey, isOpen: boolean): void => {
    const next = new Set(open);
    if (isOpen) next.add(key);
    else next.delete(key);
    setOpen(next);
  };
  const tell: VerdictsPanelProps['onTell'] = (engine, said) => {
    // What is said now is weighed against the newest look, not against the kept one.
    judging.backToLive();
    onTell(engine, said);
  };
  const { verdict, isEmpty, badge, sentence, next } = board.node;
  return (
    <section aria-label="Verdicts" className="@container rounded border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
        <h3 className="text-[13px] font-semibold">Verdict</h3>
        <VerdictBadge verdict={verdict} judged={!isEmpty} text={badge} />
        <p className="order-last basis-full @3xl:order-none @3xl:flex-1 @3xl:basis-0" aria-live="polite">
          {sentence}
        </p>
        <button
          type="button"
          onClick={judging.ask}
          disabled={state === 'waiting'}
          title="Takes a look now and judges it as the gate would: every engine that does not report, and of which you did not say, that it is awake"
          className="ml-auto inline-flex items-center gap-1.5 rounded border border-line-strong px-2.5 py-1 text-[12px] font-medium hover:border-accent hover:text-accent disabled:opacity-60"
        >
          <Gavel aria-hidden size={14} />
          {state === 'waiting' ? 'Looking…' : 'Judge now'}
        </button>
      </header>
      <JudgedLine judging={judging} />
      {next.length === 0 ? null : (
        <ul className="flex flex-col gap-0.5 px-4 pb-3 text-[13px] text-muted">
          {next.map((step) => (
            <li key={step}>Next: {step}</li>
          ))}
        </ul>
      )}
      <div className="border-t border-line">
        <LimitControl policy={policy} moment={moment} limitVariable={limitVariable} onPolicy={onPolicy} />
      </div>
      <ul className="m-0 list-none p-0">
        {board.cards.map((card) => (
          <VerdictRow
            key={card.key}
            card={card}
            isOpen={open.has(card.key)}
            isSelected={selection.engine === card.key}
            onOpen={(isOpen) => toggle(card.key, isOpen)}
            onTell={tell}
            onJudge={judging.ask}
          >
            {open.has(card.key) ? (
              <VerdictDetails
                card={card}
                curve={card.isOrphan ? undefined : verdictCurve(node.history, card.key, policy.kind)}
                limit={policy.limit}
                gate={
                  card.isOrphan || arming === undefined
                    ? undefined
                    : {
                        armed: arming.gates.get(card.key),
                        onArm: arming.onArm === undefined ? undefined : () => arming.onArm?.(card.key),
                        onDisarm: () => arming.onDisarm(card.key),
                      }
                }
                frameText={moment.sample.text}
                onPid={(pid) => onSelect({ engine: card.key, pid })}
                onRaw={(request) => onRaw(request, moment)}
              />
            ) : null}
          </VerdictRow>
        ))}
      </ul>
    </section>
  );
}

/** Says that what is shown is one judged look and not the newest, and leads back. */
function JudgedLine({ judging: { state, moment, backToLive } }: { judging: JudgeNow }): ReactElement | null {
  if (state !== 'judged') return null;
  const at = new Date(moment.atMs).toISOString().slice(11, 19);
  return (
    <p className="flex flex-wrap items-center gap-3 border-t border-line bg-accent/8 px-4 py-2 text-[13px]">
      <span>
        Judged at {at} UTC, on a look taken for it: only an engine that reports that it is awake, or that you expect to
        be awake, is not counted. The limit still re-judges this look.
      </span>
      <button type="button" onClick={backToLive} className="font-medium text-accent hover:underline">
        Back to live
      </button>
    </p>
  );
}
