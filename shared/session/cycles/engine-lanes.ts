// Which engine of one look is which of the next, over many looks: one that was restarted is the same engine.
import type { Engine } from '../../engines/detect.ts';
import { matchEngines, type MatchBasis } from '../compare-match.ts';
import { engineKey } from '../session.ts';

/** One engine by its role, over all its lives. */
export interface EngineLane {
  /** Of the newest life. */
  engine: Engine;
  bootId: string | undefined;
}

export interface PlacedEngine {
  readonly engine: Engine;
  /** From 0, in the order in which they were first seen. */
  readonly lane: number;
  /** It is another life than the one before, or the first. */
  readonly isFresh: boolean;
  /** How it was recognised; undefined for the first life, and for one that goes on. */
  readonly basis: MatchBasis | undefined;
}

/** Takes the engines of looks, oldest first. */
export class EngineLanes {
  readonly #lanes: EngineLane[] = [];

  get lanes(): readonly Readonly<EngineLane>[] {
    return this.#lanes;
  }

  /** The same lanes, to go on with apart from these. */
  copy(): EngineLanes {
    const copy = new EngineLanes();
    copy.#lanes.push(...this.#lanes.map((lane) => ({ ...lane })));
    return copy;
  }

  /** New engines continue those that are gone where they can be told to be the same, and begin lanes otherwise. */
  place(engines: readonly Engine[], bootId: string | undefined): PlacedEngine[] {
    const isIn = (lane: EngineLane, engine: Engine): boolean =>
      lane.bootId === bootId && engineKey(lane.engine) === engineKey(engine);
    const placed = engines.flatMap((engine): PlacedEngine[] => {
      const lane = this.#lanes.findIndex((each) => isIn(each, engine));
      return lane === -1 ? [] : [{ engine, lane, isFresh: false, basis: undefined }];
    });
    const fresh = engines.filter((engine) => !placed.some((each) => each.engine === engine));
    if (fresh.length === 0) return placed;
    const away = this.#lanes.filter((lane) => !engines.some((engine) => isIn(lane, engine)));
    // Their boot does not matter: whether it is the same process was just answered.
    const pairs = matchEngines(
      { bootId: undefined, engines: away.map(({ engine }) => engine) },
      { bootId: undefined, engines: fresh },
    );
    for (const { a, b, basis } of pairs) {
      if (b === undefined) continue;
      const known = a === undefined ? undefined : away.find(({ engine }) => engine === a);
      if (known === undefined) this.#lanes.push({ engine: b, bootId });
      else {
        known.engine = b;
        known.bootId = bootId;
      }
      const lane = known === undefined ? this.#lanes.length - 1 : this.#lanes.indexOf(known);
      placed.push({ engine: b, lane, isFresh: true, basis });
    }
    return placed;
  }
}
