// One node on its way: the checklist, and what there is to decide when it stops.
import type { ReactElement } from 'react';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { DemoChip } from '../../components/demo-chip.tsx';
import { useModel } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import { endedBecause, unknownFingerprint } from '../../view/checklist.ts';
import { sshCommand } from '../../view/ssh-command.ts';
import { RetryCountdown } from '../live/retry-countdown.tsx';
import { Checklist } from './checklist.tsx';
import { HostKeyQuestion } from './host-key-question.tsx';

export function NodeConnecting({ open }: { readonly open: OpenNode }): ReactElement {
  const model = useModel();
  const { entry, session } = open;
  const { link, moment } = session;
  const fingerprint = unknownFingerprint(session);
  const command = sshCommand(entry.target);
  return (
    <section aria-labelledby="connecting-title" className="flex flex-col gap-3">
      <header className="flex flex-wrap items-center gap-3">
        <h2 id="connecting-title" tabIndex={-1} className="text-lg font-semibold wrap-anywhere">
          {heading(open)}
        </h2>
        {entry.isDemo ? <DemoChip /> : null}
        <span className="ml-auto flex gap-2">
          {command === undefined ? null : <CopyButton text={command} label="Copy as ssh command" />}
          {moment === undefined ? null : (
            <Button weight="primary" onClick={() => model.showNode(entry.node)}>
              Show live
            </Button>
          )}
          <Button onClick={() => model.close(entry.node)}>{link?.state === 'connecting' ? 'Stop' : 'Close'}</Button>
        </span>
      </header>
      {fingerprint === undefined ? (
        <LinkTrouble open={open} />
      ) : (
        <HostKeyQuestion
          target={entry.target}
          fingerprint={fingerprint}
          onAccept={() => model.nodes.retry(entry.node, fingerprint)}
          onRefuse={() => model.close(entry.node)}
        />
      )}
      <Checklist session={session} />
      {link === undefined ? <p className="text-muted">Waiting for the first step.</p> : null}
    </section>
  );
}

function heading({ entry, session }: OpenNode): string {
  switch (session.link?.state) {
    case 'failed':
      if (session.link.code === 'host-key-unknown') return `The host key of ${entry.target} is not known`;
      return `Could not connect to ${entry.target}`;
    case 'lost':
      return `The connection to ${entry.target} was lost`;
    case 'closed':
      return `The connection to ${entry.target} is closed`;
    case 'connected':
      return session.moment === undefined ? `Taking the first look at ${entry.target}` : `Connected to ${entry.target}`;
    case 'connecting':
    case undefined:
      return `Connecting to ${entry.target}`;
  }
}

function LinkTrouble({ open }: { readonly open: OpenNode }): ReactElement | null {
  const model = useModel();
  const { link } = open.session;
  if (link === undefined || link.state === 'connecting' || link.state === 'connected') return null;
  const { cause, next } = endedBecause(open.session);
  return (
    <Banner
      tone="fail"
      isUrgent
      title={cause}
      actions={<Button onClick={() => model.nodes.retry(open.entry.node)}>Try again</Button>}
    >
      {next} <RetryCountdown link={link} />
    </Banner>
  );
}
