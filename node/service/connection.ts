// One connection to one node: the checklist while it comes about, then looks and answers until it ends.
import type { Engine } from '../../shared/engines/detect.ts';
import type { TypedAddress } from '../../shared/engines/typed-address.ts';
import type { AccountingObservation } from '../../shared/model/accounting.ts';
import type { ProcessKey } from '../../shared/model/ids.ts';
import type { FrameSeen } from '../../shared/model/observation.ts';
import { EMPTY_SESSION, engineKey, observeAccounting, type Session } from '../../shared/session/session.ts';
import { EngineAsker } from '../accounting/ask-engines.ts';
import type { LinkStep } from '../ssh/connect-progress.ts';
import { LinkError } from '../link/link-error.ts';
import type { Link } from '../link/link.ts';
import type { OpenLinkOptions } from '../open-link.ts';
import { ProbeSession, type ProbeLimits, type Sample } from '../probe/probe-session.ts';
import { takeLook, type Looker } from '../probe/take-look.ts';
import type { Target } from '../link/target.ts';
import { accountingStep } from './accounting-step.ts';
import type { Alarm } from './alarm.ts';
import { causeAndNext } from './cause-and-next.ts';
import { Checklist, type StepLine } from './checklist.ts';
import { enginesStep, snapshotSteps } from './look-steps.ts';

/** Everything that happens is told to whoever watches, in its order. */
export interface ConnectionListener {
  step(line: StepLine): void;
  connected(): void;
  frame(seen: Pick<FrameSeen, 'askedMs' | 'atMs' | 'text' | 'fresh'>): void;
  accounting(answer: AccountingObservation): void;
}

export interface ConnectionOptions {
  readonly target: Target;
  readonly link: (target: Target, options: Pick<OpenLinkOptions, 'signal' | 'onStep'>) => Promise<Link>;
  readonly now: () => number;
  readonly probeLimits: ProbeLimits;
  readonly bearerKey: string | undefined;
  /** Milliseconds from the beginning of a look to that of the next, now. */
  readonly intervalMs: () => number;
  readonly typed: (engine: ProcessKey) => TypedAddress | undefined;
  /** Whether engines may be asked for their own numbers, now. */
  readonly mayAsk: () => boolean;
  /** Roots of engines that shall be asked at the next look, however lately they were; emptied then. */
  readonly askSoon: Set<number>;
  /** Rings when the next look shall be taken now, and when the connection is to end. */
  readonly alarm: Alarm;
  readonly signal: AbortSignal;
  readonly listener: ConnectionListener;
}

const NEXT_STEP: Readonly<Record<LinkStep, LinkStep | undefined>> = {
  resolve: 'tcp',
  tcp: 'host-key',
  'host-key': 'login',
  login: undefined,
};

/** Where a failure belongs, whatever was going on: files are read before anything is connected. */
const STEP_OF_CODE: Readonly<Partial<Record<LinkError['code'], LinkStep>>> = {
  'known-hosts-unreadable': 'host-key',
  'key-unreadable': 'login',
};

/** Connects and looks until the connection ends: rejects with the reason, and returns when the signal ended it. */
export async function runConnection(options: ConnectionOptions): Promise<void> {
  const { signal, listener, now } = options;
  const checklist = new Checklist((line) => listener.step(line), now);
  try {
    const link = await openLinkWithSteps(options, checklist);
    const leave = (): void => void link.close();
    signal.addEventListener('abort', leave);
    try {
      if (!signal.aborted) await overLink(link, options, checklist);
    } finally {
      signal.removeEventListener('abort', leave);
      await link.close();
    }
  } catch (error) {
    if (signal.aborted) return;
    const { cause, next } = causeAndNext(error);
    checklist.failRunning(cause, next, error instanceof LinkError ? STEP_OF_CODE[error.code] : undefined);
    throw error;
  }
}

