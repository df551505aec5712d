// One watched node: connects, looks again and again, connects again when the connection is lost, until it is closed.
import type { TypedAddress } from '../../shared/engines/typed-address.ts';
import { clip, printable } from '../../shared/base/printable.ts';
import { processKey, type ProcessKey } from '../../shared/model/ids.ts';
import type { LinkSeen, NodeId, Observation, StepSeen } from '../../shared/model/observation.ts';
import type { AcceptNewKey } from '../ssh/host-key.ts';
import { LinkError } from '../link/link-error.ts';
import type { Link } from '../link/link.ts';
import type { OpenLinkOptions } from '../open-link.ts';
import type { ProbeLimits } from '../probe/probe-session.ts';
import type { Target } from '../link/target.ts';
import { Alarm } from './alarm.ts';
import { causeAndNext } from './cause-and-next.ts';
import { runConnection, type ConnectionListener } from './connection.ts';
import { Observations } from './observations.ts';
import { retryDelay } from './retry-delays.ts';

export type LinkOpener = (
  target: Target,
  options: Pick<OpenLinkOptions, 'signal' | 'onStep' | 'acceptNewHostKey'>,
) => Promise<Link>;

export interface WatchedNodeOptions {
  readonly node: NodeId;
  readonly target: Target;
  readonly openLink: LinkOpener;
  /** Milliseconds since 1970, never going backwards. */
  readonly now: () => number;
  readonly probeLimits: ProbeLimits;
  readonly retryDelaysMs: readonly number[];
  readonly bearerKey: string | undefined;
  /** Whether engines may be asked for their own numbers, now. */
  readonly mayAsk: () => boolean;
  readonly intervalMs: number;
  readonly acceptHostKey: AcceptNewKey;
  /** Called each time a connection stands. */
  readonly onConnected: () => void;
}

/** The schema's bound of a text, with room. */
const LONGEST_TEXT = 4_000;

export class WatchedNode {
  readonly observations = new Observations();
  readonly #options: WatchedNodeOptions;
  readonly #typed = new Map<ProcessKey, TypedAddress>();
  readonly #askSoon = new Set<number>();
  /** Ends the pause between two looks of the present connection. */
  #lookAlarm = new Alarm();
  /** Ends the present countdown to the next attempt. */
  #retryAlarm = new Alarm();
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  #intervalMs: number;
  #acceptHostKey: AcceptNewKey;
  #state: LinkSeen['state'] = 'connecting';

  constructor(options: WatchedNodeOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs;
    this.#acceptHostKey = options.acceptHostKey;
    this.#ended = this.#run();
    // A fault of ours must not end the host, and its other nodes with it: `close` tells of it.
    this.#ended.catch(() => this.observations.close());
  }

  get intervalMs(): number {
    return this.#intervalMs;
  }

  configure(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    // A pause that was begun with the old interval may be much longer than the new one.
    this.lookNow();
  }

  /** Takes a look now; nothing while there is no connection. */
  lookNow(): void {
    if (this.#state === 'connected') this.#lookAlarm.ring();
  }

  /** Connects now; nothing while a connection stands or is being made. */
  retryNow(acceptHostKey: AcceptNewKey): void {
    if (this.#state !== 'lost' && this.#state !== 'failed') return;
    this.#acceptHostKey = acceptHostKey;
    this.#retryAlarm.ring();
  }

  /** Where this engine is asked from now on; null: where its own command line and sockets say. */
  setEndpoint(rootPid: number, rootStartTicks: number, address: TypedAddress | null): void {
    const engine = processKey(rootPid, rootStartTicks);
    if (address === null) this.#typed.delete(engine);
    else this.#typed.set(engine, address);
    this.#askSoon.add(rootPid);
    this.lookNow();
  }

  tell(rootPid: number, rootStartTicks: number, state: 'awake' | 'asleep' | null): void {
    this.#publish({ kind: 'told', ...this.#seen(), rootPid, rootStartTicks, state });
  }

  /** `atMs` is on the observer's clock, the same for all nodes. */
  mark(text: string, atMs: number): void {
    this.#publish({ kind: 'mark', ...this.#seen(), atMs, text, source: 'hand' });
  }

  /** Ends everything that was started, here and on the node. Safe to call again. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#lookAlarm.ring();
    this.#retryAlarm.ring();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let hasWorked = false;
    let failures = 0;
    while (!signal.aborted) {
      this.#link('connecting');
      const accepted = this.#acceptHostKey;
      this.#acceptHostKey = 'none';
      const connected = { since: false };
      const error = await this.#connect(accepted, () => (connected.since = true));
      if (signal.aborted) break;
      if (connected.since) failures = 0;
      hasWorked ||= connected.since;
      const retryMs = retryDelay(error, hasWorked, failures, this.#options.retryDelaysMs);
      failures += 1;
      this.#retryAlarm = new Alarm();
      this.#link(hasWorked && retryMs !== null ? 'lost' : 'failed', error, retryMs);
      await this.#retryAlarm.pause(retryMs);
    }
    this.#link('closed');
    this.observations.close();
  }

  /** Whatever ended the connection; undefined when we did. */
  async #connect(acceptNewHostKey: AcceptNewKey, connected: () => void): Promise<unknown> {
    const { target, openLink, now, probeLimits, bearerKey, mayAsk, onConnected } = this.#options;
    const listener: ConnectionListener = {
      step: (line) => this.#step(line),
      connected: () => {
        connected();
        onConnected();
        this.#link('connected');
      },
      frame: (frame) => this.#publish({ kind: 'frame', node: this.#options.node, ...frame, carried: [], skipped: 0 }),
      accounting: (answer) => this.#publish({ kind: 'accounting', ...this.#seen(), answer }),
    };
    this.#lookAlarm = new Alarm();
    try {
      await runConnection({
        target,
        link: (to, options) => openLink(to, { ...options, acceptNewHostKey }),
        now,
        probeLimits,
        bearerKey,
        intervalMs: () => this.#intervalMs,
        typed: (engine) => this.#typed.get(engine),
        mayAsk,
        askSoon: this.#askSoon,
        alarm: this.#lookAlarm,
        signal: this.#closing.signal,
        listener,
      });
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #step(line: Omit<StepSeen, 'kind' | 'node' | 'atMs'>): void {
    this.#publish({ kind: 'step', ...this.#seen(), ...line, text: safe(line.text), next: safe(line.next) });
  }

  #link(state: LinkSeen['state'], error?: unknown, retryMs: number | null = null): void {
    this.#state = state;
    const { cause, next } = error === undefined ? { cause: '', next: '' } : causeAndNext(error);
    // We are about to do that ourselves.
    const advice = retryMs !== null && /^(?:Connect|Try) again\.$/.test(next) ? '' : next;
    const code = error === undefined ? null : error instanceof LinkError ? error.code : 'internal';
    const text = safe(`${cause} ${advice}`.trim());
    this.#publish({ kind: 'link', ...this.#seen(), state, text, code, retryMs });
  }

  #seen(): { node: NodeId; atMs: number } {
    return { node: this.#options.node, atMs: this.#options.now() };
  }

  #publish(seen: Observation): void {
    this.observations.publish(seen);
  }
}

/** Parts of it may come from the node. */
function safe(text: string): string {
  return clip(printable(text), LONGEST_TEXT);
}
