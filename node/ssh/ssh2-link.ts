// A link over ssh2: one TCP connection to one node, its host key checked, keys offered, commands run.
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Client } from 'ssh2';
import type { StepDone } from './connect-progress.ts';
import { hostKeyAlgorithms, showKey, type HostKeyPolicy } from './host-key.ts';
import type { Identities } from './identities.ts';
import { openByCommand } from '../link/address-stream-command.ts';
import { addressFailure, addressTimeout, type AddressContext } from '../link/address-stream-failure.ts';
import { CARRIERS, type CarrierProgram } from '../link/address-stream-script.ts';
import { checkAddress, type AddressStream } from '../link/address-stream.ts';
import { LinkError } from '../link/link-error.ts';
import { OPEN_LIMIT_MS, type AddressOpener, type ByteStream, type Link, type NodeAddress } from '../link/link.ts';
import { settledWithin } from '../link/settled-within.ts';
import { offerKeys } from './ssh2-auth.ts';
import { closedEarly, connectFailure, lost, type FailureContext, type Stage } from './ssh2-failure.ts';
import { isForwardRefused, overForward } from './ssh2-forward.ts';
import { overChannel, type Ssh2Process } from './ssh2-process.ts';

export interface Endpoint {
  /** `user@host:port`. */
  readonly describe: string;
  /** What the user typed for the host, for the sentence when DNS does not know it. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly addressFamily: 0 | 4 | 6;
}

export interface Ssh2Options {
  readonly hostKey: HostKeyPolicy;
  readonly identities: Identities;
  /** Called once, when a node has proved that it holds a key that the policy called new. */
  readonly rememberHostKey: (key: Buffer) => Promise<string>;
  /** For TCP, handshake and authentication together. */
  readonly connectLimitMs: number;
  readonly keepaliveIntervalMs: number;
  /** So many unanswered keepalives mean that the node is gone. */
  readonly keepaliveCount: number;
  readonly notes: readonly string[];
  readonly signal?: AbortSignal;
  readonly onStep?: StepDone;
}

/** How long the node may take to take leave before the socket is destroyed. */
const GOODBYE_LIMIT_MS = 300;

