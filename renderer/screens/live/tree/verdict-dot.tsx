// The verdict of an engine as a shape; hollow where it does not count.
import type { ReactElement } from 'react';
import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import type { TreeVerdict } from '../../../view/tree-node.ts';

const LOOKS = {
  pass: { Icon: CircleCheck, look: 'text-pass' },
  fail: { Icon: CircleX, look: 'text-fail' },
  inconclusive: { Icon: CircleHelp, look: 'text-inconclusive' },
} as const;

export function VerdictDot({ verdict: { value, standing, text } }: { readonly verdict: TreeVerdict }): ReactElement {
  const { Icon, look } = LOOKS[value];
  return (
    <span role="img" aria-label={`verdict: ${text}`} title={text} className="inline-flex shrink-0">
      <Icon size={14} className={standing === 'counted' ? look : 'text-exempt opacity-70'} />
    </span>
  );
}
