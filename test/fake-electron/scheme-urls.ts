// How an own scheme is shown in a browser that does not know it: app://host/path as https://host.app.invalid/path.

/** Own schemes that were registered, without the colon. */
export class SchemeUrls {
  readonly #schemes = new Set<string>();

  register(scheme: string): void {
    this.#schemes.add(scheme);
  }

  toBrowser(url: string): string {
    const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/.exec(url);
    const [, scheme = '', host = '', rest = ''] = parts ?? [];
    return this.#schemes.has(scheme) ? `https://${host}.${scheme}.invalid${rest}` : url;
  }

  toElectron(url: string): string {
    if (url.startsWith('blob:')) return `blob:${this.toElectron(url.slice('blob:'.length))}`;
    const parts = /^https:\/\/([^/?#]*)\.([a-z0-9-]+)\.invalid(.*)$/.exec(url);
    const [, host = '', scheme = '', rest = ''] = parts ?? [];
    return this.#schemes.has(scheme) ? `${scheme}://${host}${rest}` : url;
  }
}
