// The page's button: one size, three weights.
import type { ButtonHTMLAttributes, ReactElement, Ref } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly weight?: 'primary' | 'plain' | 'quiet';
  readonly ref?: Ref<HTMLButtonElement>;
}

const WEIGHTS = {
  primary: 'border-accent bg-accent text-on-accent hover:brightness-110',
  plain: 'border-line-strong bg-panel hover:bg-sunken',
  quiet: 'border-transparent text-muted hover:bg-sunken hover:text-text',
} as const;

export function Button({ weight = 'plain', className = '', ...rest }: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      className={`inline-flex h-8 items-center gap-1.5 rounded border px-3 text-[13px] whitespace-nowrap disabled:opacity-50 ${WEIGHTS[weight]} ${className}`}
      {...rest}
    />
  );
}