/** Connects; rejects with a LinkError. Nothing is left open after a rejection. */
export async function openSsh2(endpoint: Endpoint, options: Ssh2Options): Promise<Link & AddressOpener> {
  if (options.signal?.aborted === true) throw cancelled(endpoint);
  const attempt: Attempt = { stage: 'connecting', refusal: null, error: null, newKey: null, shownKey: null };
  const client = new ssh2.Client();
  const socket = connectSocket({ host: endpoint.host, port: endpoint.port, family: endpoint.addressFamily });
  // ssh2 never sets it: each command would cost 45 ms instead of 3.
  socket.setNoDelay(true);
  socket.once('connect', () => (attempt.stage = 'handshake'));
  client.once('handshake', () => (attempt.stage = 'authentication'));
  if (options.onStep !== undefined) reportSteps(socket, client, endpoint, attempt, options.onStep);

  const abort = (): void => {
    attempt.refusal ??= cancelled(endpoint);
    socket.destroy();
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    await authenticate(client, socket, endpoint, options, attempt);
    attempt.stage = 'ready';
    const link = new Ssh2Link(client, socket, endpoint, attempt, [...options.notes]);
    if (attempt.newKey !== null) await link.remember(options.rememberHostKey(attempt.newKey));
    return link;
  } catch (cause) {
    client.on('error', () => undefined); // late errors of a connection that is given up
    client.destroy();
    socket.destroy();
    throw cause;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

interface Attempt {
  stage: Stage;
  /** A decision of ours that outranks what ssh2 makes of it. */
  refusal: LinkError | null;
  error: Error | null;
  newKey: Buffer | null;
  /** The one that the node showed first. */
  shownKey: Buffer | null;
}

function reportSteps(socket: Socket, client: Client, endpoint: Endpoint, attempt: Attempt, onStep: StepDone): void {
  const { host, port, user, describe } = endpoint;
  // Of an address nothing is looked up.
  if (isIP(host) !== 0) onStep('resolve', describe);
  else
    socket.once('lookup', (error: Error | null, address: string) => {
      if (error === null) onStep('resolve', `${describe} is at ${address}`);
    });
  socket.once('connect', () => onStep('tcp', `port ${port} of ${socket.remoteAddress ?? host} answers`));
  client.once('handshake', () => {
    const key = attempt.shownKey === null ? '' : showKey(attempt.shownKey);
    onStep('host-key', attempt.newKey === null ? `${key} is the known key` : `${key} is new and was accepted`);
  });
  client.once('ready', () => onStep('login', `let in as ${user}`));
}

function authenticate(
  client: Client,
  socket: Socket,
  endpoint: Endpoint,
  options: Ssh2Options,
  attempt: Attempt,
): Promise<void> {
  const offering = offerKeys(endpoint.describe, endpoint.user, options.identities);
  const context = (): FailureContext => ({ ...endpoint, stage: attempt.stage, limitMs: options.connectLimitMs });
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve());
    client.on('error', (error) => {
      // An agent that fails to sign is not the end: ssh2 goes on with the next key.
      if (error.level === 'agent') return;
      attempt.error = error;
      if (attempt.stage === 'ready') return;
      const hungUpOn = attempt.stage === 'authentication' && error.level === undefined && !hasSocketCode(error);
      if (attempt.refusal !== null) reject(attempt.refusal);
      else if (error.level === 'client-authentication') reject(offering.failure(null));
      else if (hungUpOn) reject(offering.failure(error.message));
      else reject(connectFailure(error, context()));
    });
    client.on('close', () => reject(attempt.refusal ?? closedEarly(context())));
    try {
      client.connect({
        sock: socket,
        username: endpoint.user,
        readyTimeout: options.connectLimitMs,
        keepaliveInterval: options.keepaliveIntervalMs,
        keepaliveCountMax: options.keepaliveCount,
        algorithms: { serverHostKey: hostKeyAlgorithms(options.hostKey.knownTypes) },
        authHandler: offering.handler,
        hostVerifier: (key: Buffer) => verify(key, options.hostKey, attempt),
      });
    } catch (cause) {
      // ssh2 checks its configuration while connecting, and throws.
      reject(connectFailure(cause instanceof Error ? cause : new Error(String(cause)), context()));
    }
  });
}

/** Runs again when the node renews the session keys: a new key stays the one that was accepted first. */
function verify(key: Buffer, policy: HostKeyPolicy, attempt: Attempt): boolean {
  if (attempt.newKey !== null) return attempt.newKey.equals(key);
  attempt.shownKey ??= Buffer.from(key);
  const decision = policy.decide(key);
  if (decision.kind === 'refused') attempt.refusal = decision.error;
  if (decision.kind === 'new') attempt.newKey = Buffer.from(key);
  return decision.kind !== 'refused';
}

/** A disconnect message of the server carries a number as its code, a failing socket a name. */
function hasSocketCode(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string';
}

function cancelled(endpoint: Endpoint): LinkError {
  return new LinkError('cancelled', endpoint.describe, `Connecting to ${endpoint.describe} was cancelled.`);
}

class Ssh2Link implements Link, AddressOpener {
  readonly transport = 'ssh2';
  readonly describe: string;
  readonly notes: string[];
  readonly closed: Promise<LinkError | null>;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #processes = new Set<Ssh2Process>();
  readonly #streams = new Set<ByteStream>();
  /** Programs that can carry a stream where forwarding is refused; those that the node lacks are taken out. */
  readonly #carriers = new Set<CarrierProgram>(CARRIERS);
  #byUs = false;
  #gone = false;

