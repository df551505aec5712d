// A link to a machine: runs streaming commands there and opens streams to addresses of it. ssh2 and local answer alike.
import type { Duplex } from 'node:stream';
import type { LinkError } from './link-error.ts';

/** How a process ended. Both `exitCode` and `signal` are null when nobody told us. */
export interface Ending {
  readonly exitCode: number | null;
  /** Such as `SIGKILL`. */
  readonly signal: string | null;
  /** The connection went away before the process said how it ended, and it was not us who closed it. */
  readonly lost: boolean;
}

/** Standard input of a process. Writes are queued in memory and never fail: `closed` tells when nobody reads any more. */
export interface RemoteInput {
  write(data: string | Uint8Array): void;
  end(): void;
}

export interface RemoteProcess {
  readonly stdin: RemoteInput;
  /**
   * Standard output, for one reader, with back-pressure: it stops the process from writing when nobody reads, and then
   * its end is not seen either. Leaving the loop early throws the rest away. It ends normally when the link is lost.
   */
  readonly output: AsyncIterable<Uint8Array>;
  /** The first 4 KiB of standard error; the rest is read and dropped. */
  stderr(): string;
  /** Never rejects. */
  readonly closed: Promise<Ending>;
  /** Ends the input, drops the rest of the output, and closes by force what has not ended after a bounded wait. */
  end(): Promise<Ending>;
}

export interface Link extends AddressOpener {
  readonly transport: 'ssh2' | 'local';
  /** `user@host:port`, or `local`. */
  readonly describe: string;
  /** Sentences worth telling the user once, for example that a host key was accepted and where it was written. */
  readonly notes: readonly string[];
  /** Starts a command with the login shell of the node (`sh` for a local link). Rejects with a LinkError. */
  run(command: string): Promise<RemoteProcess>;
  /** Ends what runs over the link (input first), then the link. Safe to call again. */
  close(): Promise<void>;
  /** Settles when the link is gone: null when we closed it, otherwise the reason. Never rejects. */
  readonly closed: Promise<LinkError | null>;
}

/** An address as the node sees it: `127.0.0.1` is the node's own loopback, never that of the machine we run on. */
export interface NodeAddress {
  /** An IPv4 or IPv6 address without brackets, or a name that the node can look up. */
  readonly host: string;
  readonly port: number;
}

/**
 * A TCP connection that starts at the node. Ending our half ends all of it: not every way of carrying it has halves.
 * It is closed with the link.
 */
export type ByteStream = Duplex;

/** By default, how long connecting to an address may take. */
export const OPEN_LIMIT_MS = 5_000;

/** The half of a link that opens streams. */
export interface AddressOpener {
  /** `user@host:port`, or `local`. */
  readonly describe: string;
  /**
   * Connects to an address from the node. Rejects with a LinkError: `connection-refused` when nobody listens there,
   * `forward-refused` when the node has no way to let us, `timeout`, `no-route`, `no-such-host`, `bad-target`, `lost`.
   */
  open(address: NodeAddress, limitMs?: number): Promise<ByteStream>;
}
