// The choices of the evidence screen: a preset, which table or figure, and how numbers are written.
import { useId, type ReactElement, type ReactNode } from 'react';
import { FIGURE_TITLES, FIGURES } from '../../../shared/evidence/figures/look-figure.ts';
import {
  choiceOf,
  FORMATS,
  PRESETS,
  RANGED,
  TABLES,
  type EvidenceChoice,
  type EvidencePreset,
  type TableChoice,
  type TableFormat,
} from '../../view/evidence-output.ts';
import { Segmented } from '../live/verdicts/segmented.tsx';

export interface EvidenceChoicesProps {
  readonly choice: EvidenceChoice;
  /** Two moments are kept, so that they can be compared. */
  readonly hasKept: boolean;
  readonly onChoice: (choice: EvidenceChoice) => void;
}

const PRESET_TEXTS: Readonly<Record<EvidencePreset, { readonly name: string; readonly for: string }>> = {
  'pr-table': { name: 'PR table', for: 'Markdown for a pull request, MiB' },
  'min-max': { name: 'Min–max over ranks', for: 'one row over all GPUs, with their range' },
  paper: { name: 'Paper', for: 'LaTeX with booktabs, GiB' },
  figure: { name: 'Figure only', for: 'SVG, its words stay words' },
};

const TABLE_NAMES: Readonly<Record<TableChoice, string>> = {
  gate: 'Gate: engines and the limit',
  ledger: 'Ledger: who holds what',
  processes: 'Processes',
  environment: 'Measured with',
};

const FORMAT_NAMES: Readonly<Record<TableFormat, string>> = { md: 'Markdown', csv: 'CSV', tex: 'LaTeX', html: 'HTML' };

export function EvidenceChoices({ choice, hasKept, onChoice }: EvidenceChoicesProps): ReactElement {
  const { preset, table, format, figure, unit, digits, theme } = choice;
  const set = (part: Partial<EvidenceChoice>): void => onChoice({ ...choice, ...part });
  const tables = preset === 'min-max' ? RANGED : TABLES;
  return (
    <section aria-label="Choices" className="flex flex-col gap-3 rounded border border-line bg-panel p-3 text-[13px]">
      <Presets preset={preset} onPreset={(next) => onChoice(choiceOf(next, choice))} />
      {preset === 'figure' ? (
        <>
          <Choice label="Figure">
            {(id) => (
              <select
                id={id}
                className={FIELD}
                value={figure}
                onChange={({ currentTarget }) =>
                  set({ figure: FIGURES.find((each) => each === currentTarget.value) ?? 'ledger' })
                }
              >
                {FIGURES.map((each) => (
                  <option key={each} value={each} disabled={each === 'compare' && !hasKept}>
                    {FIGURE_TITLES[each]}
                    {each === 'compare' && !hasKept ? ' (keep two moments first)' : ''}
                  </option>
                ))}
              </select>
            )}
          </Choice>
          <Row label="Colours">
            <Segmented label="Colours" value={theme} options={THEMES} onChange={(next) => set({ theme: next })} />
          </Row>
        </>
      ) : (
        <>
          <Choice label="Table">
            {(id) => (
              <select
                id={id}
                className={FIELD}
                value={table}
                onChange={({ currentTarget }) =>
                  set({ table: tables.find((each) => each === currentTarget.value) ?? table })
                }
              >
                {tables.map((each) => (
                  <option key={each} value={each}>
                    {TABLE_NAMES[each]}
                  </option>
                ))}
              </select>
            )}
          </Choice>
          <Choice label="Format">
            {(id) => (
              <select
                id={id}
                className={FIELD}
                value={format}
                onChange={({ currentTarget }) =>
                  set({ format: FORMATS.find((each) => each === currentTarget.value) ?? format })
                }
              >
                {FORMATS.map((each) => (
                  <option key={each} value={each}>
                    {FORMAT_NAMES[each]}
                  </option>
                ))}
              </select>
            )}
          </Choice>
        </>
      )}
      <Row label="Unit">
        <Segmented label="Unit" value={unit} options={UNITS} onChange={(next) => set({ unit: next })} />
      </Row>
      <Row label="Digits">
        <Segmented
          label="Digits"
          value={String(digits)}
          options={DIGITS}
          onChange={(next) => set({ digits: Number(next), unit: 'GiB' })}
        />
      </Row>
      <p className="text-[12px] text-muted">
        Digits are of GiB; MiB are written as they were read.{' '}
        {format === 'csv' && preset !== 'figure' ? 'CSV is always in bytes.' : ''}
      </p>
    </section>
  );
}

const FIELD = 'w-full rounded border border-line-strong bg-bg px-1.5 py-1 text-[13px]';
const THEMES = [
  { value: 'light', text: 'Light' },
  { value: 'dark', text: 'Dark' },
] as const;
const UNITS = [
  { value: 'MiB', text: 'MiB' },
  { value: 'GiB', text: 'GiB' },
] as const;
const DIGITS = ['1', '2', '3'].map((value) => ({ value, text: value }));

interface PresetsProps {
  readonly preset: EvidencePreset;
  readonly onPreset: (preset: EvidencePreset) => void;
}

function Presets({ preset, onPreset }: PresetsProps): ReactElement {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-semibold">Preset</legend>
      {PRESETS.map((each) => (
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

function Choice({ label, children }: { label: string; children: (id: string) => ReactNode }): ReactElement {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-[12px] text-muted">
        {label}
      </label>
      {children(id)}
    </div>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }): ReactElement {
  return (
    <div className="flex items-center justify-between gap-2">
      <span className="text-[12px] text-muted">{label}</span>
      {children}
    </div>
  );
}
