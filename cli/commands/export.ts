// `residuum export FILE --table NAME`: a table of a recording, for a pull request, a paper or a program.
import { Option, type Command } from 'commander';
import { DEFAULT_PNG_SCALE, figurePng, PNG_SCALES } from '../../node/evidence/figure-png.ts';
import { recordedFigure } from '../../node/evidence/recorded-figure.ts';
import type { MomentRequest } from '../../node/evidence/recorded-moments.ts';
import { recordedTable, type TableRequest } from '../../node/evidence/recorded-table.ts';
import { evidenceParquet } from '../../node/evidence/table-parquet.ts';
import { requireFree, writeWholeFile } from '../../node/evidence/whole-file.ts';
import {
  isCompared,
  PRESET_STARTS,
  PRESETS,
  TABLE_NAMES,
  type Preset,
  type TableName,
} from '../../shared/evidence/evidence.ts';
import { evidenceText, TEXT_FORMATS } from '../../shared/evidence/evidence-text.ts';
import type { FigureTheme } from '../../shared/evidence/figures/figure-colours.ts';
import { DEFAULT_FIGURE_STYLE } from '../../shared/evidence/figures/figure.ts';
import { FIGURES, type FigureName } from '../../shared/evidence/figures/look-figure.ts';
import { GIB_DIGITS, type Unit } from '../../shared/evidence/table/table.ts';
import { isOfTwo } from '../../shared/recorded/recorded-evidence.ts';
import { COULD_NOT_RUN, errorOf } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { momentArgument } from '../moment-argument.ts';
import { collected } from '../node-options.ts';
import { selectorOption } from '../selector-option.ts';
import { UsageError } from '../usage-error.ts';
import { VERSION } from '../version.ts';

/** Of a table. Parquet is bytes and no text, as PNG is: both need a file. */
const TABLE_FORMATS = [...TEXT_FORMATS, 'parquet'] as const;
type TableFormat = (typeof TABLE_FORMATS)[number];
const FIGURE_FORMATS = ['svg', 'png'] as const;
type FigureFormat = (typeof FIGURE_FORMATS)[number];
const FORMATS = [...TABLE_FORMATS, ...FIGURE_FORMATS] as const;
type Format = (typeof FORMATS)[number];

/** The figure that shows what a table says. */
const FIGURE_OF: Readonly<Partial<Record<TableName, FigureName>>> = {
  gate: 'pair',
  ledger: 'ledger',
  states: 'timeline',
  compare: 'compare',
  cycles: 'cycles',
};

interface ExportOptions {
  readonly table?: TableName;
  readonly figure?: FigureName;
  readonly theme: FigureTheme;
  readonly width: string;
  readonly scale: string;
  readonly format?: Format;
  readonly at?: string;
  readonly node?: string;
  readonly against?: string;
  readonly engine?: readonly string[];
  readonly unit?: Unit;
  readonly digits?: string;
  readonly preset?: Preset | 'figure';
  readonly out?: string;
  readonly force?: true;
  readonly identifying?: true;
}

export function exportCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('export')
    .description(
      'write a table of a recording as Markdown, CSV, JSON, LaTeX, HTML or Parquet, or a figure as SVG or PNG, with where its numbers come from',
    )
    .argument('<file>', 'a recording')
    .addOption(new Option('--table <name>', 'which table').choices(TABLE_NAMES))
    .addOption(new Option('--figure <name>', 'a figure instead, as SVG or PNG').choices(FIGURES).conflicts('table'))
    .addOption(new Option('--theme <name>', 'of a figure').choices(['light', 'dark']).default('light'))
    .addOption(new Option('--width <pixels>', 'of a figure').default('960'))
    .addOption(
      new Option('--scale <times>', 'pixels of a PNG for each of the figure')
        .choices(PNG_SCALES.map(String))
        .default(String(DEFAULT_PNG_SCALE)),
    )
    .addOption(
      new Option(
        '--format <name>',
        'default: by the name of --out, else what the preset begins with, or text for a terminal; svg of a figure',
      ).choices(FORMATS),
    )
    .option(
      '--at <moment>',
      "which look, as in FILE@MOMENT (default: the last); '#3' is the third cycle; of --table compare also several, as '#all:awake'",
    )
    .option('--node <name>', 'which node, by its target or host name, where a recording has several')
    .option(
      '--against <file>',
      'the recording B of a table of arms or compare-states, or FILE@MOMENT (or @MOMENT) of --table compare and --figure compare',
    )
    .option(
      '--engine <selector>',
      'whose cycles a comparison is of (default: those of every engine that has any): pid:N, port:N, kind:NAME or title:TEXT (repeatable); the table names those by port or pid',
      collected,
    )
    .addOption(new Option('--unit <unit>', 'of sizes; JSON and CSV are always in bytes').choices(['MiB', 'GiB']))
    .addOption(new Option('--digits <number>', 'of sizes in GiB (default: 2)').choices(GIB_DIGITS.map(String)))
    .addOption(
      new Option(
        '--preset <name>',
        'which rows; without --table also which table and format (default: pr-table)',
      ).choices([...PRESETS, 'figure']),
    )
    .option('--out <file>', 'write a file, whole or not at all, instead of standard output')
    .option('--force', 'replace a file that is there')
    .addOption(new Option('--redact', 'with stand-ins for names, which is the default').conflicts('identifying'))
    .option('--identifying', 'with the names of hosts, users, addresses, paths and models')
    .action(async (file: string, options: ExportOptions) => finish(await exportTable(file, options, io)));
}

