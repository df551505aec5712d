// A kept moment in one line: when, where, how much all GPUs used, and what the gate says of it.
import { sum, total } from '../../../shared/base/known.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import type { Verdict } from '../../../shared/gates/verdict.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { wholeMib, whyText } from '../screen-text.ts';
import { timeText } from '../time-text.ts';
import { verdictBoard } from '../verdicts/verdicts.ts';

export interface KeptLine {
  readonly time: string;
  /** `128,420 MiB used`; `unknown` with its reason. */
  readonly total: string;
  readonly why: string;
  readonly verdict: Verdict;
  /** False where nothing was judged. */
  readonly isJudged: boolean;
  readonly badge: string;
}

/** A moment never changes, and a list of them is drawn again whenever one is added. */
const REMEMBERED = new WeakMap<Moment, { readonly policy: Policy; readonly line: KeptLine }>();

/** The reason beside an unknown total says why it is unknown. */
export function keptLine(moment: Moment, policy: Policy): KeptLine {
  const before = REMEMBERED.get(moment);
  if (before?.policy === policy) return before.line;
  const line = lineOf(moment, policy);
  REMEMBERED.set(moment, { policy, line });
  return line;
}

function lineOf(moment: Moment, policy: Policy): KeptLine {
  const { devices, driverReasons } = moment.sighting.snapshot;
  const used = total(sum((devices?.devices ?? []).map((device) => device.used)));
  const [silent] = driverReasons;
  const why = !used.known ? whyText(used.why) : devices === undefined ? whyText(silent ?? NO_DEVICES) : '';
  const { verdict, isEmpty, badge } = verdictBoard({ moment, policy, told: new Map(), mode: 'live' }).node;
  return {
    time: timeText(moment.atMs),
    total: used.known && devices !== undefined ? `${wholeMib(used.value)} MiB used` : 'used: unknown',
    why,
    verdict,
    isJudged: !isEmpty,
    badge,
  };
}

const NO_DEVICES = { code: 'smi-failed', where: 'devices' } as const;
