// Marks demo data, wherever it shows: nothing of it was measured.
import type { ReactElement } from 'react';

export function DemoChip(): ReactElement {
  return (
    <span
      className="rounded border border-inconclusive bg-inconclusive-soft px-1.5 text-xs leading-5 font-semibold text-inconclusive"
      title="Demo data: nothing here was measured."
    >
      Demo data
    </span>
  );
}
