// Where an engine answers, as a user types it: on the command line behind `--endpoint`, and on the page.
export interface TypedAddress {
  /** As seen from the node: a name, an IPv4 or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Za-z._-]+)):(\d{1,5})$/;

/** Reads `10.0.0.7:30000`, `node-a:30000`, `[::1]:30000`; undefined for anything else, a URL included. */
export function readTypedAddress(text: string): TypedAddress | undefined {
  const [, v6, name, portText] = ADDRESS.exec(text) ?? [];
  const port = Number(portText);
  const host = v6 ?? name;
  return host === undefined || host.length > 255 || !(port >= 1 && port <= 65_535) ? undefined : { host, port };
}

/** As it is read: an IPv6 address in brackets. */
export function typedAddressText({ host, port }: TypedAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
