// Whether what stays grows from cycle to cycle, in a sentence for each engine: its worst GPU, and GPUs that differ from it.
import { NO_CYCLE, type EngineCycleTables } from './cycle-rows.ts';

export interface DriftLine {
  readonly id: string;
  /** `sglang :30000`. */
  readonly name: string;
  /** `growing by 38 MiB a cycle (12 cycles); 3B:00.0: steady (12 cycles)`. */
  readonly text: string;
  readonly isGrowing: boolean;
}

/** Of engines that have cycles. */
export function driftLines(engines: readonly EngineCycleTables[]): DriftLine[] {
  return engines.flatMap(({ id, name, buses }): DriftLine[] => {
    const [worst, ...others] = buses;
    if (worst === undefined || worst.drift === NO_CYCLE) return [];
    const apart = others
      .filter(({ drift }) => drift !== worst.drift && drift !== NO_CYCLE)
      .map((bus) => `${bus.name}: ${bus.drift}`);
    const isGrowing = buses.some((bus) => bus.isGrowing);
    return [{ id, name, text: [worst.drift, ...apart].join('; '), isGrowing }];
  });
}
