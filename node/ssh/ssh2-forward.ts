// A stream to an address of the node over a forwarded channel (direct-tcpip) of the ssh2 connection.
import type { Duplex } from 'node:stream';
import { AddressStream } from '../link/address-stream.ts';

/** What is needed of an ssh2 channel. */
export interface ForwardChannel extends Duplex {
  close(): void;
}

/** Codes of RFC 4254, 5.1. Some servers call forwarding an unknown type of channel when it is switched off. */
const PROHIBITED = 1;
const UNKNOWN_CHANNEL_TYPE = 3;

/** Whether the server refuses to forward, in contrast to a connection that it tried and could not make. */
export function isForwardRefused(error: Error): boolean {
  return 'reason' in error && (error.reason === PROHIBITED || error.reason === UNKNOWN_CHANNEL_TYPE);
}

export function overForward(channel: ForwardChannel): AddressStream {
  const stream = new AddressStream({
    write: (data, done) => void channel.write(data, () => done()),
    pause: () => void channel.pause(),
    resume: () => void channel.resume(),
    close: () => {
      channel.close();
      // A channel that is not read to its end never closes.
      channel.resume();
    },
  });
  channel.on('data', (chunk: Buffer) => stream.receive(chunk));
  channel.on('end', () => stream.receiveEnd());
  channel.on('close', () => stream.receiveEnd());
  channel.on('error', (error: Error) => stream.destroy(error));
  return stream;
}
