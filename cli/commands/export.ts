// `residuum export FILE --table NAME`: a table of a recording, for a pull request, a paper or a program.
import { Option, type Command } from 'commander';
import { recordedFigure } from '../../node/recorded-figure.ts';
import { recordedTable, type TableRequest } from '../../node/recorded-table.ts';
import { evidenceParquet } from '../../node/table-parquet.ts';
import { FileError, writeWholeFile } from '../../node/whole-file.ts';
import { PRESETS, TABLE_NAMES, type Preset, type TableName } from '../../shared/evidence/evidence.ts';
import { evidenceText, TEXT_FORMATS, type TextFormat } from '../../shared/evidence/evidence-text.ts';
import type { FigureTheme } from '../../shared/evidence/figures/figure-colours.ts';
import { DEFAULT_FIGURE_STYLE } from '../../shared/evidence/figures/figure.ts';
import type { Unit } from '../../shared/evidence/table.ts';
import { RECORDED_FIGURES, type RecordedFigure } from '../../shared/recorded/recorded-figure.ts';
import { COULD_NOT_RUN, errorOf } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { UsageError } from '../usage-error.ts';
import { VERSION } from '../version.ts';

/** Parquet is bytes and no text: it needs a file. */
const FORMATS = [...TEXT_FORMATS, 'parquet'] as const;
type Format = TextFormat | 'parquet';

interface ExportOptions {
  readonly table?: TableName;
  readonly figure?: RecordedFigure;
  readonly theme: FigureTheme;
  readonly width: string;
  readonly format?: Format;
  readonly at?: string;
  readonly node?: string;
  readonly against?: string;
  readonly unit?: Unit;
  readonly preset: Preset;
  readonly out?: string;
  readonly force?: true;
  readonly identifying?: true;
}

export function exportCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('export')
    .description(
      'write a table of a recording as Markdown, CSV, JSON, LaTeX, HTML or Parquet, or a figure as SVG, with where its numbers come from',
    )
    .argument('<file>', 'a recording')
    .addOption(new Option('--table <name>', 'which table').choices(TABLE_NAMES))
    .addOption(new Option('--figure <name>', 'a figure instead, as SVG').choices(RECORDED_FIGURES).conflicts('table'))
    .addOption(new Option('--theme <name>', 'of a figure').choices(['light', 'dark']).default('light'))
    .addOption(new Option('--width <pixels>', 'of a figure').default('960'))
    .addOption(
      new Option('--format <name>', 'default: by the name of --out, or text for a terminal and md for a pipe').choices(
        FORMATS,
      ),
    )
    .option('--at <moment>', "which look, as in FILE@MOMENT (default: the last); '#3' is the third cycle")
    .option('--node <name>', 'which node, by its target or host name, where a recording has several')
    .option('--against <file>', 'the recording B of a table of arms')
    .addOption(new Option('--unit <unit>', 'of sizes; JSON and CSV are always in bytes').choices(['MiB', 'GiB']))
    .addOption(new Option('--preset <name>', 'which rows').choices(PRESETS).default('pr-table'))
    .option('--out <file>', 'write a file, whole or not at all, instead of standard output')
    .option('--force', 'replace a file that is there')
    .option('--identifying', 'with names of hosts, users, addresses, paths and models (default: stand-ins)')
    .action(async (file: string, options: ExportOptions) => finish(await exportTable(file, options, io)));
}

async function exportTable(file: string, options: ExportOptions, io: CommandIo): Promise<number> {
  try {
    const data =
      options.figure === undefined
        ? await tableData(file, options, io)
        : await figureText(file, options.figure, options);
    if (options.out !== undefined) await writeWholeFile(options.out, data, options.force === true);
    else if (typeof data === 'string') io.out(data);
    return 0;
  } catch (error) {
    io.err(`${error instanceof FileError ? error.message : errorOf(error).text}\n`);
    return COULD_NOT_RUN;
  }
}

async function tableData(file: string, options: ExportOptions, io: CommandIo): Promise<string | Uint8Array> {
  const format = formatOf(options, io.isTerminal);
  const evidence = await recordedTable(file, requestOf(options));
  return format === 'parquet' ? evidenceParquet(evidence) : evidenceText(evidence, format, io.width);
}

async function figureText(file: string, figure: RecordedFigure, options: ExportOptions): Promise<string> {
  const { format, against, at = '', node, unit = 'MiB', theme, width, identifying } = options;
  if (format !== undefined) throw new UsageError('A figure is always SVG: leave --format out.');
  if (against !== undefined) throw new UsageError('--against is for --table arms.');
  const redaction = identifying === true ? 'none' : 'names';
  const style = { ...DEFAULT_FIGURE_STYLE, unit, theme, width: readWidth(width) };
  return recordedFigure(file, { figure, at, node, redaction, style });
}

/** Narrower than this its words would be cut; wider nobody prints. Throws a UsageError. */
function readWidth(text: string): number {
  const width = Number(text);
  if (Number.isInteger(width) && width >= 480 && width <= 4096) return width;
  throw new UsageError(`--width needs whole pixels from 480 to 4096, got ${JSON.stringify(text)}.`);
}

/** Throws a UsageError for what goes together in no way. */
export function requestOf(options: ExportOptions): TableRequest {
  const { table, preset, unit, at = '', node, against, identifying } = options;
  if (table === undefined) throw new UsageError('Say what to write: --table NAME or --figure NAME.');
  if (preset === 'step-ledger' && table !== 'cycles') {
    throw new UsageError('--preset step-ledger has a row for each cycle: use it with --table cycles.');
  }
  if (table === 'arms' && against === undefined) {
    throw new UsageError('--table arms puts two recordings beside each other: name the other one with --against.');
  }
  if (table !== 'arms' && against !== undefined) throw new UsageError('--against is for --table arms.');
  if (table === 'cycles' && at !== '') throw new UsageError('--table cycles shows all of them: leave --at out.');
  return {
    table,
    preset,
    unit: unit ?? (preset === 'paper' ? 'GiB' : 'MiB'),
    at,
    node,
    against,
    redaction: identifying === true ? 'none' : 'names',
    appVersion: VERSION,
  };
}

function formatOf({ format, out }: ExportOptions, isTerminal: boolean): Format {
  if (format === 'parquet' && out === undefined) throw new UsageError('Parquet is no text: say where to with --out.');
  if (format !== undefined) return format;
  if (out === undefined) return isTerminal ? 'text' : 'md';
  const ending = out.slice(out.lastIndexOf('.') + 1).toLowerCase();
  const named = FORMATS.find((each) => each === ending);
  if (named === undefined)
    throw new UsageError(`--out ${JSON.stringify(out)} does not say which format: add --format.`);
  return named;
}
