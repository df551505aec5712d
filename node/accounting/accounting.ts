// Asks engines for their own numbers, through the link, politely: what comes back is an observation, not a meaning.
import type { AskingProgress, Seen } from '../../shared/engines/accounting.ts';
import { ACCOUNTING_READERS } from '../../shared/engines/accounting-readers.ts';
import type { Engine } from '../../shared/engines/detect.ts';
import type { EndpointCandidate, EndpointSearch } from '../../shared/engines/endpoint.ts';
import type {
  AccountingFailure,
  AccountingObservation,
  AccountingPath,
  AccountingReasonCode,
} from '../../shared/model/accounting.ts';
import { processKey, type ProcessKey } from '../../shared/model/ids.ts';
import { HttpClient } from './http-get.ts';
import type { AddressOpener } from '../link/link.ts';

export interface AccountingOptions {
  /** Kept in memory only; sent to engines, shown nowhere. */
  readonly bearerKey: string | undefined;
  /** Milliseconds on the clock of the observations. */
  readonly now: () => number;
  readonly limits?: AccountingLimits;
}

export interface AccountingLimits {
  /** A socket that only listens may be anything: it gets one question and little time. */
  readonly firstMs: number;
  readonly ms: number;
}

export const ACCOUNTING_LIMITS: AccountingLimits = { firstMs: 2_000, ms: 5_000 };

/** What is remembered of one engine, as long as its root is the same process. */
interface Asked {
  /** The socket that has answered as this engine. */
  endpoint: EndpointCandidate | undefined;
  /** Sockets that were asked once and did not answer as this engine: never again, while the engine runs. */
  readonly refusedSockets: Set<string>;
  /** What each socket has answered: another program's 404 says nothing about the engine. */
  readonly paths: Map<string, Paths>;
}

interface Paths {
  readonly answered: Set<AccountingPath>;
  readonly absent: Set<AccountingPath>;
}

/** Endings that leave a socket as it was: no byte reached it, or what answered speaks HTTP and may know more later. */
const ASK_AGAIN: ReadonlySet<AccountingReasonCode> = new Set([
  'refused',
  'forward-refused',
  'unauthorized',
  'forbidden',
  'server-error',
]);

/** Endings after which an engine may still know another path. */
const GO_ON: ReadonlySet<AccountingReasonCode> = new Set(['not-found', 'server-error']);

/** One for each connection. One request at a time for each engine. */
export class AccountingClient {
  readonly #http: HttpClient;
  readonly #options: AccountingOptions;
  readonly #engines = new Map<ProcessKey, Asked>();

  constructor(link: AddressOpener, options: AccountingOptions) {
    this.#http = new HttpClient(link);
    this.#options = options;
  }

