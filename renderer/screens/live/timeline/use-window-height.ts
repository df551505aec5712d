// How high the window is, in CSS pixels, also after it was made larger or smaller.
import { useSyncExternalStore } from 'react';

export function useWindowHeight(): number {
  return useSyncExternalStore(subscribe, () => window.innerHeight);
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('resize', onChange);
  return () => window.removeEventListener('resize', onChange);
}
