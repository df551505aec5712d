// "Judge now": asks for a look and keeps the one that comes, which is then judged as the gate would.
import { useState } from 'react';
import type { Moment } from '../../../../shared/session/moment.ts';

export interface JudgeNow {
  /** `waiting`: a look was asked for and is not there yet. */
  readonly state: 'live' | 'waiting' | 'judged';
  /** The look to judge: the kept one, or the newest. */
  readonly moment: Moment;
  readonly ask: () => void;
  readonly backToLive: () => void;
}

interface Asked {
  readonly since: Moment;
  readonly kept: Moment | undefined;
}

/**
 * `shown` is the look at the cursor or the newest; `newest` is what was seen last. Only the latter can be the one that was
 * asked for: a cursor that moves to an earlier look brings nothing new.
 */
export function useJudgeNow(shown: Moment, newest: Moment, onLook: () => void): JudgeNow {
  const [asked, setAsked] = useState<Asked>();
  // An answer of an engine makes a new moment of the same sample; only a new sample is a look.
  const isNew = asked !== undefined && asked.kept === undefined && newest.sample !== asked.since.sample;
  if (isNew) setAsked({ ...asked, kept: newest });
  const kept = isNew ? newest : asked?.kept;
  return {
    state: asked === undefined ? 'live' : kept === undefined ? 'waiting' : 'judged',
    moment: kept ?? shown,
    ask: () => {
      setAsked({ since: newest, kept: undefined });
      onLook();
    },
    backToLive: () => setAsked(undefined),
  };
}
