// The verdict of an engine as a shape; in no verdict's shape and colour where it does not count.
import type { ReactElement } from 'react';
import { verdictIcon } from '../../../components/verdict-icon.ts';
import type { TreeVerdict } from '../../../view/tree/tree-node.ts';

const LOOKS = { pass: 'text-pass', fail: 'text-fail', inconclusive: 'text-inconclusive' } as const;

export function VerdictDot({ verdict: { value, standing, text } }: { readonly verdict: TreeVerdict }): ReactElement {
  const isJudged = standing === 'counted';
  const Icon = verdictIcon(value, isJudged);
  return (
    <span
      role="img"
      aria-label={`verdict: ${text}`}
      title={text}
      data-shape={isJudged ? value : 'awake'}
      className="inline-flex shrink-0"
    >
      <Icon size={14} className={isJudged ? LOOKS[value] : 'text-muted'} />
    </span>
  );
}
