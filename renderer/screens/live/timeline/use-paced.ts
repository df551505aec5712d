// A value that changes as often as it likes, passed on at most so often: what is drawn need not keep up with what is seen.
import { useEffect, useRef, useState } from 'react';

export function usePaced<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value);
  const last = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const pass = (): void => {
      last.current = performance.now();
      setShown(value);
    };
    const wait = last.current + everyMs - performance.now();
    if (wait <= 0) {
      pass();
      return undefined;
    }
    // The newest value goes when the time has come; those before it are never drawn.
    const timer = setTimeout(pass, wait);
    return () => clearTimeout(timer);
  }, [value, everyMs]);
  return shown;
}