async function openLinkWithSteps(options: ConnectionOptions, checklist: Checklist): Promise<Link> {
  const { target, signal } = options;
  checklist.begin('resolve');
  if (target.kind === 'local') {
    checklist.ok('resolve', 'This machine.');
    for (const step of ['tcp', 'host-key', 'login'] as const) checklist.skip(step, 'Not needed on this machine.');
  }
  const onStep = (step: LinkStep, found: string): void => {
    checklist.ok(step, `${found.charAt(0).toUpperCase()}${found.slice(1)}.`);
    const next = NEXT_STEP[step];
    if (next !== undefined) checklist.begin(next);
  };
  const link = await options.link(target, { signal, onStep });
  // Sentences worth telling once, such as where a new host key was written.
  if (link.notes.length > 0 && target.kind !== 'local') {
    checklist.ok('login', [`Let in as ${link.describe}.`, ...link.notes].join(' '));
  }
  return link;
}

async function overLink(link: Link, options: ConnectionOptions, checklist: Checklist): Promise<void> {
  checklist.begin('shell');
  const first = { isCalled: false };
  const onCall = (): void => {
    if (first.isCalled) return;
    first.isCalled = true;
    // The first call of a connection may have to start the GPUs, which can take a minute.
    checklist.ok('driver', 'A driver is loaded.');
    checklist.begin('nvidia-smi');
  };
  const probe = await ProbeSession.open(link, options.probeLimits, onCall);
  const asker = new EngineAsker(link, { bearerKey: options.bearerKey, now: options.now });
  try {
    checklist.ok('shell', 'A POSIX shell and awk answer.');
    options.listener.connected();
    await new Looking(link, probe, asker, options, checklist).untilEnded();
  } finally {
    asker.close();
    await probe.close();
  }
}

class Looking {
  readonly #link: Link;
  readonly #asker: EngineAsker;
  readonly #options: ConnectionOptions;
  readonly #checklist: Checklist;
  readonly #looker: Looker;
  #session: Session = EMPTY_SESSION;
  #isFresh = true;
  /** Time of the look that is going on that was spent waiting for the node. */
  #waitedMs = 0;
  readonly #asking = new Set<Promise<void>>();
  /** Of each engine's root what its newest round of questions gave. */
  readonly #rounds = new Map<number, readonly AccountingObservation[]>();
  #end: { readonly why: Error } | undefined;

