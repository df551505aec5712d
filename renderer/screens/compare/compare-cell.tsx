// One number of a comparison; an unknown one is striped and says why.
import type { ReactElement } from 'react';
import type { CompareCell } from '../../view/compare/compare-view.ts';

export function CellText({ cell: { text, why } }: { readonly cell: CompareCell }): ReactElement {
  if (why === '') return <>{text}</>;
  return (
    <span title={why} className={text === '–' ? 'text-muted' : 'italic'}>
      {text}
      <span className="sr-only">: {why}</span>
    </span>
  );
}
