// What a page and the web host say before there is a channel: the page its token, the host its welcome.

/** The WebSocket's subprotocol; another number is another language. */
export const PROTOCOL = 'residuum.1';

/** The host's only word before the channel. */
export const WELCOME = 'welcome';

/** A WebSocket's closing code: the first text was not the token. */
export const WRONG_TOKEN = 4401;

/** The page's first text. It is not in the address, where it would end up in logs. */
export function tokenText(token: string): string {
  return `token ${token}`;
}

/** undefined when the first text was none. */
export function tokenOf(text: string): string | undefined {
  return /^token ([0-9a-f]{64})$/.exec(text)?.[1];
}
