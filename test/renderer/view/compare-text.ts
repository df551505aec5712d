// A comparison in lines that a test writes down by hand.
import { compareView, type CompareCell, type CompareView } from '../../../renderer/view/compare/compare-view.ts';
import { SMI_RESOLUTION, type Bytes } from '../../../shared/base/units.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { POLICY } from './ledger-text.ts';

export function viewOf(a: Moment, b: Moment, noise: Bytes = SMI_RESOLUTION, noiseLooks = 1): CompareView {
  return compareView({ a, b, policy: POLICY, noise, noiseLooks });
}

/**
 *   scheduler TP0 of sglang :30000, pid 4008, 3B:00.0: 64210 → 1741 = −62,469 MiB, freed
 */
export function rowsText({ rows }: CompareView): string {
  return rows
    .map(({ role, rank, owner, pids, gpu, a, b, delta, says, where, isNoise }) => {
      const who = [role, rank].filter((each) => each !== '').join(' ');
      const marks = `${where === 'both' ? '' : ` [${where}]`}${isNoise ? ' ~' : ''}`;
      return `${who} of ${owner}${pids === '' ? '' : `, ${pids}`}, ${gpu}: ${cell(a)} → ${cell(b)} = ${cell(delta)}, ${says}${marks}`;
    })
    .join('\n');
}

export function enginesText({ engines }: CompareView): string {
  return engines
    .map(({ name, match, a, b, delta }) => {
      const side = (one: typeof a): string =>
        one === undefined
          ? 'not there'
          : `${cell(one.resident)} accounted ${cell(one.accounting)} gap ${cell(one.gap)}, ${one.verdict}: ${one.against}`;
      return `${name} (${match}) | ${side(a)} | ${side(b)} | ${cell(delta)}`;
    })
    .join('\n');
}

function cell({ text }: CompareCell): string {
  return text;
}