  constructor(client: Client, socket: Socket, endpoint: Endpoint, attempt: Attempt, notes: string[]) {
    this.#client = client;
    this.#socket = socket;
    this.describe = endpoint.describe;
    this.notes = notes;
    this.closed = new Promise((resolve) => {
      const gone = (): void => {
        this.#gone = true;
        for (const each of this.#processes) each.connectionGone(this.#byUs);
        const why = this.#byUs ? null : this.#why(attempt, endpoint);
        for (const each of this.#streams) each.destroy(why ?? undefined);
        resolve(why);
      };
      if (socket.destroyed) gone();
      else client.once('close', gone);
    });
  }

  async remember(writing: Promise<string>): Promise<void> {
    this.notes.push(await writing);
  }

  async run(command: string): Promise<Ssh2Process> {
    const running = await new Promise<Ssh2Process>((resolve, reject) => {
      const fail = (error: Error): void => reject(this.#notStarted(error));
      try {
        this.#client.exec(command, (error, channel) =>
          error === undefined ? resolve(overChannel(channel)) : fail(error),
        );
      } catch (cause) {
        fail(cause instanceof Error ? cause : new Error(String(cause)));
      }
    });
    this.#processes.add(running);
    void running.closed.then(() => this.#processes.delete(running));
    if (this.#gone) running.connectionGone(this.#byUs);
    return running;
  }

  async open(address: NodeAddress, limitMs = OPEN_LIMIT_MS): Promise<ByteStream> {
    checkAddress(address, this.describe);
    const context: AddressContext = { describe: this.describe, address, limitMs };
    const until = performance.now() + limitMs;
    const stream = (await this.#forward(context)) ?? (await openByCommand(this, context, this.#carriers, until));
    if (this.#gone || this.#byUs) {
      stream.destroy();
      throw lost(this.describe, 'it was gone before the address answered');
    }
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    return stream;
  }

  /** Null when the node refuses to forward. */
  #forward(context: AddressContext): Promise<AddressStream | null> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(addressTimeout(context));
      }, context.limitMs);
      const fail = (error: Error): void => {
        clearTimeout(timer);
        if (isForwardRefused(error)) resolve(null);
        else if (this.#isLost(error)) reject(lost(this.describe, 'it was gone before the address answered'));
        else reject(addressFailure(error.message, context));
      };
      try {
        // The first two say where the connection comes from; sshd only logs them.
        this.#client.forwardOut('127.0.0.1', 0, context.address.host, context.address.port, (error, channel) => {
          if (error !== undefined) return fail(error);
          clearTimeout(timer);
          const stream = overForward(channel);
          // Nothing takes a request to open back.
          if (isLate) stream.destroy();
          else resolve(stream);
        });
      } catch (cause) {
        fail(cause instanceof Error ? cause : new Error(String(cause)));
      }
    });
  }

  async close(): Promise<void> {
    if (!this.#gone) {
      this.#byUs = true;
      for (const each of this.#streams) each.destroy();
      await Promise.all([...this.#processes].map((each) => each.end()));
      this.#client.end();
      if (!(await settledWithin(this.closed, GOODBYE_LIMIT_MS))) this.#socket.destroy();
    }
    await this.closed;
  }

  #why(attempt: Attempt, endpoint: Endpoint): LinkError {
    const context: FailureContext = { ...endpoint, stage: 'ready', limitMs: 0 };
    return attempt.error === null ? closedEarly(context) : connectFailure(attempt.error, context);
  }

  #isLost(error: Error): boolean {
    return this.#gone || this.#socket.destroyed || /Not connected|No response/i.test(error.message);
  }

  #notStarted(error: Error): LinkError {
    if (this.#isLost(error)) {
      return lost(this.describe, 'it was gone before the command could start');
    }
    return new LinkError(
      'no-session',
      this.describe,
      `${this.describe} let us in and refused to run a command (${error.message}). ` +
        `Its sshd may be at its limit of sessions (MaxSessions) or allow no commands for this user.`,
    );
  }
}
