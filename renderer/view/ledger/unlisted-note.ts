// Of a GPU on which a rank that the driver does not list may hold memory: what to know, and how its engine is written there.
import type { Known } from '../../../shared/base/known.ts';
import type { Bytes } from '../../../shared/base/units.ts';
import type { ProcessRole } from '../../../shared/engines/process-role.ts';
import type { BusId, Pid } from '../../../shared/model/ids.ts';
import type { EngineLook } from '../engine-looks.ts';
import { rankName } from '../process-name.ts';
import { exactSize, wholeMib } from '../screen-text.ts';

/**
 * `sglang :30000 may hold part of the 49,011 MiB here that belong to no visible process: scheduler TP1 (pid 4015) lives, and
 * the driver lists nothing for it.` undefined where every rank is listed. `rest`: of the ledger of this GPU.
 */
export function unlistedNote(
  { name, unlisted }: EngineLook,
  bus: BusId,
  rest: Known<Bytes> | undefined,
  roles: ReadonlyMap<Pid, ProcessRole> | undefined,
): string | undefined {
  const pids = unlisted.flatMap((row) => (row.bus === bus ? [row.pid] : []));
  if (pids.length === 0) return undefined;
  const who = pids.map((pid) => {
    const rank = rankName(roles?.get(pid));
    return rank === '' ? `pid ${pid}` : `${rank} (pid ${pid})`;
  });
  const much =
    rest?.known === true && rest.value > 0
      ? `part of the ${exactSize(rest.value)} here that belong to no visible process`
      : 'more on this GPU than is listed for it';
  const lives = pids.length === 1 ? 'lives, and the driver lists nothing for it' : 'live, and the driver lists none';
  return `${name} may hold ${much}: ${who.join(', ')} ${lives}.`;
}

/** What an engine holds on a GPU, in words. `isWhole`: nothing of it was left out there. */
export function engineSizeText(size: Known<Bytes> | undefined, isWhole: boolean): string {
  if (size?.known !== true) return 'unknown';
  return isWhole ? `${wholeMib(size.value)} MiB` : `at least ${wholeMib(size.value)} MiB`;
}
