// A table with where it comes from: which recording, which looks, which choices. Enough to make it again and compare.
import type { PolicyKind } from '../gates/policy.ts';
import { originText, type GateRule } from './gate/gate-sentences.ts';
import { mibAndGib } from './text/sizes.ts';
import { DEFAULT_STYLE, type EvidenceTable, type NumberStyle, type Unit } from './table/table.ts';

export const TABLE_NAMES = [
  'gate',
  'ledger',
  'states',
  'arms',
  'cycles',
  'compare',
  'compare-states',
  'processes',
  'environment',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** Tables of several moments beside each other, of one recording or of two. */
export function isCompared(table: TableName): table is 'compare' | 'compare-states' {
  return table === 'compare' || table === 'compare-states';
}

/**
 * `pr-table`: for a pull request, a row for each GPU. `min-max`: one row over all GPUs. `step-ledger`: a row for each
 * cycle, a column for each GPU. `paper`: GiB, and min-max where there is one. `raw`: every row there is.
 */
export const PRESETS = ['pr-table', 'min-max', 'step-ledger', 'paper', 'raw'] as const;
export type Preset = (typeof PRESETS)[number];

/** A preset begins with these; each but the preset can be chosen otherwise. */
export interface PresetStart {
  readonly table: TableName;
  readonly format: 'md' | 'tex' | 'json';
  readonly unit: Unit;
}

export const PRESET_STARTS: Readonly<Record<Preset, PresetStart>> = {
  'pr-table': { table: 'gate', format: 'md', unit: 'MiB' },
  'min-max': { table: 'states', format: 'md', unit: 'MiB' },
  'step-ledger': { table: 'cycles', format: 'md', unit: 'MiB' },
  paper: { table: 'states', format: 'tex', unit: 'GiB' },
  raw: { table: 'processes', format: 'json', unit: 'MiB' },
};

export interface EvidenceChoices {
  readonly table: TableName;
  readonly preset: Preset;
  readonly unit: Unit;
  /** Of GiB; undefined for two. */
  readonly digits?: number | undefined;
  /** The look, ISO 8601; `#N` for a table of cycles' states; `#all:awake` of a comparison; empty for what needs none. */
  readonly at: string;
  /** Of a comparison of moments: those of B, as `at` says those of A. */
  readonly beside?: string | undefined;
  /** Whose cycles are compared, as selectors; undefined for those of all engines. */
  readonly engines?: readonly string[] | undefined;
  /** Its name within the recording, such as `n1`. */
  readonly node: string;
  readonly redaction: 'names' | 'none';
}

export interface EvidenceRecording {
  /** Of the bytes of the file, hexadecimal. */
  readonly sha256: string;
  readonly size: number;
  readonly format: number;
  readonly appVersion: string;
  readonly probeSha256: string;
  readonly startedMs: number;
  readonly redaction: 'names' | 'none';
}

export interface EvidenceLook {
  /** Its place in `recordings`. */
  readonly recording: number;
  readonly atMs: number;
  /** SHA-256 of the text of its frame as the probe sent it. */
  readonly frame: string;
}

export interface Evidence {
  /** Of the program that made the table. */
  readonly appVersion: string;
  /** The recording; for arms, and a comparison of two, the other one behind it. Empty where one was not closed. */
  readonly recordings: readonly EvidenceRecording[];
  /** Of a recording that was not closed: when it began. */
  readonly unsaved?: { readonly startedMs: number };
  readonly choices: EvidenceChoices;
  /** The looks that the table was read from; empty where all of them were. */
  readonly looks: readonly EvidenceLook[];
  /** How many whole looks the recordings have. */
  readonly allLooks: number;
  readonly policy: GateRule & { readonly kind: PolicyKind };
  readonly table: EvidenceTable;
}

export function styleOf({
  unit,
  digits = DEFAULT_STYLE.digits,
}: Pick<EvidenceChoices, 'unit' | 'digits'>): NumberStyle {
  return { unit, digits };
}

/** Which row per what: `paper` is `min-max` where the table has one. */
export function isOverGpus({ table, preset }: Pick<EvidenceChoices, 'table' | 'preset'>): boolean {
  const hasRanks = table === 'states' || table === 'arms' || isCompared(table);
  return hasRanks && ['min-max', 'paper'].includes(preset);
}

/** The table as it is written: its own notes, then the footnote. */
export function footnoted({ table, ...evidence }: Evidence): EvidenceTable {
  return { ...table, notes: [...table.notes, ...footnote(evidence, table.notes)] };
}

function footnote(evidence: Omit<Evidence, 'table'>, notes: readonly string[]): string[] {
  const { policy, choices, appVersion, unsaved } = evidence;
  const gate = `Gate ${policy.kind}: at most ${mibAndGib(policy.limitBytes)} on any GPU, ${originText(policy.origin, 'terminal')}.`;
  return [
    ...recordingNotes(evidence),
    looksText(evidence),
    ...(notes.includes(gate) ? [] : [gate]),
    ...(choices.redaction === 'names' ? [STAND_INS_NOTE] : []),
    unsaved === undefined
      ? `Made by Residuum ${appVersion} with ${choicesText(choices, evidence.recordings.length)}; residuum verify makes it again and compares.`
      : `Made by Residuum ${appVersion}. Save the recording and export it again for a table that residuum verify can check.`,
  ];
}

export const STAND_INS_NOTE = 'Names of hosts, users, addresses, paths and models are stand-ins.';

/** Which files it is made of, as a table and a figure say it. */
export function recordingNotes({ recordings, unsaved }: Pick<Evidence, 'recordings' | 'unsaved'>): string[] {
  const hashes = recordings.map(({ sha256, size, appVersion, probeSha256 }, at) => {
    const which = recordings.length === 1 ? 'Recording' : `Recording ${at === 0 ? 'A' : 'B'}`;
    return `${which}: SHA-256 ${sha256}, ${size} bytes, made by Residuum ${appVersion}, probe ${probeSha256.slice(0, 12)}.`;
  });
  if (unsaved === undefined) return hashes;
  const began = new Date(unsaved.startedMs).toISOString();
  return [
    ...hashes,
    `Seen live: the recording that keeps it began at ${began} and was not closed when this was made, so it has no hash.`,
  ];
}

/** More than these nobody reads in a footnote: JSON has them all. */
const MOST_LOOKS = 24;

function looksText({ looks, allLooks }: Pick<Evidence, 'looks' | 'allLooks'>): string {
  if (looks.length === 0) return `Looks: all ${allLooks}.`;
  const isOfTwo = looks.some(({ recording }) => recording > 0);
  const each = looks.map(({ recording, atMs, frame }) => {
    const which = isOfTwo ? `${recording === 0 ? 'A' : 'B'} ` : '';
    return `${which}${new Date(atMs).toISOString()} (frame ${frame.slice(0, 12)})`;
  });
  const rest = each.length - MOST_LOOKS;
  const shown = each.slice(0, MOST_LOOKS).join(', ');
  return `Looks: ${shown}${rest > 0 ? ` and ${rest} more, each of them in the JSON of this table` : ''}; ${looks.length} of ${allLooks}.`;
}

/** As it was asked for, so that the text alone is enough to make the table again: `B@#all:settled` is of a second file. */
function choicesText(
  { table, preset, unit, digits, at, beside, engines = [], node, redaction }: EvidenceChoices,
  recordings: number,
): string {
  const fine = digits === undefined ? '' : ` --digits ${digits}`;
  const moment = at === '' ? '' : ` --at ${at}`;
  const other = beside === undefined ? '' : ` --against ${recordings > 1 ? 'B' : ''}@${beside}`;
  const whose = engines.map((text) => ` --engine ${text}`).join('');
  const names = redaction === 'none' ? ' --identifying' : '';
  return `--table ${table} --preset ${preset} --unit ${unit}${fine} --node ${node}${moment}${other}${whose}${names}`;
}
