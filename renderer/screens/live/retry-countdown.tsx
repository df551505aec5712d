// When the next attempt to connect is made, counted down.
import type { ReactElement } from 'react';
import type { LinkSeen } from '../../../shared/model/observation.ts';
import { useNow } from '../../store/clock.ts';

export function RetryCountdown({ link }: { readonly link: LinkSeen }): ReactElement | null {
  const now = useNow(500);
  if (link.retryMs === null) return null;
  const left = Math.max(0, link.atMs + link.retryMs - now);
  // A number that changes each second is not read out each second.
  return (
    <span aria-live="off">{left < 500 ? 'Trying again now.' : `Next attempt in ${Math.ceil(left / 1_000)} s.`}</span>
  );
}