  constructor(link: Link, probe: ProbeSession, asker: EngineAsker, options: ConnectionOptions, checklist: Checklist) {
    this.#link = link;
    this.#asker = asker;
    this.#options = options;
    this.#checklist = checklist;
    this.#looker = {
      sample: (asked) => this.#frame(() => probe.sample(asked)),
      devices: () => this.#frame(() => probe.devices()),
    };
  }

  async untilEnded(): Promise<void> {
    const { signal, alarm, now, intervalMs } = this.#options;
    void this.#link.closed.then((why) => this.#endWith(why ?? closedByUs(this.#link)));
    try {
      while (!signal.aborted && this.#end === undefined) {
        const beganMs = now();
        await this.#look();
        // A look that takes longer than the interval is followed by the next one at once: never two at a time.
        const leftMs = beganMs + intervalMs() - now();
        if (leftMs > 0) await alarm.pause(leftMs);
      }
    } finally {
      this.#asker.close();
      await Promise.allSettled(this.#asking);
    }
    if (!signal.aborted) throw this.#end?.why ?? closedByUs(this.#link);
  }

  #endWith(why: Error): void {
    this.#end ??= { why };
    this.#options.alarm.ring();
  }

  async #look(): Promise<void> {
    const isFirst = this.#isFresh;
    if (isFirst) this.#checklist.begin('driver');
    const { now } = this.#options;
    const beganMs = now();
    this.#waitedMs = 0;
    const look = await takeLook(this.#looker, this.#session);
    const ownMs = Math.max(0, now() - beganMs - this.#waitedMs);
    this.#session = look.session;
    const lines = snapshotSteps(look.sample.snapshot);
    if (look.session.latest !== undefined) lines.push(enginesStep(look.session.latest.detection, ownMs));
    for (const line of lines) {
      if (isFirst) this.#checklist.line(line);
      else this.#checklist.renew(line);
    }
    this.#ask(isFirst);
  }

  async #frame(ask: () => Promise<Sample>): Promise<Sample> {
    const { now, listener } = this.#options;
    const askedMs = now();
    const sample = await ask();
    const atMs = now();
    this.#waitedMs += atMs - askedMs;
    listener.frame({ askedMs, atMs, text: sample.frame.text, fresh: this.#isFresh });
    this.#isFresh = false;
    return sample;
  }

  /** Beside the looks: an engine that does not answer must not hold the next look up. */
  #ask(isFirst: boolean): void {
    const { typed, now, askSoon, mayAsk } = this.#options;
    const engines = this.#session.latest?.detection.engines ?? [];
    const roots = new Set(engines.map(({ root }) => root.pid));
    for (const pid of this.#rounds.keys()) if (!roots.has(pid)) this.#rounds.delete(pid);
    if (!mayAsk()) return this.#leaveAlone(engines, isFirst);
    for (const pid of askSoon) this.#asker.askSoon(pid);
    askSoon.clear();
    if (isFirst && engines.length > 0) this.#checklist.begin('accounting');
    const beganMs = now();
    const typedAt = (engine: Engine): TypedAddress | undefined => typed(engineKey(engine));
    // What was asked before it was turned off may answer after it.
    const heard = (answers: readonly AccountingObservation[]): void => void (mayAsk() && this.#hear(answers));
    const asking = this.#asker
      .ask(this.#session, () => true, typedAt, { heard })
      .then(() => {
        const line = accountingStep(engines.length, [...this.#rounds.values()].flat(), now() - beganMs);
        if (isFirst) this.#checklist.line(line);
        else this.#checklist.renew(line);
      })
      // Only a fault of ours gets here: what engines do is an observation.
      .catch((fault: unknown) => this.#endWith(fault instanceof Error ? fault : new Error(String(fault))))
      .finally(() => this.#asking.delete(asking));
    this.#asking.add(asking);
  }

  /**
   * Says once of each engine that it is not asked. It is an observation: what an engine reported of itself before, such as
   * that it is awake, must not hold for as long as nobody asks again.
   */
  #leaveAlone(engines: readonly Engine[], isFirst: boolean): void {
    for (const engine of engines) {
      const [newest] = this.#rounds.get(engine.root.pid) ?? [];
      const isSame = newest?.rootStartTicks === engine.root.startTicks;
      if (isSame && newest.seen.kind === 'failure' && newest.seen.why.code === 'asking-off') continue;
      this.#hear([notAsked(engine, this.#options.now())]);
      // When it is turned on again it is asked at once.
      this.#options.askSoon.add(engine.root.pid);
    }
    const line = accountingStep('off', [], null);
    if (isFirst) this.#checklist.line(line);
    else this.#checklist.renew(line);
  }

  #hear(answers: readonly AccountingObservation[]): void {
    const [first] = answers;
    if (first === undefined) return;
    this.#rounds.set(first.rootPid, answers);
    this.#session = observeAccounting(this.#session, answers);
    for (const answer of answers) this.#options.listener.accounting(answer);
  }
}

function notAsked({ root }: Engine, receivedMs: number): AccountingObservation {
  const why = { code: 'asking-off', where: '' } as const;
  const seen = { kind: 'failure', path: null, status: null, receivedMs, why } as const;
  return { rootPid: root.pid, rootStartTicks: root.startTicks, endpoint: null, seen };
}

function closedByUs({ describe }: Link): LinkError {
  return new LinkError('lost', describe, `The connection to ${describe} was closed here. Connect again.`);
}
