// One command running over an ssh2 connection.
import type { ClientChannel } from 'ssh2';
import type { Ending, RemoteProcess } from '../link/link.ts';
import { OutputQueue } from '../link/output-queue.ts';
import { settledWithin } from '../link/settled-within.ts';
import { TextHead } from '../link/text-head.ts';

/**
 * How long a process may take to end after its input ended. Signals cannot help: sshd drops them for root, and closing
 * the channel leaves the process running until it reads or writes.
 */
const END_LIMIT_MS = 1_000;
/** How long the server may take to confirm that the channel is closed. */
const CLOSE_LIMIT_MS = 300;

export interface Ssh2Process extends RemoteProcess {
  /** The connection is gone; `byUs` when we closed it. */
  connectionGone(byUs: boolean): void;
}

export function overChannel(channel: ClientChannel): Ssh2Process {
  const queue = new OutputQueue(channel);
  const errors = new TextHead();
  const exit: { code: number | null; signal: string | null; told: boolean } = { code: null, signal: null, told: false };
  let hungUp = false;
  let settle: (ending: Ending) => void = () => undefined;
  const closed = new Promise<Ending>((resolve) => (settle = resolve));
  const finish = (byUs: boolean): void =>
    settle({ exitCode: exit.code, signal: exit.signal, lost: !exit.told && !byUs && !hungUp });

  channel.on('data', (chunk: Buffer) => queue.push(chunk));
  // A channel whose streams are not read to their end never says that it closed.
  channel.stderr.on('data', (chunk: Buffer) => errors.add(chunk));
  channel.on('exit', (code: number | null, signal?: string) => {
    exit.told = true;
    exit.code = code;
    exit.signal = signal ?? null;
  });
  channel.on('end', () => queue.end());
  channel.on('close', () => {
    queue.end();
    finish(false);
  });
  // Writing to a process that has ended; its end is reported by `closed`.
  channel.on('error', () => queue.end());

  const end = async (): Promise<Ending> => {
    hungUp = true;
    channel.end();
    queue.drop();
    if (!(await settledWithin(closed, END_LIMIT_MS))) {
      channel.close();
      if (!(await settledWithin(closed, CLOSE_LIMIT_MS))) finish(true);
    }
    return closed;
  };

  return {
    stdin: {
      write: (data) => {
        if (channel.writable) channel.write(data);
      },
      end: () => void channel.end(),
    },
    output: queue,
    stderr: () => errors.text(),
    closed,
    end,
    connectionGone: (byUs) => {
      hungUp ||= byUs;
      // ssh2 closes the channels right after it says that the connection is gone, but only those that are being read.
      setImmediate(() => finish(byUs));
    },
  };
}