  /**
   * One round of questions. Never rejects for what an engine does; a failure is an observation too. Nothing comes back
   * when there is nothing left to ask: what was seen before still holds.
   */
  async ask(engine: Engine, search: EndpointSearch): Promise<AccountingObservation[]> {
    const asked = this.#asked(engine);
    if (search.why !== undefined) {
      const { code, where } = search.why;
      return [this.#observation(engine, undefined, this.#failure(null, code, where))];
    }
    const { endpoint: before } = asked;
    const candidates = candidatesOf(asked, search);
    if (candidates.length === 0 && before !== undefined) {
      return [this.#observation(engine, before, this.#failure(null, 'refused', `port ${before.port}`))];
    }
    const observations: AccountingObservation[] = [];
    for (const candidate of candidates) {
      const round = await this.#round(engine, candidate, asked);
      observations.push(...round.map((seen) => this.#observation(engine, candidate, seen)));
      if (round.some((seen) => seen.kind === 'answer')) asked.endpoint = candidate;
      if (asked.endpoint !== undefined) break;
      if (candidate.origin === 'listening' && !round.some(mayAskAgain)) asked.refusedSockets.add(socketName(candidate));
    }
    return observations;
  }

  /** Forgets engines that are gone, and their sockets with them: a new process may use the same numbers. */
  keepOnly(engines: readonly Engine[]): void {
    const alive = new Set(engines.map(engineKey));
    for (const key of this.#engines.keys()) if (!alive.has(key)) this.#engines.delete(key);
  }

  close(): void {
    this.#http.close();
  }

  async #round(engine: Engine, candidate: EndpointCandidate, asked: Asked): Promise<Seen[]> {
    const reader = ACCOUNTING_READERS[engine.kind];
    const seen: Seen[] = [];
    const paths = pathsOf(asked, candidate);
    const ended = new Map<AccountingPath, 'answered' | AccountingReasonCode>();
    const progress: AskingProgress = { ended, ...paths };
    const isNew = candidate.origin === 'listening' && asked.endpoint === undefined;
    const limits = this.#options.limits ?? ACCOUNTING_LIMITS;
    for (let path = reader.nextPath(progress); path !== undefined; path = reader.nextPath(progress)) {
      const limitMs = isNew && seen.length === 0 ? limits.firstMs : limits.ms;
      const one = await this.#get(engine, candidate, path, limitMs);
      seen.push(one);
      ended.set(path, one.kind === 'answer' ? 'answered' : one.why.code);
      if (one.kind === 'answer') paths.answered.add(path);
      else if (one.why.code === 'not-found') paths.absent.add(path);
      // Not HTTP, or another program's HTTP: whoever listens there gets no second question.
      if (isNew && one.kind === 'failure' && !GO_ON.has(one.why.code)) break;
    }
    return seen;
  }

  async #get(engine: Engine, candidate: EndpointCandidate, path: AccountingPath, limitMs: number): Promise<Seen> {
    const { bearerKey } = this.#options;
    const address = { host: candidate.host, port: candidate.port };
    const answer = await this.#http.get({ address, path, limitMs, ...(bearerKey === undefined ? {} : { bearerKey }) });
    if (answer.kind === 'failed') return this.#failure(path, answer.reason, path, answer.status);
    const picked = ACCOUNTING_READERS[engine.kind].pick(path, answer.body);
    if (!picked.ok) return this.#failure(path, picked.code, path, answer.status);
    return { kind: 'answer', path, status: answer.status, receivedMs: this.#options.now(), ...picked.value };
  }

  #failure(
    path: AccountingPath | null,
    code: AccountingReasonCode,
    where: string,
    status: number | null = null,
  ): AccountingFailure {
    return { kind: 'failure', path, status, receivedMs: this.#options.now(), why: { code, where } };
  }

  #observation(engine: Engine, candidate: EndpointCandidate | undefined, seen: Seen): AccountingObservation {
    const { pid, startTicks } = engine.root;
    const endpoint = candidate === undefined ? null : { host: candidate.host, port: candidate.port };
    return { rootPid: pid, rootStartTicks: startTicks, endpoint, seen };
  }

  #asked(engine: Engine): Asked {
    const key = engineKey(engine);
    const known = this.#engines.get(key);
    if (known !== undefined) return known;
    const fresh: Asked = { endpoint: undefined, refusedSockets: new Set(), paths: new Map() };
    this.#engines.set(key, fresh);
    return fresh;
  }
}

function engineKey({ root }: Engine): ProcessKey {
  return processKey(root.pid, root.startTicks);
}

/** The one that has answered, as long as it is one; otherwise all that were not refused. */
function candidatesOf(asked: Asked, { candidates }: EndpointSearch): readonly EndpointCandidate[] {
  const { endpoint } = asked;
  const known = candidates.find((each) => endpoint !== undefined && socketName(each) === socketName(endpoint));
  if (known !== undefined) return [known];
  // Whoever listens there now is somebody else.
  asked.endpoint = undefined;
  return candidates.filter((each) => !asked.refusedSockets.has(socketName(each)));
}

function mayAskAgain(seen: Seen): boolean {
  return seen.kind === 'failure' && ASK_AGAIN.has(seen.why.code);
}

function pathsOf(asked: Asked, candidate: EndpointCandidate): Paths {
  const name = socketName(candidate);
  const known = asked.paths.get(name) ?? { answered: new Set(), absent: new Set() };
  asked.paths.set(name, known);
  return known;
}

function socketName({ host, port, pid }: EndpointCandidate): string {
  return `${pid} ${host} ${port}`;
}
