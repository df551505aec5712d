// A key, as it is written on it.
import type { ReactElement } from 'react';

export function KeyHint({ keys }: { readonly keys: string }): ReactElement {
  return (
    <kbd className="rounded border border-line-strong bg-sunken px-1 font-mono text-[11px] leading-4 text-muted">
      {keys}
    </kbd>
  );
}
