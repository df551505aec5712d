// Light or dark, for what is painted on a canvas.
import { useEffect, useState } from 'react';

/** Changes when the system goes from light to dark or back: the canvas must be painted anew. */
export function useScheme(): 'light' | 'dark' {
  const [isDark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const heard = ({ matches }: MediaQueryListEvent): void => setDark(matches);
    query.addEventListener('change', heard);
    return () => query.removeEventListener('change', heard);
  }, []);
  return isDark ? 'dark' : 'light';
}
