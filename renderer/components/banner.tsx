// A line across the page that says what is wrong and what to do about it.
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

export interface BannerProps {
  readonly tone: 'fail' | 'warn' | 'info';
  readonly title: string;
  readonly children?: ReactNode;
  /** Buttons. */
  readonly actions?: ReactNode;
  /** Read out at once; for what interrupts the work. */
  readonly isUrgent?: boolean;
}

const TONES = {
  fail: { Icon: CircleAlert, look: 'border-fail bg-fail-soft', icon: 'text-fail' },
  warn: { Icon: TriangleAlert, look: 'border-inconclusive bg-inconclusive-soft', icon: 'text-inconclusive' },
  info: { Icon: Info, look: 'border-line-strong bg-sunken', icon: 'text-muted' },
} as const;

export function Banner({ tone, title, children, actions, isUrgent = false }: BannerProps): ReactElement {
  const { Icon, look, icon } = TONES[tone];
  return (
    <div
      role={isUrgent ? 'alert' : 'status'}
      className={`flex items-start gap-2 rounded border px-3 py-2 text-[13px] ${look}`}
    >
      <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${icon}`} />
      <div className="min-w-0 flex-1 wrap-anywhere">
        <strong className="font-semibold">{title}</strong> {children}
      </div>
      {actions === undefined ? null : <div className="flex shrink-0 gap-2">{actions}</div>}
    </div>
  );
}
