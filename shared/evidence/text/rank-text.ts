// `TP1`, `DP0 TP1`: the rank of a process.
import type { GateProcess } from '../gate/gate-schema.ts';

export function rankText(rank: GateProcess['rank']): string {
  if (rank === null) return '';
  const parts = Object.entries(rank).flatMap(([name, value]) =>
    value === null ? [] : [`${name.toUpperCase()}${value}`],
  );
  return parts.join(' ');
}