async function exportTable(file: string, options: ExportOptions, io: CommandIo): Promise<number> {
  try {
    const format = formatOf(options, io.isTerminal);
    const { out, force } = options;
    if (out !== undefined) await requireFree(out, force === true);
    const data = isFigureFormat(format)
      ? await figureData(file, format, options)
      : await tableData(file, format, options, io);
    if (out !== undefined) await writeWholeFile(out, data, force === true);
    else if (typeof data === 'string') io.out(data);
    return 0;
  } catch (error) {
    io.err(`${errorOf(error).text}\n`);
    return COULD_NOT_RUN;
  }
}

async function tableData(
  file: string,
  format: TableFormat,
  options: ExportOptions,
  io: CommandIo,
): Promise<string | Uint8Array> {
  const evidence = await recordedTable(file, await requestOf(file, options));
  return format === 'parquet' ? evidenceParquet(evidence) : evidenceText(evidence, format, io.width);
}

async function figureData(file: string, format: FigureFormat, options: ExportOptions): Promise<string | Uint8Array> {
  const { against, at = '', node, unit = 'MiB', digits, theme, width, scale, identifying } = options;
  const figure = figureOf(options);
  const other = await secondMoment(file, figure, at, against);
  const redaction = identifying === true ? 'none' : 'names';
  const fine = digits === undefined ? {} : { digits: Number(digits) };
  const style = { ...DEFAULT_FIGURE_STYLE, unit, ...fine, theme, width: readWidth(width) };
  const svg = await recordedFigure(file, { figure, at, against: other, node, redaction, style });
  return format === 'svg'
    ? svg
    : figurePng(
        svg,
        PNG_SCALES.find((each) => String(each) === scale),
      );
}

/** B of a comparison. Throws a UsageError. */
async function secondMoment(
  file: string,
  figure: FigureName,
  at: string,
  against: string | undefined,
): Promise<MomentRequest | undefined> {
  if (figure !== 'compare' && against !== undefined) throw new UsageError(AGAINST);
  if (against !== undefined) {
    return against.startsWith('@') ? { file, asked: against.slice(1) } : await momentArgument(against);
  }
  if (figure === 'compare' && at !== '') throw new UsageError(ONE_MOMENT);
  return undefined;
}

/** Throws a UsageError for a table that no figure shows. */
function figureOf({ figure, table, preset }: ExportOptions): FigureName {
  const byPreset = preset === 'figure' ? 'ledger' : undefined;
  const shown = figure ?? (table === undefined ? byPreset : FIGURE_OF[table]);
  if (shown !== undefined) return shown;
  if (table === undefined) throw new UsageError(NOTHING_ASKED);
  throw new UsageError(`No figure shows the table ${table}: there are ${FIGURES.join(', ')} (--figure NAME).`);
}

const AGAINST = '--against is for --table arms, compare and compare-states, and for --figure compare.';
const ONE_MOMENT = '--figure compare needs a second moment: name it with --against @MOMENT.';
const NOTHING_ASKED = 'Say what to write: --table NAME, --figure NAME or --preset NAME.';

