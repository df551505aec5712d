// What the page was started with: the secret that proves it to the web host, and a node to open at once.
import type { Secret } from '../../shared/rpc/greeting.ts';

export interface Start {
  /** undefined when neither the address nor this tab has one. */
  readonly secret: Secret | undefined;
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
 * Reads `#TOKEN` or `#once=TICKET`, and `&open=TARGET` behind it, and takes them out of the address, so that they are in
 * no bookmark and on no screenshot. The token is kept for this tab alone, for a reload; the target is not, as a reload
 * finds the node open.
 */
export function takeStart(place: StartPlace): Start {
  const { location, history, sessionStorage } = place;
  const words = location.hash.replace(/^#/, '').split('&');
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  const token = words.find((word) => /^[0-9a-f]{64}$/.test(word));
  if (token !== undefined) keepToken(place, token);
  const ticket = valueOf(words, 'once');
  const kept = sessionStorage.getItem(KEPT);
  const hex = ticket ?? kept;
  return {
    secret: hex === null ? undefined : { kind: ticket === undefined ? 'token' : 'ticket', hex },
    open: valueOf(words, 'open'),
  };
}

/** For a reload of this tab. */
export function keepToken({ sessionStorage }: Pick<StartPlace, 'sessionStorage'>, token: string): void {
  sessionStorage.setItem(KEPT, token);
}

function valueOf(words: readonly string[], name: string): string | undefined {
  const text = words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    // Half an escape: what was meant cannot be known, so it counts as nothing.
    return undefined;
  }
}
