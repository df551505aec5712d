// A panel with nothing to show says what is missing, why, and what to do.
import type { ReactElement } from 'react';
import type { EmptyPanel } from '../view/empty-panels.ts';

export function NothingHere({ what, why, next }: EmptyPanel): ReactElement {
  return (
    <div className="flex max-w-prose flex-col gap-1 px-3 py-3 text-[13px]">
      <p className="font-medium">{what}</p>
      {why === '' ? null : <p className="text-muted">{why}</p>}
      <p className="text-muted">Next: {next}</p>
    </div>
  );
}