/** Narrower than this its words would be cut; wider nobody prints. Throws a UsageError. */
function readWidth(text: string): number {
  const width = Number(text);
  if (Number.isInteger(width) && width >= 480 && width <= 4096) return width;
  throw new UsageError(`--width needs whole pixels from 480 to 4096, got ${JSON.stringify(text)}.`);
}

/** Throws a UsageError for what goes together in no way. */
export async function requestOf(file: string, options: ExportOptions): Promise<TableRequest> {
  const { unit, digits, at = '', node, against, identifying } = options;
  const preset = options.preset === 'figure' ? undefined : options.preset;
  const table = options.table ?? (preset === undefined ? undefined : PRESET_STARTS[preset].table);
  if (table === undefined) throw new UsageError(NOTHING_ASKED);
  if (preset === 'step-ledger' && table !== 'cycles') {
    throw new UsageError('--preset step-ledger has a row for each cycle: use it with --table cycles.');
  }
  if (table === 'arms' && against === undefined) {
    throw new UsageError('--table arms puts two recordings beside each other: name the other one with --against.');
  }
  if (!isOfTwo(table) && against !== undefined) throw new UsageError(AGAINST);
  if (table === 'compare-states' && at !== '') {
    throw new UsageError('--table compare-states shows every cycle: leave --at out.');
  }
  const engines = enginesOf(options, table);
  const other = await otherOf(file, table, against);
  if (table === 'cycles' && at !== '') throw new UsageError('--table cycles shows all of them: leave --at out.');
  return {
    table,
    preset: preset ?? 'pr-table',
    unit: unit ?? PRESET_STARTS[preset ?? 'pr-table'].unit,
    ...(digits === undefined ? {} : { digits: Number(digits) }),
    at,
    ...other,
    ...(engines.length === 0 ? {} : { engines }),
    node,
    redaction: identifying === true ? 'none' : 'names',
    appVersion: VERSION,
  };
}

/** Of a comparison of moments B may be in the recording itself. Throws a UsageError. */
async function otherOf(
  file: string,
  table: TableName,
  against: string | undefined,
): Promise<Pick<TableRequest, 'against' | 'beside'>> {
  if (table !== 'compare' || against === undefined) return { against };
  const named = against.startsWith('@') ? { file, asked: against.slice(1) } : await momentArgument(against);
  const beside = named.asked === '' ? {} : { beside: named.asked };
  const isOwn = named.file === file && named.asked !== '';
  return { against: isOwn ? undefined : named.file, ...beside };
}

/** Throws a UsageError for what selects nothing, and where nothing is compared. */
function enginesOf({ engine = [] }: ExportOptions, table: TableName): readonly string[] {
  if (engine.length > 0 && !isCompared(table)) {
    throw new UsageError('--engine is for --table compare and compare-states: other tables show every engine.');
  }
  for (const text of engine) selectorOption('--engine', text);
  return engine;
}

/** Throws a UsageError where what is asked for cannot be written like that. */
function formatOf(options: ExportOptions, isTerminal: boolean): Format {
  const { figure, preset, out } = options;
  const format = options.format ?? namedFormat(options, isTerminal);
  if ((figure !== undefined || preset === 'figure') && !isFigureFormat(format)) {
    throw new UsageError(`A figure is SVG or PNG, not ${format}: say --format svg or --format png.`);
  }
  if (out === undefined && (format === 'parquet' || format === 'png')) {
    throw new UsageError(`${format === 'png' ? 'PNG' : 'Parquet'} is no text: say where to with --out.`);
  }
  return format;
}

function namedFormat({ figure, preset, out }: ExportOptions, isTerminal: boolean): Format {
  if (out === undefined) {
    if (figure !== undefined || preset === 'figure') return 'svg';
    const start = preset === undefined ? 'md' : PRESET_STARTS[preset].format;
    return start === 'md' && isTerminal ? 'text' : start;
  }
  const ending = out.slice(out.lastIndexOf('.') + 1).toLowerCase();
  const named = FORMATS.find((each) => each === ending);
  if (named !== undefined) return named;
  throw new UsageError(`--out ${JSON.stringify(out)} does not say which format: add --format.`);
}

function isFigureFormat(format: Format): format is FigureFormat {
  return FIGURE_FORMATS.some((each) => each === format);
}
