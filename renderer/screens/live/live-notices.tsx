// The banners of the live screen: a lost connection first, then what could not be seen.
import type { ReactElement } from 'react';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { useModel } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import { useNow } from '../../store/clock.ts';
import { nodeNotices, silenceNotice } from '../../view/live-notices.ts';
import { secondsText } from '../../view/look-facts.ts';
import { RetryCountdown } from './retry-countdown.tsx';

export interface LiveNoticesProps {
  readonly open: OpenNode;
  /** Why a limit that was given is not used; empty when it is. */
  readonly refusedLimit: string;
}

export function LiveNotices({ open, refusedLimit }: LiveNoticesProps): ReactElement {
  const session = open.at ?? open.session;
  return (
    <div className="flex flex-col gap-2 empty:hidden">
      {open.capabilities.isLive ? <Connection open={open} /> : <RecordedConnection open={open} />}
      {refusedLimit === '' ? null : (
        <Banner tone="warn" title={refusedLimit}>
          The default is used until that is corrected or a limit is set here.
        </Banner>
      )}
      {session.moment === undefined
        ? null
        : nodeNotices(session.moment).map(({ key, tone, title, text }) => (
            <Banner key={key} tone={tone} title={title}>
              {text}
            </Banner>
          ))}
    </div>
  );
}

/** What was so at that moment; there is nothing to be done about it. */
function RecordedConnection({ open: { entry, session, at } }: Pick<LiveNoticesProps, 'open'>): ReactElement | null {
  const { link, moment } = at ?? session;
  if (link?.state !== 'lost' && link?.state !== 'failed') return null;
  return (
    <Banner tone="warn" title={`There was no connection to ${entry.target} at this moment:`}>
      {link.text} {moment === undefined ? '' : 'What is shown is the last look before it.'}
    </Banner>
  );
}

function Connection({ open }: { readonly open: OpenNode }): ReactElement | null {
  const model = useModel();
  const now = useNow();
  const { entry, session, isWatched } = open;
  const { link, moment } = session;
  const lastMs = moment?.atMs ?? now;
  if (!isWatched) {
    const again = (
      <Button
        onClick={() => {
          model.close(entry.node);
          void model.connect(entry.target);
        }}
      >
        Connect again
      </Button>
    );
    return (
      <Banner tone="fail" title={`The host does not watch ${entry.target} any more:`} actions={again}>
        it was closed there, or the host was started again. The last look is {secondsText(now - lastMs)} old.
      </Banner>
    );
  }
  switch (link?.state) {
    case 'lost':
    case 'failed':
    case 'closed':
      return (
        <Banner
          tone="fail"
          isUrgent
          title={`No connection to ${entry.target}:`}
          actions={<Button onClick={() => model.nodes.retry(entry.node)}>Try now</Button>}
        >
          {link.text} <span aria-live="off">The last look is {secondsText(now - lastMs)} old. </span>
          <RetryCountdown link={link} />
        </Banner>
      );
    case 'connecting':
      return moment === undefined ? null : (
        <Banner tone="info" title={`Connecting to ${entry.target} again.`}>
          <span aria-live="off">The last look is {secondsText(now - lastMs)} old.</span>
        </Banner>
      );
    case 'connected':
    case undefined: {
      const silence = silenceNotice(lastMs, now, entry.intervalMs);
      return silence === undefined ? null : (
        <Banner tone={silence.tone} title={silence.title}>
          {silence.text}
        </Banner>
      );
    }
  }
}
