// `residuum verify FILE EVIDENCE`: makes a table again from the recording, and says what agrees and what does not.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { recordedTable } from '../../node/evidence/recorded-table.ts';
import { recordingSha256 } from '../../node/recording/provenance.ts';
import { RecordingError } from '../../node/recording/recording-error.ts';
import { printable } from '../../shared/base/printable.ts';
import type { Evidence, EvidenceChoices } from '../../shared/evidence/evidence.ts';
import { markdownEvidence } from '../../shared/evidence/read-markdown.ts';
import { TABLE_SCHEMA } from '../../shared/evidence/schema-names.ts';
import { tableSchema } from '../../shared/evidence/table/table-schema.ts';
import { verifyJson, verifyMarkdown, type Verification } from '../../shared/evidence/verify.ts';
import { COULD_NOT_RUN, errorOf } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { UsageError } from '../usage-error.ts';
import { VERSION } from '../version.ts';

const ALL_AGREE = 0;
const DIFFERS = 1;
const UNCHECKED = 2;

export function verifyCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('verify')
    .description('make an exported table again from its recording and compare every cell')
    .argument('<file>', 'the recording')
    .argument('<evidence>', 'JSON or Markdown that residuum export wrote, also inside a longer text')
    .option('--against <file>', 'the recording B of a table of two')
    .addHelpText(
      'after',
      '\nExit codes: 0 all agree, 1 something differs, 2 something cannot be checked, 3 could not run.',
    )
    .action(async (file: string, evidence: string, options: { against?: string }) =>
      finish(await verify(file, evidence, options.against, io)),
    );
}

async function verify(file: string, evidence: string, against: string | undefined, io: CommandIo): Promise<number> {
  try {
    const tables = writtenTables(await textOf(evidence), evidence);
    let worst = ALL_AGREE;
    for (const table of tables) {
      const found = await checked(file, against, table);
      print(table, found, io);
      const code = found.differ.length > 0 ? DIFFERS : found.unchecked.length > 0 ? UNCHECKED : ALL_AGREE;
      // That something differs is the strongest thing to say.
      worst = worst === DIFFERS || code === DIFFERS ? DIFFERS : Math.max(worst, code);
    }
    return worst;
  } catch (error) {
    io.err(`${errorOf(error).text}\n`);
    return COULD_NOT_RUN;
  }
}

interface WrittenTable {
  readonly choices: EvidenceChoices;
  readonly appVersion: string;
  readonly hashes: readonly string[];
  readonly compare: (made: Evidence) => Verification;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new UsageError(`Could not read the evidence (${code}): check the path ${JSON.stringify(file)}.`);
  }
}

/** Throws a UsageError for a text that has no table of ours. */
function writtenTables(text: string, file: string): WrittenTable[] {
  const json = jsonOf(text);
  if (json !== undefined) {
    const parsed = tableSchema.safeParse(json);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
      throw new UsageError(`${file} is no ${TABLE_SCHEMA} that this version can read${where}.`);
    }
    const said = parsed.data;
    const hashes = said.recordings.map(({ sha256 }) => sha256);
    return [{ choices: said.choices, appVersion: said.appVersion, hashes, compare: (made) => verifyJson(said, made) }];
  }
  const found = markdownEvidence(text);
  if (found.length === 0) {
    throw new UsageError(
      `${file} has no table of residuum export with its footnote: give its JSON, or the whole Markdown.`,
    );
  }
  return found.map((said) => ({ ...said, compare: (made) => verifyMarkdown(said, made) }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function checked(file: string, against: string | undefined, table: WrittenTable): Promise<Verification> {
  const { choices, appVersion, hashes } = table;
  const nothing = (text: string): Verification => ({ agree: 0, differ: [], unchecked: [text] });
  const isOfTwo = choices.table === 'arms' || hashes.length > 1;
  if (isOfTwo && against === undefined) return nothing('This table is of two recordings: name B with --against.');
  if (hashes.length === 0) {
    return nothing('It was made before its recording was closed: it names no file to check it by.');
  }
  const other = isOfTwo ? against : undefined;
  const files = [file, ...(other === undefined ? [] : [other])];
  for (const [at, each] of files.entries()) {
    const { sha256 } = await recordingSha256(each);
    if (hashes[at] !== sha256) {
      return nothing(
        `It was made from another file: its SHA-256 is ${hashes[at] ?? 'not said'}, that of ${each} is ${sha256}.`,
      );
    }
  }
  try {
    return table.compare(await recordedTable(file, { ...choices, against: other, appVersion }));
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    return nothing(`It cannot be made from this recording: ${error.message}`);
  }
}

function print({ choices, appVersion }: WrittenTable, { agree, differ, unchecked }: Verification, io: CommandIo): void {
  const lines = [
    `${choices.table}: ${agree} agree, ${differ.length} differ, ${unchecked.length} cannot be checked.`,
    ...differ.map(
      ({ where, said, found }) => `  differs: ${where}: the evidence says ${said}; the recording gives ${found}`,
    ),
    ...unchecked.map((text) => `  cannot be checked: ${text}`),
    ...(appVersion === VERSION
      ? []
      : [`  It says that Residuum ${appVersion} made it; this is ${VERSION}, and only what it says was compared.`]),
  ];
  io.out(`${lines.map(printable).join('\n')}\n`);
}
