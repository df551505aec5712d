// The rows that an engine had: one that is missing while its memory stays on the GPU is no release.
import { unknown, type Known } from '../../base/known.ts';
import type { ReasonCode } from '../../base/reason.ts';
import { minus, plus, ZERO_BYTES, type Bytes } from '../../base/units.ts';
import { NO_BUS, type BusKey } from '../../ledger/per-bus.ts';
import type { BusPoint } from '../history/history-point.ts';
import type { BusId } from '../../model/ids.ts';
import type { HolderKey } from '../history/process-sizes.ts';

/** Of one process on one bus, when it was last seen there. */
interface HeldRow {
  readonly bus: BusKey;
  readonly size: Bytes;
  /** What nobody that lives was listed for at that look; undefined where that was not known. */
  readonly left: LeftSizes | undefined;
}

/** What a process of an engine holds on a bus. */
export interface ListedRow {
  readonly holder: HolderKey;
  readonly bus: BusKey;
  readonly size: Known<Bytes>;
}

/** What is looked at of a look at an engine. */
interface ListedLook {
  readonly resident: Known<Bytes>;
  readonly whole: Known<Bytes>;
}

export type HeldRows = Map<HolderKey, HeldRow>;

/** On a bus, of a look: the signed rest of its ledger, and what pids are listed for that no longer exist. */
interface LeftSizes {
  readonly rest: Bytes;
  readonly gone: Bytes;
}

/** undefined where one of them is not known. */
export type LeftOn = (bus: BusKey) => LeftSizes | undefined;

/** By what a look says of a GPU. */
export function leftOn(sizeOf: (bus: BusId, kind: 'unattributed' | 'gone') => Known<Bytes> | undefined): LeftOn {
  return (bus) => {
    if (bus === NO_BUS) return undefined;
    const rest = sizeOf(bus, 'unattributed');
    const gone = sizeOf(bus, 'gone') ?? NONE;
    return rest?.known === true && gone.known ? { rest: rest.value, gone: gone.value } : undefined;
  };
}

export function leftIn(buses: ReadonlyMap<BusId, BusPoint>): LeftOn {
  return leftOn((bus, kind) => buses.get(bus)?.classes.get(kind));
}

const NONE: Known<Bytes> = { known: true, value: ZERO_BYTES };

/**
 * The look, or the same one as not measured: where a process of the engine has no row any more on a bus, and at least half
 * of what it held there came to what nobody that lives is listed for, the driver left it out, or it ended and its memory
 * stayed. `rows` are those of the look, and `held` takes what they say.
 */
export function withoutLostRows<Look extends ListedLook>(
  look: Look,
  rows: readonly ListedRow[],
  held: HeldRows,
  left: LeftOn,
): Look {
  if (!look.resident.known) return look;
  const listed = new Set(rows.map(({ holder }) => holder));
  for (const [holder, row] of held) {
    if (listed.has(holder)) continue;
    const stayed = stayedAs(row, left(row.bus));
    // What was let go once is not the engine's any more, whatever comes to this GPU later.
    if (stayed === 'freed') held.delete(holder);
    if (stayed === undefined || stayed === 'freed') continue;
    const size = unknown(stayed, row.bus);
    return { ...look, resident: size, whole: size };
  }
  for (const { holder, bus, size } of rows) {
    if (size.known) held.set(holder, { bus, size: size.value, left: left(bus) });
  }
  return look;
}

/** undefined where it is not known what nobody is listed for: then the row alone says what is there. */
function stayedAs({ size, left }: HeldRow, now: LeftSizes | undefined): ReasonCode | 'freed' | undefined {
  if (left === undefined || now === undefined) return undefined;
  const gone = minus(now.gone, left.gone);
  if (gone >= size / 2) return 'gone-rows';
  return plus(minus(now.rest, left.rest), gone) >= size / 2 ? 'unlisted-memory' : 'freed';
}
