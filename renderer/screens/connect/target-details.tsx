// The target that is chosen in the list, before anybody connects to it.
import { Plug } from 'lucide-react';
import type { ReactElement } from 'react';
import type { TargetEntry } from '../../../shared/rpc/contract.ts';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { DemoChip } from '../../components/demo-chip.tsx';
import { useNow } from '../../store/clock.ts';
import { secondsText } from '../../view/look-facts.ts';
import { sshCommand } from '../../view/ssh-command.ts';

export interface TargetDetailsProps {
  readonly target: string;
  /** undefined for a target that was typed. */
  readonly entry: TargetEntry | undefined;
  /** On a first run the page's first button is another one. */
  readonly isSecond: boolean;
  readonly onConnect: () => void;
}

export function TargetDetails({ target, entry, isSecond, onConnect }: TargetDetailsProps): ReactElement {
  const now = useNow(60_000);
  const command = sshCommand(target);
  const lastMs = entry?.lastMs ?? null;
  const isDemo = target === 'demo' || target.startsWith('demo:');
  return (
    <section aria-labelledby="target-title" className="flex flex-col gap-3 rounded border border-line bg-panel p-4">
      <header className="flex flex-wrap items-center gap-3">
        <h2 id="target-title" className="text-lg font-semibold wrap-anywhere">
          {entry?.label ?? target}
        </h2>
        {isDemo ? <DemoChip /> : null}
      </header>
      {entry === undefined || entry.detail === '' ? null : <p className="wrap-anywhere">{entry.detail}</p>}
      {lastMs === null ? null : (
        <p className="text-[13px] text-muted">Last connected {secondsText(now - lastMs)} ago.</p>
      )}
      {entry === undefined || entry.problem === '' ? null : <Banner tone="warn" title={entry.problem} />}
      <p className="text-[13px] text-muted">{explained(target, isDemo)}</p>
      <div className="flex flex-wrap gap-2">
        <Button weight={isSecond ? 'plain' : 'primary'} onClick={onConnect}>
          <Plug size={14} aria-hidden />
          {isDemo ? 'Open' : 'Connect'}
        </Button>
        {command === undefined ? null : <CopyButton text={command} label="Copy as ssh command" />}
      </div>
    </section>
  );
}

function explained(target: string, isDemo: boolean): string {
  if (isDemo)
    return 'A node that is played inside this program. It shows what a real one would; nothing of it was measured.';
  if (target === 'local') return 'Reads nvidia-smi and /proc of the machine that this program runs on.';
  return 'Runs one read-only script over ssh. Nothing is installed or written on the node, and it ends with the connection.';
}
