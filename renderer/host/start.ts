// What the page was started with: the secret that proves it to the web host, and a node to open at once.

export interface Start {
  /** 64 hexadecimal digits; undefined when the address had none. */
  readonly token: string | undefined;
  /** A target such as `demo`, to be opened as soon as the host is there. */
  readonly open: string | undefined;
}

/** The parts of a window that are needed here. */
export interface StartPlace {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>;
}

const KEPT = 'residuum.token';

/**
 * Reads `#TOKEN`, `#TOKEN&open=TARGET` or `#open=TARGET`, and takes it out of the address, so that it is in no
 * bookmark and on no screenshot. The token is kept for this tab alone, for a reload; the target is not, as a reload finds
 * the node open.
 */
export function takeStart({ location, history, sessionStorage }: StartPlace): Start {
  const words = location.hash.replace(/^#/, '').split('&');
  const token = words.find((word) => /^[0-9a-f]{64}$/.test(word));
  if (token !== undefined) sessionStorage.setItem(KEPT, token);
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  return { token: token ?? sessionStorage.getItem(KEPT) ?? undefined, open: targetOf(words) };
}

function targetOf(words: readonly string[]): string | undefined {
  const text = words.find((word) => word.startsWith('open='))?.slice('open='.length);
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    // Half an escape: what was meant cannot be known, so nothing is opened.
    return undefined;
  }
}
