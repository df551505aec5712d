// The choices of the evidence screen: a preset, which table or figure of which look, and how names and numbers are written.
import { useId, type ReactElement } from 'react';
import { isCompared, TABLE_NAMES, type TableName } from '../../../shared/evidence/evidence.ts';
import { FIGURE_TITLES } from '../../../shared/evidence/figures/look-figure.ts';
import { GIB_DIGITS } from '../../../shared/evidence/table/table.ts';
import { selectorText } from '../../../shared/gates/selector.ts';
import type { CycledChoice } from '../../../shared/session/compare/find-repeats.ts';
import { FieldRow, SelectField, type SelectOption } from '../../components/field.tsx';
import {
  choiceOf,
  EVIDENCE_PRESETS,
  LAST_LOOK,
  PAGE_FIGURES,
  PAGE_FORMATS,
  SHOWN_LOOK,
  tablesOf,
  type EvidenceChoice,
  type EvidencePreset,
  type PageFigure,
  type PageFormat,
} from '../../view/evidence/evidence-choice.ts';
import type { CycleChoice } from '../../view/evidence/evidence-looks.ts';
import { Segmented } from '../live/verdicts/segmented.tsx';

export interface EvidenceChoicesProps {
  readonly choice: EvidenceChoice;
  /** Of the look that is shown. */
  readonly shownTime: string;
  readonly cycles: readonly CycleChoice[];
  /** Those that have cycles. */
  readonly engines: readonly CycledChoice[];
  /** Other recordings that are open, as B of a table of two. */
  readonly others: readonly SelectOption<string>[];
  readonly against: string | undefined;
  /** Two moments are kept, so that they can be compared. */
  readonly hasKept: boolean;
  readonly onChoice: (choice: EvidenceChoice) => void;
  readonly onAgainst: (node: string) => void;
}

const PRESET_TEXTS: Readonly<Record<EvidencePreset, { readonly name: string; readonly for: string }>> = {
  'pr-table': { name: 'PR table', for: 'Markdown, a row for each GPU' },
  'min-max': { name: 'Min–max over ranks', for: 'a row for each state' },
  'step-ledger': { name: 'Step ledger', for: 'a row for each sleep' },
  paper: { name: 'Paper', for: 'LaTeX with booktabs, GiB' },
  raw: { name: 'Raw', for: 'JSON: every row, in bytes' },
  figure: { name: 'Figure only', for: 'SVG; its words stay words' },
};

const TABLE_TEXTS: Readonly<Record<TableName, string>> = {
  gate: 'Gate: engines and the limit',
  ledger: 'Ledger: who holds what',
  states: 'States: awake, asleep, woken',
  arms: 'Arms: the states of two runs',
  cycles: 'Cycles: what stays after each sleep',
  compare: 'Compare: what each sleep frees, all cycles',
  'compare-states': 'Compare: awake, asleep, woken, all cycles',
  processes: 'Processes',
  environment: 'Measured with',
};

const FIGURE_TEXTS: Readonly<Record<PageFigure, string>> = {
  ...FIGURE_TITLES,
  compare: 'What a sleep freed, awake to asleep',
  kept: 'The two kept moments, A to B',
};

const FORMAT_TEXTS: Readonly<Record<PageFormat, string>> = {
  md: 'Markdown',
  csv: 'CSV, in bytes',
  json: 'JSON, in bytes',
  tex: 'LaTeX',
  html: 'HTML',
};

export function EvidenceChoices(props: EvidenceChoicesProps): ReactElement {
  const { choice, onChoice } = props;
  const { preset, unit, digits } = choice;
  const set = (part: Partial<EvidenceChoice>): void => onChoice({ ...choice, ...part });
  return (
    <section aria-label="Choices" className="flex flex-col gap-3 rounded border border-line bg-panel p-3 text-[13px]">
      <Presets preset={preset} onPreset={(next) => onChoice(choiceOf(next, choice))} />
      {preset === 'figure' ? <FigureFields {...props} /> : <TableFields {...props} preset={preset} />}
      <div className="flex flex-col gap-1">
        <FieldRow label="Unit">
          <Segmented label="Unit" value={unit} options={UNITS} onChange={(next) => set({ unit: next })} />
        </FieldRow>
        <FieldRow label="Digits of GiB">
          <Segmented
            label="Digits of GiB"
            value={String(digits)}
            options={DIGITS}
            onChange={(next) => set({ digits: Number(next), unit: 'GiB' })}
          />
        </FieldRow>
      </div>
    </section>
  );
}

const THEMES = [
  { value: 'light', text: 'Light' },
  { value: 'dark', text: 'Dark' },
] as const;
const UNITS = [
  { value: 'MiB', text: 'MiB' },
  { value: 'GiB', text: 'GiB' },
] as const;
const DIGITS = GIB_DIGITS.map((value) => ({ value: String(value), text: String(value) }));

