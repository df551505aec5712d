// Findings beside a measurement, as lines of text.
import type { GateReport } from './gate-schema.ts';
import type { TextOptions } from '../text/paint.ts';
import { wrap } from '../text/wrap.ts';

/** Said elsewhere in the text (the demo, the run's limit), or ordinary (rows that come twice, under MIG). */
const SILENT = new Set(['demo', 'limit-from-run', 'duplicate-row']);

export function noteLines(problems: GateReport['problems'], { paint, width }: TextOptions): string[] {
  const notes = problems.filter((problem) => !SILENT.has(problem.code));
  if (notes.length === 0) return [];
  return [paint.bold('Notes'), ...notes.flatMap(({ where, text }) => wrap(`${where}: ${text}`, width, '  ', '  '))];
}
