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

export function useJudgeNow(moment: Moment, onLook: () => void): JudgeNow {
  const [asked, setAsked] = useState<Asked>();
  // An answer of an engine makes a new moment of the same sample; only a new sample is a look.
  const isNew = asked !== undefined && asked.kept === undefined && moment.sample !== asked.since.sample;
  if (isNew) setAsked({ ...asked, kept: moment });
  const kept = isNew ? moment : asked?.kept;
  return {
    state: asked === undefined ? 'live' : kept === undefined ? 'waiting' : 'judged',
    moment: kept ?? moment,
    ask: () => {
      setAsked({ since: moment, kept: undefined });
      onLook();
    },
    backToLive: () => setAsked(undefined),
  };
}
