// A value that changes as often as it likes, passed on at most so often: what is drawn need not keep up with what is seen.
import { useEffect, useRef, useState } from 'react';

/**
 * The newest `value` that is to be drawn, at most one each `everyMs` milliseconds. When `atOnce` is another than before,
 * the value that comes with it is drawn now: what the user just said is never answered by an old picture.
 */
export function usePaced<T>(value: T, everyMs: number, atOnce?: unknown): T {
  const [shown, setShown] = useState({ value, atOnce });
  const last = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const pass = (): void => {
      last.current = performance.now();
      setShown({ value, atOnce });
    };
    const wait = last.current + everyMs - performance.now();
    if (wait <= 0) {
      pass();
      return undefined;
    }
    // The newest value goes when the time has come; those before it are never drawn.
    const timer = setTimeout(pass, wait);
    return () => clearTimeout(timer);
  }, [value, everyMs, atOnce]);
  return shown.atOnce === atOnce ? shown.value : value;
}
