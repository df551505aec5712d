// An unknown host key: its fingerprint, how to check it, and the two answers. Nothing is accepted unseen.
import { KeyRound } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';

export interface HostKeyQuestionProps {
  readonly target: string;
  readonly fingerprint: string;
  readonly onAccept: () => void;
  readonly onRefuse: () => void;
}

const CHECK = 'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done';

export function HostKeyQuestion({ target, fingerprint, onAccept, onRefuse }: HostKeyQuestionProps): ReactElement {
  return (
    <section aria-labelledby="host-key-title" className="rounded border border-inconclusive bg-inconclusive-soft p-4">
      <h3 id="host-key-title" className="flex items-center gap-2 font-semibold">
        <KeyRound size={16} aria-hidden className="text-inconclusive" />
        Is this really {target}?
      </h3>
      <p className="mt-2 text-[13px]">
        Its host key is in none of your known_hosts files. It showed one with this fingerprint:
      </p>
      <p className="my-2 rounded border border-line bg-panel px-3 py-2 font-mono text-[13px] break-all select-all">
        {fingerprint}
      </p>
      <p className="text-[13px]">
        Compare it with what the node says of itself: ask whoever runs it, or run this on the node, reached another way.
        One of the lines must have the same fingerprint, to the last letter.
      </p>
      <p className="my-2 rounded border border-line bg-panel px-3 py-2 font-mono text-xs break-all select-all">
        {CHECK}
      </p>
      <p className="text-[13px] text-muted">
        Accepting writes the key to your known_hosts file, as ssh does. A different key later is always refused.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button weight="primary" onClick={onAccept}>
          Accept this key
        </Button>
        <Button onClick={onRefuse}>Do not connect</Button>
        <CopyButton text={CHECK} label="Copy the check" />
      </div>
    </section>
  );
}
