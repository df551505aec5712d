// A link to this machine: commands run under `sh`, each in a session of its own.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { addressFailure, addressTimeout, type AddressContext } from './address-stream-failure.ts';
import { checkAddress } from './address-stream.ts';
import { LinkError } from './link-error.ts';
import { OPEN_LIMIT_MS, type AddressOpener, type Ending, type Link, type RemoteProcess } from './link.ts';
import { OutputQueue } from './output-queue.ts';
import { settledWithin } from './settled-within.ts';
import { TextHead } from './text-head.ts';

/** How long a process may take to end after its input ended, and again after it was asked with SIGTERM. */
const END_LIMIT_MS = 1_000;
const TERM_LIMIT_MS = 300;
const KILL_LIMIT_MS = 200;

export interface LocalOptions {
  /** By default this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** The shell; by default the `sh` on PATH. */
  readonly shell?: string;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** A link to this machine. Nothing is started until a command runs. */
export function openLocal(options: LocalOptions = {}): Link & AddressOpener {
  const running = new Set<RemoteProcess>();
  const streams = new Set<Socket>();
  let isClosed = false;
  let settle: (why: null) => void = () => undefined;
  const closed = new Promise<null>((resolve) => (settle = resolve));
  return {
    transport: 'local',
    describe: 'local',
    notes: [],
    closed,
    run: async (command) => {
      if (isClosed) throw new LinkError('lost', 'local', 'The link to this machine is closed.');
      const started = overChild(await start(command, options));
      running.add(started);
      void started.closed.then(() => running.delete(started));
      return started;
    },
    open: async (address, limitMs = OPEN_LIMIT_MS) => {
      if (isClosed) throw new LinkError('lost', 'local', 'The link to this machine is closed.');
      checkAddress(address, 'local');
      return startSocket(streams, { describe: 'local', address, limitMs });
    },
    close: async () => {
      isClosed = true;
      for (const each of streams) each.destroy();
      await Promise.all([...running].map((each) => each.end()));
      settle(null);
    },
  };
}

function start(command: string, options: LocalOptions): Promise<Child> {
  return new Promise((resolve, reject) => {
    // Detached: a session and a process group of its own, so that Ctrl-C in our terminal does not reach the readers.
    const child = spawn(options.shell ?? 'sh', ['-c', command], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: options.env ?? process.env,
    });
    child.once('spawn', () => resolve(child));
    child.once('error', (cause) => {
      const code = 'code' in cause ? String(cause.code) : cause.message;
      reject(
        new LinkError(
          'no-shell',
          'local',
          `No POSIX shell could be started on this machine (${code}). Residuum needs "sh" on PATH.`,
        ),
      );
    });
  });
}

/** The socket belongs to `streams` from the start, so that closing the link also ends what still connects. */
function startSocket(streams: Set<Socket>, context: AddressContext): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...context.address, noDelay: true });
    streams.add(socket);
    let failure: LinkError | null = null;
    const timer = setTimeout(() => {
      failure = addressTimeout(context);
      socket.destroy();
    }, context.limitMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
    const fail = (cause: Error): void => {
      failure ??= addressFailure('code' in cause ? String(cause.code) : cause.message, context);
    };
    socket.once('error', fail);
    socket.once('close', () => {
      clearTimeout(timer);
      streams.delete(socket);
      // Without an error it was the link that closed it.
      reject(failure ?? new LinkError('lost', 'local', 'The link to this machine is closed.'));
    });
  });
}

function overChild(child: Child): RemoteProcess {
  const queue = new OutputQueue(child.stdout);
  const errors = new TextHead();
  let settle: (ending: Ending) => void = () => undefined;
  const closed = new Promise<Ending>((resolve) => (settle = resolve));
  const finish = (): void => settle({ exitCode: child.exitCode, signal: child.signalCode, lost: false });

  child.stdout.on('data', (chunk: Buffer) => queue.push(chunk));
  child.stdout.on('end', () => queue.end());
  child.stderr.on('data', (chunk: Buffer) => errors.add(chunk));
  child.on('close', () => {
    queue.end();
    finish();
  });
  // Writing to a process that has ended (EPIPE); its end is reported by `closed`.
  child.stdin.on('error', () => child.stdin.destroy());

  const end = async (): Promise<Ending> => {
    child.stdin.end();
    queue.drop();
    if (!(await settledWithin(closed, END_LIMIT_MS))) {
      signalGroup(child, 'SIGTERM');
      if (!(await settledWithin(closed, TERM_LIMIT_MS))) {
        signalGroup(child, 'SIGKILL');
        if (!(await settledWithin(closed, KILL_LIMIT_MS))) {
          // Stuck in the kernel, or a descendant left the group and keeps the pipes open.
          child.stdout.destroy();
          child.stderr.destroy();
          finish();
        }
      }
    }
    return closed;
  };

  return {
    stdin: {
      write: (data) => {
        if (child.stdin.writable) child.stdin.write(data);
      },
      end: () => void child.stdin.end(),
    },
    output: queue,
    stderr: () => errors.text(),
    closed,
    end,
  };
}

/** The kernel does not give a pid away while it is still the id of a group, so the id is safe while the pipes are open. */
function signalGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (cause) {
    // ESRCH: the group ended in the meantime.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
}
