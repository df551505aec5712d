// The values of a scenario as nvidia-smi prints them: whole MiB, or a bracketed word.

/** What nvidia-smi prints for a size: whole MiB, or a bracketed word. */
export type SmiCell = { readonly mib: number } | { readonly cell: string };
/** `used` may also follow from the rows of the bus. */
export type UsedCell = SmiCell | { readonly sumPlusMib: number };
/** A value that moves on with each answer and stays at its last; never empty. */
export type Steps<T> = readonly T[];

/** The value at the n-th answer, counted from 0. */
export function atStep<T>(steps: Steps<T>, step: number): T {
  const value = steps[Math.min(step, steps.length - 1)];
  if (value === undefined) throw new Error('a scenario value has at least one step');
  return value;
}
