// Selectors as a table may have them: a table stands by itself and may be shown to anybody, and titles are names.
import { parseSelector, selectorText } from '../gates/selector.ts';
import { cycledChoices } from '../session/compare/find-repeats.ts';
import { worstCycles } from '../session/cycles/cycle-table.ts';
import { comparedOf } from './compared-report.ts';
import { RecordedError } from './recorded-error.ts';
import type { RecordedSide } from './recorded-side.ts';

/**
 * Those that were asked for, where none is by title; otherwise what else names the engines that were found by them, by
 * port or pid. Throws a RecordedError where that names another one in B than it does in A.
 */
export function plainSelectors(
  engines: readonly string[],
  side: RecordedSide,
  against: RecordedSide | undefined,
): readonly string[] {
  if (!engines.some((text) => parseSelector(text)?.by === 'title')) return engines;
  const own = selectorsOf(side);
  if (against === undefined || selectorsOf(against).join() === own.join()) return own;
  throw new RecordedError(
    'no-moment',
    `what is titled so is ${own.join(', ')} in one recording and ${selectorsOf(against).join(', ')} in the other, and a table has no titles in it: choose with port:N or kind:NAME what is the same in both.`,
  );
}

function selectorsOf(side: RecordedSide): string[] {
  const found = new Set(comparedOf(side).found.flatMap(({ engines }) => engines.flatMap(({ rootPids }) => rootPids)));
  return cycledChoices(side.record.engines.map(worstCycles))
    .filter(({ rootPid }) => found.has(rootPid))
    .map(({ selector }) => selectorText(selector));
}
