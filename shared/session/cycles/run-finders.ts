// The cycles of one life of an engine, found look by look on its worst bus and on each: the looks themselves are not kept.
import { CycleFinder } from '../../ledger/cycle-finder.ts';
import type { BusKey } from '../../ledger/per-bus.ts';
import { lookOnBus, type EngineLook } from './engine-look.ts';

/** Of one life of an engine, on its worst bus and on each. */
export class RunFinders {
  #worst = new CycleFinder();
  /** Of a bus on which it held nothing so far: what one begins with that it comes to hold later. */
  #nowhere = new CycleFinder();
  #perBus = new Map<BusKey, CycleFinder>();

  get worst(): CycleFinder {
    return this.#worst;
  }

  get buses(): readonly BusKey[] {
    return [...this.#perBus.keys()];
  }

  on(bus: BusKey): CycleFinder {
    return this.#perBus.get(bus) ?? this.#nowhere;
  }

  push(look: EngineLook): void {
    for (const bus of look.perBus.keys()) if (!this.#perBus.has(bus)) this.#perBus.set(bus, this.#nowhere.split());
    for (const [bus, finder] of this.#perBus) finder.push(lookOnBus(look, bus));
    this.#worst.push(look);
    this.#nowhere.push(lookOnBus({ ...look, perBus: NO_BUSES }, 'no-bus'));
  }

  ahead(): RunFinders {
    const copy = new RunFinders();
    copy.#worst = this.#worst.ahead();
    copy.#nowhere = this.#nowhere.ahead();
    copy.#perBus = new Map([...this.#perBus].map(([bus, finder]) => [bus, finder.ahead()] as const));
    return copy;
  }
}

const NO_BUSES: EngineLook['perBus'] = new Map();
