// Where the numbers of a hint are from, in the words in which all hints say it.
import type { Accounting } from '../engines/accounting.ts';
import type { EngineState } from '../session/engine-state.ts';
import type { Pair } from '../session/pair.ts';

export function residentSource({ bus }: Pick<Pair, 'bus'>): string {
  const where = bus === null ? '' : ` on ${bus}`;
  return `resident: nvidia-smi --query-compute-apps, summed over the engine's processes${where}`;
}

export function accountingSource({ path }: Pick<Accounting, 'path'>): string {
  return `accounting: ${path}, recorded by the engine at start-up`;
}

export const AWAKE_SOURCE = 'awake level: nvidia-smi, when this engine was last seen awake';

export function settingSource(name: string): string {
  return `${name}: /server_info of the engine`;
}

export function ledgerSource(bus: string): string {
  return `parts of the GPU: nvidia-smi --query-compute-apps and memory.used on ${bus}`;
}

/** The engine or the user says that it is awake: nothing was to be released. */
export function isSaidAwake({ value, source }: EngineState): boolean {
  return value === 'awake' && (source === 'reported' || source === 'told');
}
