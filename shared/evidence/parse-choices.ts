// Reads the choices back from the footnote of a text: `--table gate --preset pr-table --unit MiB --node n1 --at …`.
import { PRESETS, TABLE_NAMES, type EvidenceChoices } from './evidence.ts';
import type { Unit } from './table/table.ts';

const CHOICES =
  /^Made by Residuum (\S+) with --table (\S+) --preset (\S+) --unit (\S+)(?: --digits ([0-3]))? --node (.+?)(?: --at (\S+))?(?: --against B?@(\S+))?((?: --engine \S+)*)( --identifying)?; residuum verify makes it again and compares\.$/;

export interface WrittenChoices {
  readonly appVersion: string;
  readonly choices: EvidenceChoices;
}

/** undefined for any other sentence. */
export function parseChoices(sentence: string): WrittenChoices | undefined {
  const match = CHOICES.exec(sentence);
  if (match === null) return undefined;
  const [, appVersion = '', tableText, presetText, unitText, digits, node = '', at = '', beside, whose = '', names] =
    match;
  const table = TABLE_NAMES.find((each) => each === tableText);
  const preset = PRESETS.find((each) => each === presetText);
  const unit = UNITS.find((each) => each === unitText);
  if (table === undefined || preset === undefined || unit === undefined) return undefined;
  const engines = whose.split(' --engine ').slice(1);
  const redaction = names === undefined ? 'names' : 'none';
  return {
    appVersion,
    choices: {
      table,
      preset,
      unit,
      ...(digits === undefined ? {} : { digits: Number(digits) }),
      at,
      ...(beside === undefined ? {} : { beside }),
      ...(engines.length === 0 ? {} : { engines }),
      node,
      redaction,
    },
  };
}

const UNITS: readonly Unit[] = ['MiB', 'GiB'];
