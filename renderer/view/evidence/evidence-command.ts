// The command that writes the same bytes in a terminal.
import { isCompared, PRESET_STARTS } from '../../../shared/evidence/evidence.ts';
import { isOfCycle } from '../../../shared/recorded/recorded-evidence.ts';
import type { RecordedSide } from '../../../shared/recorded/recorded-side.ts';
import { isWithOther, type EvidenceChoice } from './evidence-choice.ts';
import { writtenDigits } from './evidence-output.ts';

export interface CommandFiles {
  /** As they are called here; where they are, the page does not know. */
  readonly file: string;
  readonly against: string | undefined;
}

/** undefined for what the command line does not make. */
export function evidenceCommand(side: RecordedSide, choice: EvidenceChoice, files: CommandFiles): string | undefined {
  const { preset, table, figure, format, unit, theme, redaction, cycle, look, engine } = choice;
  const isFigure = preset === 'figure';
  if (isFigure && figure === 'kept') return undefined;
  const digits = writtenDigits(choice);
  // What stands below a figure is of one look, also where its lines are of all; a comparison finds its own two.
  const isOfOne = isFigure ? figure !== 'compare' : !isOfCycle(table) && !isCompared(table) && table !== 'cycles';
  const start = isFigure ? undefined : PRESET_STARTS[preset];
  const parts = [
    'residuum export',
    quoted(files.file),
    ...(isFigure ? [`--figure ${figure}`] : [`--table ${table}`, `--preset ${preset}`]),
    ...(isFigure ? (theme === 'light' ? [] : [`--theme ${theme}`]) : [`--format ${format}`]),
    ...(unit === (start?.unit ?? 'MiB') ? [] : [`--unit ${unit}`]),
    ...(digits === undefined ? [] : [`--digits ${digits}`]),
    ...(side.header.nodes.length > 1 ? [`--node ${side.node}`] : []),
    ...(isOfOne && look !== 'last' ? [`--at ${new Date(Math.ceil(side.found.atMs)).toISOString()}`] : []),
    ...(!isFigure && isOfCycle(table) && cycle !== undefined ? [`--at '#${cycle}'`] : []),
    ...(isWithOther(choice) && files.against !== undefined ? [`--against ${quoted(files.against)}`] : []),
    ...(!isFigure && isCompared(table) && engine !== undefined ? [`--engine ${engine}`] : []),
    ...(redaction === 'none' ? ['--identifying'] : []),
  ];
  return parts.join(' ');
}

function quoted(file: string): string {
  return /^[\w./+-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`;
}
