// What a page and the web host say before there is a channel: the page its secret, the host its welcome.

/** The WebSocket's subprotocol; another number is another language. */
export const PROTOCOL = 'residuum.1';

/** A WebSocket's closing code: the first text was not what proves a page to be ours. */
export const NOT_ADMITTED = 4401;

/** 256 bits of chance as the host wrote them: `token` as long as the host runs, `ticket` once and soon. */
export interface Secret {
  readonly kind: 'token' | 'ticket';
  readonly hex: string;
}

/** The page's first text. It is not in the request's address, which ends up in logs. */
export function secretText({ kind, hex }: Secret): string {
  return `${kind} ${hex}`;
}

/** undefined when the text is no secret. */
export function readSecret(text: string): Secret | undefined {
  const [, kind, hex] = /^(token|ticket) ([0-9a-f]{64})$/.exec(text) ?? [];
  return hex === undefined ? undefined : { kind: kind === 'token' ? 'token' : 'ticket', hex };
}

/** The host's answer: after a ticket with the token, for the connections after this one. */
export function welcomeText(token?: string): string {
  return token === undefined ? 'welcome' : `welcome ${token}`;
}

/** undefined when it is no welcome; otherwise with the token, if there was one in it. */
export function readWelcome(text: unknown): { readonly token: string | undefined } | undefined {
  const found = typeof text === 'string' ? /^welcome(?: ([0-9a-f]{64}))?$/.exec(text) : null;
  return found === null ? undefined : { token: found[1] };
}