function FigureFields({ choice, hasKept, onChoice, ...rest }: EvidenceChoicesProps): ReactElement {
  const { figure, theme, redaction } = choice;
  const lacks = hasKept ? (redaction === 'names' ? 'with names as they are' : undefined) : 'keep two moments first';
  const options = PAGE_FIGURES.map((value) => ({
    value,
    text: FIGURE_TEXTS[value],
    ...(value === 'kept' ? { lacks } : {}),
  }));
  return (
    <>
      <SelectField
        label="Figure"
        value={figure}
        options={options}
        onChange={(next) => onChoice({ ...choice, figure: next })}
      />
      {figure === 'compare' ? null : <LookField {...rest} choice={choice} hasKept={hasKept} onChoice={onChoice} />}
      <FieldRow label="Colours">
        <Segmented
          label="Colours"
          value={theme}
          options={THEMES}
          onChange={(next) => onChoice({ ...choice, theme: next })}
        />
      </FieldRow>
    </>
  );
}

interface TableFieldsProps extends EvidenceChoicesProps {
  readonly preset: Exclude<EvidencePreset, 'figure'>;
}

function TableFields(props: TableFieldsProps): ReactElement {
  const { choice, preset, others, against, cycles, onChoice, onAgainst } = props;
  const { table, format, cycle } = choice;
  const set = (part: Partial<EvidenceChoice>): void => onChoice({ ...choice, ...part });
  const lacks = (name: TableName): string | undefined =>
    name === 'arms' && others.length === 0 ? 'open a second recording first' : undefined;
  const known = tablesOf(preset);
  const tables = TABLE_NAMES.filter((name) => known.includes(name));
  const numbers = cycles.map(({ number, text }) => ({ value: String(number), text }));
  const isOfCycle = table === 'states' || table === 'arms';
  return (
    <>
      <SelectField
        label="Table"
        value={table}
        options={tables.map((value) => ({ value, text: TABLE_TEXTS[value], lacks: lacks(value) }))}
        onChange={(next) => set({ table: next })}
      />
      {isOfCycle ? (
        <SelectField
          label="Cycle"
          value={cycle === undefined ? '' : String(cycle)}
          options={[{ value: '', text: 'The last that settled' }, ...numbers]}
          onChange={(next) => set({ cycle: next === '' ? undefined : Number(next) })}
        />
      ) : null}
      {table === 'arms' && against !== undefined ? (
        <SelectField label="B, beside this one" value={against} options={others} onChange={onAgainst} />
      ) : null}
      {isCompared(table) ? <ComparedFields {...props} /> : null}
      {isOfCycle || isCompared(table) || table === 'cycles' ? null : <LookField {...props} />}
      <SelectField
        label="Format"
        value={format}
        options={PAGE_FORMATS.map((value) => ({ value, text: FORMAT_TEXTS[value] }))}
        onChange={(next) => set({ format: next })}
      />
    </>
  );
}

/** Of a comparison over cycles: whose they are, and what stands beside them. */
function ComparedFields({ choice, engines, others, against, onChoice, onAgainst }: EvidenceChoicesProps): ReactElement {
  const { engine = '', isBeside } = choice;
  const each = engines.map(({ name, selector }) => ({ value: selectorText(selector), text: name }));
  return (
    <>
      {engines.length > 1 || engine !== '' ? (
        <SelectField
          label="Cycles of"
          value={engine}
          options={[{ value: '', text: 'Every engine, each its own' }, ...each]}
          onChange={(next) => onChoice({ ...choice, engine: next === '' ? undefined : next })}
        />
      ) : null}
      {others.length === 0 ? null : (
        <SelectField
          label="B, beside this one"
          value={isBeside ? (against ?? '') : ''}
          options={[{ value: '', text: 'Nothing' }, ...others]}
          onChange={(next) => {
            if (next !== '') onAgainst(next);
            onChoice({ ...choice, isBeside: next !== '' });
          }}
        />
      )}
    </>
  );
}

function LookField({ choice, shownTime, cycles, onChoice }: EvidenceChoicesProps): ReactElement {
  const settled = cycles
    .filter(({ settledMs }) => settledMs !== undefined)
    .map(({ number, text }) => ({ value: `#${number}`, text }));
  return (
    <SelectField
      label="Look"
      value={choice.look}
      options={[{ value: SHOWN_LOOK, text: `Shown, ${shownTime}` }, { value: LAST_LOOK, text: 'Last' }, ...settled]}
      onChange={(look) => onChoice({ ...choice, look })}
    />
  );
}

interface PresetsProps {
  readonly preset: EvidencePreset;
  readonly onPreset: (preset: EvidencePreset) => void;
}

function Presets({ preset, onPreset }: PresetsProps): ReactElement {
  const name = useId();
  return (
    <fieldset className="flex flex-col">
      <legend className="mb-1 font-semibold">Preset</legend>
      {EVIDENCE_PRESETS.map((each) => (
        <label
          key={each}
          className="flex cursor-pointer items-start gap-2 rounded border border-transparent px-2 py-1 has-checked:border-line-strong has-checked:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            className="mt-0.5"
            name={name}
            checked={each === preset}
            onChange={() => onPreset(each)}
          />
          <span>
            <span className="block font-medium">{PRESET_TEXTS[each].name}</span>
            <span className="block text-[12px] text-muted">{PRESET_TEXTS[each].for}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
