// Says that the host of this page is away or does not want it. Without its host the page knows nothing new.
import { useEffect, useState, type ReactElement } from 'react';
import { useHost, useModel } from '../store/app-context.ts';
import { useNow } from '../store/clock.ts';
import { Banner } from './banner.tsx';
import { Button } from './button.tsx';

/** A connection that is made at once should not flash a banner. */
const PATIENCE_MS = 400;

export function HostBanner(): ReactElement | null {
  const { host } = useModel();
  const state = useHost();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [state.kind === 'connected']);
  const retry = <Button onClick={() => host.retry()}>Try now</Button>;
  switch (state.kind) {
    case 'none':
    case 'connected':
      return null;
    case 'connecting':
      return isLate ? <Banner tone="info" title="Reaching the host of this page." actions={retry} /> : null;
    case 'away':
      return (
        <Banner tone="fail" isUrgent={isLate} title="The host of this page is away:" actions={retry}>
          {state.text} What is shown is the last that it said.{' '}
          <HostCountdown key={state.retryMs} retryMs={state.retryMs} />
        </Banner>
      );
    case 'refused':
      return (
        <Banner tone="fail" isUrgent title={state.text} actions={retry}>
          {state.next}
        </Banner>
      );
  }
}

function HostCountdown({ retryMs }: { readonly retryMs: number }): ReactElement {
  const now = useNow(500);
  const [since] = useState(now);
  const left = Math.max(0, since + retryMs - now);
  return (
    <span aria-live="off">{left < 1_000 ? 'Trying again.' : `Next attempt in ${Math.ceil(left / 1_000)} s.`}</span>
  );
}
