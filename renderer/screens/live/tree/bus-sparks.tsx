// How a row's memory is spread over the GPUs: one small bar each, on a scale of the row, so that the odd one shows.
import type { ReactElement } from 'react';
import { total } from '../../../../shared/base/known.ts';
import type { BusKey, PerBus } from '../../../../shared/ledger/per-bus.ts';
import { wholeMib } from '../../../view/screen-text.ts';
import { shortBus } from '../../../../shared/ledger/short-bus.ts';

export interface BusSparksProps {
  readonly perBus: PerBus;
  /** Of the whole node, in order. */
  readonly buses: readonly BusKey[];
}

export function BusSparks({ perBus, buses }: BusSparksProps): ReactElement | null {
  // A picture of nothing has no name that could be read out.
  if (perBus.size === 0) return null;
  const most = Math.max(...[...perBus.values()].map(({ atLeast }) => atLeast), 1);
  const said = [...perBus].map(([bus, tally]) => sizeText(bus, tally.atLeast, total(tally).known));
  return (
    <span role="img" aria-label={said.join(', ')} title={said.join('\n')} className="sparks">
      {buses.map((bus) => {
        const tally = perBus.get(bus);
        if (tally === undefined) return <span key={bus} className="spark" />;
        const whole = total(tally).known;
        const height = whole ? Math.max((tally.atLeast / most) * 100, 6) : 100;
        return (
          <span key={bus} className="spark">
            <span
              className={whole ? 'bg-engine' : 'hatched border border-line-strong'}
              style={{ height: `${height}%` }}
            />
          </span>
        );
      })}
    </span>
  );
}

function sizeText(bus: BusKey, atLeast: Parameters<typeof wholeMib>[0], whole: boolean): string {
  return `${shortBus(bus)} ${whole ? '' : 'at least '}${wholeMib(atLeast)} MiB`;
}
