// A choice of a list with its name above it, and a row with its name before it.
import { useId, type ReactElement, type ReactNode } from 'react';

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly text: string;
  /** Why it cannot be chosen now; undefined when it can. */
  readonly lacks?: string | undefined;
}

export interface SelectFieldProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly SelectOption<Value>[];
  readonly onChange: (value: Value) => void;
}

export function SelectField<Value extends string>({
  label,
  value,
  options,
  onChange,
}: SelectFieldProps<Value>): ReactElement {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-[12px] text-muted">
        {label}
      </label>
      <select
        id={id}
        className="h-8 w-full truncate rounded border border-line-strong bg-bg px-1.5 text-[13px]"
        title={options.find((option) => option.value === value)?.text}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find((option) => option.value === currentTarget.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.lacks !== undefined}>
            {option.lacks === undefined ? option.text : `${option.text} (${option.lacks})`}
          </option>
        ))}
      </select>
    </div>
  );
}

export function FieldRow({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="flex min-h-7 items-center justify-between gap-2">
      <span className="text-[12px] text-muted">{label}</span>
      {children}
    </div>
  );
}
