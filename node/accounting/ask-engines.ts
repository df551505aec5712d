// Asks every engine of a sample for its own numbers, at a polite rate: at most every 5 s, and at once after a change.
import { setTimeout } from 'node:timers/promises';
import type { Engine } from '../../shared/engines/detect.ts';
import { findEndpoint, type EndpointSearch } from '../../shared/engines/endpoint.ts';
import type { TypedAddress } from '../../shared/engines/typed-address.ts';
import { sumPerBus } from '../../shared/ledger/per-bus.ts';
import type { AccountingObservation } from '../../shared/model/accounting.ts';
import type { Pid, ProcessKey } from '../../shared/model/ids.ts';
import { engineKey, type Session } from '../../shared/session/session.ts';
import type { View } from '../../shared/session/view.ts';
import { AccountingClient, type AccountingOptions } from './accounting.ts';
import type { AddressOpener } from '../link/link.ts';

/** The address that the user typed for an engine; undefined where none was typed. */
export type TypedAddresses = (engine: Engine) => TypedAddress | undefined;

const POLITE_INTERVAL_MS = 5_000;

interface LastAsked {
  /** When the round was over: an engine that hangs is left alone as long as any other. */
  readonly atMs: number;
  /** What the engine held then, as text, so that any change of any bus shows. */
  readonly resident: string;
}

export interface AskingOptions {
  /** Milliseconds; without it, as long as each engine may take. */
  readonly patienceMs?: number | undefined;
  /** Takes the answers of each engine as soon as it is through; they do not come back from the call then. */
  readonly heard?: (answers: readonly AccountingObservation[]) => void;
}

/** One for each connection. */
export class EngineAsker {
  readonly #client: AccountingClient;
  readonly #now: () => number;
  readonly #last = new Map<ProcessKey, LastAsked>();
  /** Rounds that are going on; they never reject. */
  readonly #running = new Map<ProcessKey, Promise<void>>();
  readonly #arrived: AccountingObservation[] = [];
  /** What no engine is to blame for, such as a key that cannot be sent. */
  readonly #mistakes: Error[] = [];

  constructor(link: AddressOpener, options: AccountingOptions) {
    this.#client = new AccountingClient(link, options);
    this.#now = options.now;
  }

  /**
   * Engines that are wanted and due, at the same time, each one question after the other; the others keep their answers.
   * Nothing is sent to an engine that nobody wants judged. After `patienceMs` it goes on without those that have not
   * answered, so that a hung engine does not hold up the next sample; what they say later comes with the next call.
   * The answers are in the order in which they came, for the session to observe.
   */
  async ask(
    session: Session,
    isWanted: (engine: Engine) => boolean,
    typed: TypedAddresses,
    { patienceMs, heard = (answers) => void this.#arrived.push(...answers) }: AskingOptions = {},
  ): Promise<AccountingObservation[]> {
    const { latest } = session;
    if (latest === undefined) return [];
    const { detection, snapshot } = latest;
    this.#keepOnly(detection.engines);
    for (const engine of detection.engines) {
      if (!isWanted(engine) || !this.#isDue(engine, latest)) continue;
      const search = findEndpoint(engine, detection, snapshot, typed(engine));
      this.#begin(engine, search, residentText(engine, latest), heard);
    }
    await allWithin([...this.#running.values()], patienceMs);
    const [mistake] = this.#mistakes.splice(0);
    if (mistake !== undefined) throw mistake;
    return this.#arrived.splice(0);
  }

  /** At the next call this engine is asked whatever the time: the user has just said where it listens. */
  askSoon(rootPid: Pid): void {
    for (const key of this.#last.keys()) if (key.startsWith(`${rootPid}@`)) this.#last.delete(key);
  }

  close(): void {
    this.#client.close();
  }

  #begin(engine: Engine, search: EndpointSearch, resident: string, heard: Required<AskingOptions>['heard']): void {
    const key = engineKey(engine);
    const round = async (): Promise<void> => {
      try {
        heard(await this.#client.ask(engine, search));
      } catch (mistake) {
        this.#mistakes.push(mistake instanceof Error ? mistake : new Error(String(mistake)));
      }
      this.#running.delete(key);
      this.#last.set(key, { atMs: this.#now(), resident });
    };
    this.#running.set(key, round());
  }

  #isDue(engine: Engine, view: View): boolean {
    const key = engineKey(engine);
    if (this.#running.has(key)) return false;
    const last = this.#last.get(key);
    if (last === undefined || this.#now() - last.atMs >= POLITE_INTERVAL_MS) return true;
    return last.resident !== residentText(engine, view);
  }

  /** A new process may use the same numbers, and a long watch sees many engines. */
  #keepOnly(engines: readonly Engine[]): void {
    this.#client.keepOnly(engines);
    const alive = new Set(engines.map(engineKey));
    for (const key of this.#last.keys()) if (!alive.has(key)) this.#last.delete(key);
  }
}

async function allWithin(rounds: readonly Promise<void>[], patienceMs: number | undefined): Promise<void> {
  const all = Promise.all(rounds);
  if (patienceMs === undefined) return void (await all);
  const patience = new AbortController();
  try {
    await Promise.race([all, setTimeout(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
  } finally {
    patience.abort();
  }
}

function residentText(engine: Engine, { held }: View): string {
  const members = new Set(engine.members.map((member) => member.pid));
  return JSON.stringify([...sumPerBus(held.filter((row) => members.has(row.pid)))]);
}
