// Asks every engine of a sample for its own numbers, at a polite rate: at most every 5 s, and at once after a change.
import type { Engine } from '../shared/engines/detect.ts';
import { findEndpoint, type TypedAddress } from '../shared/engines/endpoint.ts';
import { sumPerBus } from '../shared/ledger/per-bus.ts';
import type { ProcessKey } from '../shared/model/ids.ts';
import { engineKey, observeAccounting, type Session } from '../shared/session/session.ts';
import type { View } from '../shared/session/view.ts';
import { AccountingClient, type AccountingOptions } from './accounting.ts';
import type { AddressOpener } from './link.ts';

/** The address that the user typed for an engine; undefined where none was typed. */
export type TypedAddresses = (engine: Engine) => TypedAddress | undefined;

const POLITE_INTERVAL_MS = 5_000;

interface LastAsked {
  readonly atMs: number;
  /** What the engine held then, as text, so that any change of any bus shows. */
  readonly resident: string;
}

/** One for each connection. */
export class EngineAsker {
  readonly #client: AccountingClient;
  readonly #now: () => number;
  readonly #last = new Map<ProcessKey, LastAsked>();

  constructor(link: AddressOpener, options: AccountingOptions) {
    this.#client = new AccountingClient(link, options);
    this.#now = options.now;
  }

  /**
   * Engines that are wanted and due, at the same time, each one question after the other; the others keep their answers.
   * Nothing is sent to an engine that nobody wants judged.
   */
  async ask(session: Session, isWanted: (engine: Engine) => boolean, typed: TypedAddresses): Promise<Session> {
    const { latest } = session;
    if (latest === undefined) return session;
    const { detection, snapshot } = latest;
    this.#client.keepOnly(detection.engines);
    const due = detection.engines.filter((engine) => isWanted(engine) && this.#isDue(engine, latest));
    const rounds = await Promise.all(
      due.map((engine) => this.#client.ask(engine, findEndpoint(engine, detection, snapshot, typed(engine)))),
    );
    return observeAccounting(session, rounds.flat());
  }

  close(): void {
    this.#client.close();
  }

  #isDue(engine: Engine, view: View): boolean {
    const key = engineKey(engine);
    const last = this.#last.get(key);
    const resident = residentText(engine, view);
    const atMs = this.#now();
    if (last !== undefined && atMs - last.atMs < POLITE_INTERVAL_MS && last.resident === resident) return false;
    this.#last.set(key, { atMs, resident });
    return true;
  }
}

function residentText(engine: Engine, { held }: View): string {
  const members = new Set(engine.members.map((member) => member.pid));
  return JSON.stringify([...sumPerBus(held.filter((row) => members.has(row.pid)))]);
}
