// A stream to an address of the node, whatever carries it, in the shape that Node's HTTP client expects of a socket.
import { Duplex } from 'node:stream';
import { isIP } from 'node:net';
import { clip, printable } from '../../shared/base/printable.ts';
import { LinkError } from './link-error.ts';
import type { NodeAddress } from './link.ts';

const HIGHEST_PORT = 65_535;
/** Host names as DNS and /etc/hosts have them. The fallback puts them into a command, so nothing else may pass. */
const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?$/;

/** What carries the bytes: a forwarded channel, or a command on the node. */
export interface Carrier {
  /** `done` when more may be written. */
  write(data: Uint8Array, done: () => void): void;
  /** Nobody takes what arrives: hold it back, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it, also in the middle. Called once. */
  close(): void;
}

export class AddressStream extends Duplex {
  readonly #carrier: Carrier;

  constructor(carrier: Carrier) {
    // What the peer ended is over: a connection that waits for its next request must not look alive.
    super({ allowHalfOpen: false });
    this.#carrier = carrier;
  }

  /** Bytes from the address. */
  receive(chunk: Uint8Array): void {
    if (!this.destroyed && !this.push(chunk)) this.#carrier.pause();
  }

  /** The address ended its side. */
  receiveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    this.#carrier.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#carrier.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#carrier.close();
    done(error);
  }

  override _final(done: () => void): void {
    done();
    this.destroy();
  }

  // An Agent of Node's HTTP client calls these on its sockets. Here the link's connection has them, and it is shared.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** Throws a LinkError unless it is a port and an IPv4 address, an IPv6 address or a host name, and nothing else. */
export function checkAddress(address: NodeAddress, describe: string): void {
  const { host, port } = address;
  const isPort = Number.isInteger(port) && port > 0 && port <= HIGHEST_PORT;
  // A zone (`fe80::1%eth0`) is for isIP a part of the address; it may hold any character.
  const isHost = (isIP(host) !== 0 && !host.includes('%')) || HOST_NAME.test(host);
  if (isPort && isHost) return;
  throw new LinkError(
    'bad-target',
    describe,
    `${JSON.stringify(clip(printable(`${host}:${port}`), 80))} is not an address of a node. ` +
      `Use an IPv4 address, an IPv6 address without brackets or a host name, and a port from 1 to ${HIGHEST_PORT}.`,
  );
}

/** `127.0.0.1:30000`, `[::1]:30000`. */
export function showAddress(address: NodeAddress): string {
  return isIP(address.host) === 6 ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
