// A bus id as short as it stays clear: the domain is left out where it is the usual one.
import type { BusId } from '../model/ids.ts';
import { NO_BUS, type BusKey } from './per-bus.ts';

/** `00000000:3B:00.0` → `3B:00.0`; another domain is kept. The two-column query names no bus: `all GPUs`. */
export function shortBus(bus: BusKey | BusId): string {
  return bus === NO_BUS ? 'all GPUs' : bus.replace(/^00000000:/, '');
}
