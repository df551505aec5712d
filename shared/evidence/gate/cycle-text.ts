// What a gate over a release says: the phase it is in, when it settled, and a small curve of what was resident.
import type { CycleGate } from '../../gates/cycle-gate.ts';
import type { GateEngine } from './gate-schema.ts';
import { mib } from '../text/sizes.ts';

/** `armed, 64,210 MiB`, `releasing, 21,504 MiB`, `settling 3.2 s, 1,741 MiB`, `done: pass`. */
export function phaseText({ phase, still, looks, outcome }: CycleGate): string {
  const last = looks.at(-1);
  if (phase === 'done') return `done: ${outcome?.verdict ?? 'inconclusive'}`;
  const size = last === undefined ? '' : `, ${mib(last.resident.known ? last.resident.value : null)}`;
  const held = still === undefined || last === undefined ? 0 : last.atMs - still.sinceMs;
  return phase === 'settling' ? `settling ${(held / 1000).toFixed(1)} s${size}` : `${phase}${size}`;
}

/** Sentences, then the curve; empty for a gate of one look. */
export function cycleLines({ cycle }: Pick<GateEngine, 'cycle'>, width: number): string[] {
  if (cycle === undefined) return [];
  const { baselineBytes, settleTimeMs, timeoutMs, looks } = cycle;
  const level = `the level at the first look was ${mib(baselineBytes)}`;
  const settled =
    settleTimeMs === null
      ? `It did not settle within ${timeoutMs / 1000} s; ${level}.`
      : `It settled ${(settleTimeMs / 1000).toFixed(1)} s after the last look at its level; ${level}.`;
  const last = looks.at(-1);
  const curve = curveText(
    looks.map(({ bytes }) => bytes),
    Math.max(Math.min(width - 40, 60), 8),
  );
  const seconds = last === undefined ? 0 : last.atMs / 1000;
  return [
    settled,
    `${curve}  ${mib(looks[0]?.bytes ?? null)} to ${mib(last?.bytes ?? null)} in ${seconds.toFixed(1)} s`,
  ];
}

const LEVELS = '▁▂▃▄▅▆▇█';

/** A character a look, or the largest of several where there are too many: a short rise is not lost. `?` is unknown. */
export function curveText(sizes: readonly (number | null)[], width: number): string {
  const each = Math.ceil(sizes.length / width);
  const known = sizes.filter((size) => size !== null);
  const highest = known.reduce((most, size) => (size > most ? size : most), 1);
  const columns = Array.from({ length: Math.ceil(sizes.length / each) }, (_, at) =>
    sizes.slice(at * each, (at + 1) * each),
  );
  return columns
    .map((column) => {
      const seen = column.filter((size) => size !== null);
      const [first, ...more] = seen;
      if (first === undefined) return '?';
      const size = more.reduce((most, next) => (next > most ? next : most), first);
      return LEVELS[Math.round((size / highest) * (LEVELS.length - 1))] ?? '?';
    })
    .join('');
}
