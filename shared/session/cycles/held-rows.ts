// The rows that an engine had: one that is missing while its memory stays on the GPU is no release.
import { unknown, type Known } from '../../base/known.ts';
import { minus, type Bytes } from '../../base/units.ts';
import type { BusKey } from '../../ledger/per-bus.ts';

/** On one bus, when it was last seen there. */
interface HeldRow {
  readonly size: Bytes;
  /** What nobody was listed for at that look; undefined where that was not known. */
  readonly unlisted: Bytes | undefined;
}

/** What is looked at of a look at an engine. */
interface ListedLook {
  readonly resident: Known<Bytes>;
  readonly whole: Known<Bytes>;
  readonly perBus: ReadonlyMap<BusKey, Known<Bytes>>;
}

/** By bus. */
export type HeldRows = Map<BusKey, HeldRow>;

/** Of a look, what is used on a bus and nobody is listed for: the signed rest of its ledger. */
export type UnlistedOn = (bus: BusKey) => Known<Bytes> | undefined;

/**
 * The look, or the same one as not measured: where an engine has no row any more on a bus, and at least half of what it
 * held there came to what nobody is listed for, the driver left it out. `rows` takes what this look says.
 */
export function withoutLostRows<Look extends ListedLook>(look: Look, rows: HeldRows, unlistedOn: UnlistedOn): Look {
  if (!look.resident.known) return look;
  for (const [bus, row] of rows) {
    const isThere = look.perBus.has(bus) ? undefined : stayed(row, unlistedOn(bus));
    // What was let go once is not the engine's any more, whatever comes to this GPU later.
    if (isThere === false) rows.delete(bus);
    if (isThere !== true) continue;
    const size = unknown('unlisted-memory', bus);
    return { ...look, resident: size, whole: size };
  }
  for (const [bus, size] of look.perBus) {
    const rest = unlistedOn(bus);
    const unlisted = rest?.known === true ? rest.value : undefined;
    if (size.known) rows.set(bus, { size: size.value, unlisted });
  }
  return look;
}

/** undefined where one of the two is not known: then the row alone says what is there. */
function stayed({ size, unlisted }: HeldRow, now: Known<Bytes> | undefined): boolean | undefined {
  if (unlisted === undefined || now?.known !== true) return undefined;
  return minus(now.value, unlisted) >= size / 2;
}
