// The page's clock, handed in so that a test can stop it: ages and countdowns read it.
import { createContext, useContext, useEffect, useState } from 'react';

/** Milliseconds since 1970. */
export type Clock = () => number;

export const ClockContext = createContext<Clock>(Date.now);

/** The time, renewed every `everyMs`; whoever calls it is drawn again that often. */
export function useNow(everyMs = 1_000): number {
  const clock = useContext(ClockContext);
  const [now, setNow] = useState(clock);
  useEffect(() => {
    setNow(clock());
    const timer = setInterval(() => setNow(clock()), everyMs);
    return () => clearInterval(timer);
  }, [clock, everyMs]);
  return now;
}
