// What can be chosen on the evidence screen, and what each preset begins with.
import {
  isCompared,
  PRESET_STARTS,
  PRESETS,
  TABLE_NAMES,
  type Preset,
  type TableName,
} from '../../../shared/evidence/evidence.ts';
import type { TextFormat } from '../../../shared/evidence/evidence-text.ts';
import type { FigureTheme } from '../../../shared/evidence/figures/figure-colours.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import { comparedRequests, type ComparedRequests } from '../../../shared/recorded/compared-asks.ts';
import { RECORDED_FIGURES } from '../../../shared/recorded/recorded-figure.ts';
import { DEFAULT_STYLE, type NumberStyle } from '../../../shared/evidence/table/table.ts';

export const EVIDENCE_PRESETS = [...PRESETS, 'figure'] as const;
export type EvidencePreset = (typeof EVIDENCE_PRESETS)[number];
export const PAGE_FORMATS = ['md', 'csv', 'json', 'tex', 'html'] as const satisfies readonly TextFormat[];
export type PageFormat = (typeof PAGE_FORMATS)[number];

/** `kept`: the two moments that were kept, A to B. */
export const PAGE_FIGURES = [...RECORDED_FIGURES, 'kept'] as const;
export type PageFigure = (typeof PAGE_FIGURES)[number];

export interface EvidenceChoice extends NumberStyle {
  readonly preset: EvidencePreset;
  readonly table: TableName;
  readonly format: PageFormat;
  readonly figure: PageFigure;
  readonly theme: FigureTheme;
  /** `names`: stand-ins for them. */
  readonly redaction: 'names' | 'none';
  /** Of tables and figures of one look: the one that is shown, the last one, or the settled one of a cycle, as `#3`. */
  readonly look: string;
  /** Of the tables of states; undefined for the last one that settled. */
  readonly cycle: number | undefined;
  /** Of the tables that compare cycles: another recording stands beside this one. */
  readonly isBeside: boolean;
  /** Whose cycles, as a selector; undefined for those of all engines. */
  readonly engine: string | undefined;
}

export const SHOWN_LOOK = 'shown';
export const LAST_LOOK = 'last';

const FIRST: EvidenceChoice = {
  ...DEFAULT_STYLE,
  ...PRESET_STARTS['pr-table'],
  preset: 'pr-table',
  figure: 'ledger',
  theme: 'light',
  redaction: 'names',
  look: SHOWN_LOOK,
  cycle: undefined,
  isBeside: false,
  engine: undefined,
};

/** Everything that makes the text is set back; what it is of, its names and its colours stay. */
export function choiceOf(preset: EvidencePreset, before: EvidenceChoice = FIRST): EvidenceChoice {
  const { figure, theme, redaction, look, cycle, isBeside, engine } = before;
  const start = preset === 'figure' ? {} : PRESET_STARTS[preset];
  return { ...FIRST, figure, theme, redaction, look, cycle, isBeside, engine, preset, ...start };
}

/** The tables that a preset makes sense of. */
export function tablesOf(preset: Preset): readonly TableName[] {
  switch (preset) {
    case 'min-max':
      return ['states', 'arms', 'compare', 'compare-states', 'ledger', 'processes'];
    case 'step-ledger':
      return ['cycles'];
    case 'pr-table':
    case 'paper':
    case 'raw':
      return TABLE_NAMES;
  }
}

/** Whether a second recording is wanted for it. */
export function isWithOther({ preset, table, isBeside }: EvidenceChoice): boolean {
  return preset !== 'figure' && (table === 'arms' || (isCompared(table) && isBeside));
}

/** What a comparison must be read for; undefined for everything else. `policy`: as for `comparedRequests`. */
export function comparedOf(choice: EvidenceChoice, policy?: Policy): ComparedRequests | undefined {
  const { preset, table, engine } = choice;
  if (preset === 'figure') return undefined;
  const engines = engine === undefined ? [] : [engine];
  return comparedRequests({ table, at: '', engines }, isWithOther(choice), policy);
}
