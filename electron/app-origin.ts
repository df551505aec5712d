// The one origin that the window shows: `app://residuum`, and who is on it.

export const APP_SCHEME = 'app';
const APP_HOST = 'residuum';
const START_PAGE = `${APP_SCHEME}://${APP_HOST}/index.html`;

/** `open` is a target that the page opens at once. */
export function startAddress(open: string | undefined): string {
  return open === undefined ? START_PAGE : `${START_PAGE}#open=${encodeURIComponent(open)}`;
}

/** Compared as parts: `new URL` gives custom schemes no usable `origin`. */
export function isOurUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, host, username, password } = new URL(text);
  return protocol === `${APP_SCHEME}:` && host === APP_HOST && username === '' && password === '';
}
