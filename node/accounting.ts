// Asks engines for their own numbers, through the link, politely: what comes back is an observation, not a meaning.
import type { AskingProgress, Seen } from '../shared/engines/accounting.ts';
import { ACCOUNTING_READERS } from '../shared/engines/accounting-readers.ts';
import type { Engine } from '../shared/engines/detect.ts';
import type { EndpointCandidate, EndpointSearch } from '../shared/engines/endpoint.ts';
import type {
  AccountingFailure,
  AccountingObservation,
  AccountingPath,
  AccountingReasonCode,
} from '../shared/model/accounting.ts';
import { processKey, type ProcessKey } from '../shared/model/ids.ts';
import { HttpClient } from './http-get.ts';
import type { AddressOpener } from './link.ts';

export interface AccountingOptions {
  /** Kept in memory only; sent to engines, shown nowhere. */
  readonly bearerKey: string | undefined;
  /** Milliseconds on the clock of the observations. */
  readonly now: () => number;
}

/** A socket that only listens may be anything: it gets one question and little time. */
const FIRST_QUESTION_LIMIT_MS = 2_000;
const LIMIT_MS = 5_000;

/** What is remembered of one engine, as long as its root is the same process. */
interface Asked {
  endpoint: EndpointCandidate | undefined;
  /** Sockets that were asked once and did not answer as this engine: never again, while the engine runs. */
  readonly refusedSockets: Set<string>;
  readonly answered: Set<AccountingPath>;
  readonly absent: Set<AccountingPath>;
}

/** One for each connection. One request at a time for each engine. */
export class AccountingClient {
  readonly #http: HttpClient;
  readonly #options: AccountingOptions;
  readonly #engines = new Map<ProcessKey, Asked>();

  constructor(link: AddressOpener, options: AccountingOptions) {
    this.#http = new HttpClient(link);
    this.#options = options;
  }

  /** One round of questions. Never rejects for what an engine does; a failure is an observation too. */
  async ask(engine: Engine, search: EndpointSearch): Promise<AccountingObservation[]> {
    const asked = this.#asked(engine);
    if (search.why !== undefined) {
      const { code, where } = search.why;
      return [this.#observation(engine, undefined, this.#failure(null, code, where))];
    }
    const typed = search.candidates.filter((each) => each.origin === 'typed');
    const known = asked.endpoint === undefined ? search.candidates : [asked.endpoint];
    const observations: AccountingObservation[] = [];
    for (const candidate of typed.length > 0 ? typed : known) {
      if (asked.refusedSockets.has(socketName(candidate))) continue;
      const round = await this.#round(engine, candidate, asked);
      observations.push(...round.map((seen) => this.#observation(engine, candidate, seen)));
      if (round.some((seen) => seen.kind === 'answer')) {
        asked.endpoint = candidate;
        break;
      }
      if (candidate.origin === 'listening') asked.refusedSockets.add(socketName(candidate));
    }
    if (observations.length > 0) return observations;
    return [this.#observation(engine, undefined, this.#failure(null, 'no-endpoint', `pid ${engine.root.pid}`))];
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
    const progress = { ended: new Map<AccountingPath, 'answered' | AccountingReasonCode>(), ...progressOf(asked) };
    const isNew = candidate.origin === 'listening' && asked.endpoint !== candidate;
    for (let path = reader.nextPath(progress); path !== undefined; path = reader.nextPath(progress)) {
      const limitMs = isNew && seen.length === 0 ? FIRST_QUESTION_LIMIT_MS : LIMIT_MS;
      const one = await this.#get(engine, candidate, path, limitMs);
      seen.push(one);
      progress.ended.set(path, one.kind === 'answer' ? 'answered' : one.why.code);
      if (one.kind === 'answer') asked.answered.add(path);
      else if (one.why.code === 'not-found') asked.absent.add(path);
      // Not HTTP, or another program's HTTP: whoever listens there gets no second question.
      if (isNew && one.kind === 'failure' && one.why.code !== 'not-found') break;
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
    const fresh: Asked = { endpoint: undefined, refusedSockets: new Set(), answered: new Set(), absent: new Set() };
    this.#engines.set(key, fresh);
    return fresh;
  }
}

function engineKey({ root }: Engine): ProcessKey {
  return processKey(root.pid, root.startTicks);
}

function progressOf({ answered, absent }: Asked): Pick<AskingProgress, 'answered' | 'absent'> {
  return { answered, absent };
}

function socketName({ host, port, pid }: EndpointCandidate): string {
  return `${pid} ${host} ${port}`;
}
