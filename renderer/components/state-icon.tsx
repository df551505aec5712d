// The state of a step as a shape; the word beside it says the same.
import { Circle, CircleCheck, CircleMinus, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ChecklistRow } from '../view/checklist.ts';

const ICONS = {
  waiting: { Icon: Circle, look: 'text-line-strong' },
  running: { Icon: LoaderCircle, look: 'animate-spin text-accent' },
  ok: { Icon: CircleCheck, look: 'text-pass' },
  warning: { Icon: TriangleAlert, look: 'text-inconclusive' },
  failed: { Icon: CircleX, look: 'text-fail' },
  skipped: { Icon: CircleMinus, look: 'text-muted' },
} as const;

export function StateIcon({ state }: { readonly state: ChecklistRow['state'] }): ReactElement {
  const { Icon, look } = ICONS[state];
  return <Icon size={16} aria-hidden className={`shrink-0 ${look}`} />;
}
