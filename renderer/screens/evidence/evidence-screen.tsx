// Evidence: what to paste into a pull request or a paper. Choices on the left, the exact bytes on the right.
import { useMemo, useState, type ReactElement } from 'react';
import { Banner } from '../../components/banner.tsx';
import { DemoChip } from '../../components/demo-chip.tsx';
import { useRawHash } from '../../components/raw-hash.ts';
import { useApp, useShown } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import { floorOf, sidesOf } from '../../store/kept-moment.ts';
import { chosenPolicy } from '../../store/policy.ts';
import { shownRecording } from '../../store/recordings.ts';
import { shownLook } from '../../store/shown-look.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { choiceOf, evidenceOutput, type EvidenceInput } from '../../view/evidence-output.ts';
import { nodeName } from '../../view/look-facts.ts';
import { EvidenceChoices } from './evidence-choices.tsx';
import { EvidencePreview } from './evidence-preview.tsx';

export function EvidenceScreen(): ReactElement {
  const open = useShown();
  const cursorMs = useApp((state) => state.cursorMs);
  const moment = open === undefined ? undefined : shownLook(open, cursorMs);
  // A number that changes while it is copied is no evidence: the look stays the one that was there at first.
  const [kept, setKept] = useState(moment);
  if (open === undefined || moment === undefined) {
    return <p className="p-6">There is no look yet. Connect a node or open a recording, then come back.</p>;
  }
  const held = kept ?? moment;
  return <Shown open={open} moment={held} isOld={held.atMs !== moment.atMs} onNewest={() => setKept(moment)} />;
}

interface ShownProps {
  readonly open: OpenNode;
  readonly moment: Moment;
  readonly isOld: boolean;
  readonly onNewest: () => void;
}

function Shown({ open, moment, isOld, onNewest }: ShownProps): ReactElement {
  const [choice, setChoice] = useState(() => choiceOf('pr-table'));
  const input = useInput(open, moment);
  const output = useMemo(() => (input === undefined ? undefined : evidenceOutput(input, choice)), [input, choice]);
  const session = open.at ?? open.session;
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto px-4 py-2">
      <title>Evidence · Residuum</title>
      <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
        <h2 className="text-base font-semibold">Evidence</h2>
        {open.entry.isDemo ? <DemoChip /> : null}
        <span className="text-muted">
          {nodeName(session, open.entry.target)}, look of {new Date(moment.atMs).toISOString().slice(0, 19)} UTC
        </span>
        {isOld ? (
          <button type="button" className="text-accent underline" onClick={onNewest}>
            Use the newest look
          </button>
        ) : null}
      </header>
      <Banner tone="info" title="This output is identifying.">
        It names the host, processes, command lines and models as they are. Read it before you publish it.
      </Banner>
      <div className="grid min-h-0 flex-1 grid-cols-[248px_minmax(0,1fr)] items-start gap-3">
        <EvidenceChoices choice={choice} hasKept={input?.kept !== undefined} onChoice={setChoice} />
        {output === undefined ? (
          <p className="text-muted">Working out the hash of the frame.</p>
        ) : (
          <EvidencePreview output={output} />
        )}
      </div>
    </div>
  );
}

/** undefined until the hash of the frame is worked out: without it nobody could find the look again. */
function useInput(open: OpenNode, moment: Moment): EvidenceInput | undefined {
  const settings = useApp((state) => state.settings);
  const info = useApp((state) => state.info);
  const header = useApp((state) => shownRecording(state)?.header);
  const comparing = useApp((state) => state.comparing);
  const rawSha256 = useRawHash(moment.sample.text);
  return useMemo(() => {
    if (rawSha256 === undefined) return undefined;
    const { policy } = chosenPolicy(settings, info, header?.policy);
    const probeSha256 = header?.probeSha256 ?? info?.probeSha256 ?? 'unknown';
    const { target, isDemo } = open.entry;
    const { a, b } = sidesOf(comparing);
    const isPair = a !== undefined && b !== undefined && a !== b;
    return {
      moment,
      node: open.at ?? open.session,
      facts: { target, rawSha256, probeSha256, isDemo, policy },
      appVersion: info?.version ?? header?.appVersion ?? 'unknown',
      kept: isPair ? { a: a.moment, b: b.moment, noise: floorOf(a, b).noise } : undefined,
    };
  }, [open, moment, rawSha256, settings, info, header, comparing]);
}
