// The text of the evidence, made of what was read, and what is to be said beside it.
import { useMemo } from 'react';
import { mibAndGib } from '../../../shared/evidence/text/sizes.ts';
import type { NamePair } from '../../../shared/redaction/stand-ins.ts';
import { RecordedError } from '../../../shared/recorded/recorded-error.ts';
import type { RecordedSide } from '../../../shared/recorded/recorded-side.ts';
import { useApp } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import { evidenceProblem } from '../../store/evidence-reader.ts';
import { chosenPolicy } from '../../store/policy.ts';
import { shownRecording } from '../../store/recordings.ts';
import type { EvidenceChoice } from '../../view/evidence/evidence-choice.ts';
import { evidenceOutput, type EvidenceInput, type EvidenceOutput } from '../../view/evidence/evidence-output.ts';
import type { Reading } from './use-side.ts';

export interface MadeEvidence {
  readonly side: RecordedSide;
  /** undefined with `problem`: the recording has nothing for this choice. */
  readonly output: EvidenceOutput | undefined;
  readonly problem: string;
  /** Those of both sides. */
  readonly names: readonly NamePair[];
  /** Which limit it is judged by, where that is not the one of the screen. */
  readonly policyNote: string;
}

/** undefined until everything is read. `against`: undefined where no B is wanted. */
export function useOutput(
  open: OpenNode,
  reading: Reading,
  against: Reading | undefined,
  choice: EvidenceChoice,
  kept: EvidenceInput['kept'],
): MadeEvidence | undefined {
  const settings = useApp((state) => state.settings);
  const info = useApp((state) => state.info);
  const version = useApp((state) => state.version);
  const header = useApp((state) => shownRecording(state)?.header);
  return useMemo(() => {
    if (reading.kind !== 'ready') return undefined;
    if (against !== undefined && against.kind !== 'ready') return undefined;
    const { policy } = chosenPolicy(settings, info, header?.policy);
    const { isLive } = open.capabilities;
    // A recording is judged as its run was, so that everybody who has the file gets the same.
    const side = isLive ? judgedBy(reading.side, policy) : reading.side;
    const own = side.header.policy;
    const isOther = own.kind !== policy.kind || own.limitBytes !== policy.limit;
    const policyNote =
      isLive || !isOther
        ? ''
        : `Judged by the recording's own limit, ${mibAndGib(own.limitBytes)}. The one that is set here, ${mibAndGib(policy.limit)}, is for looking and not in this text.`;
    const b = against?.side;
    const appVersion = info?.version ?? version ?? 'unknown';
    const common = { side, names: [...side.names, ...(b?.names ?? [])], policyNote };
    try {
      const output = evidenceOutput({ side, against: b, appVersion, kept }, choice);
      return { ...common, output, problem: '' };
    } catch (error) {
      if (!(error instanceof RecordedError)) throw error;
      return { ...common, output: undefined, problem: evidenceProblem(error) };
    }
  }, [open, reading, against, choice, kept, settings, info, version, header]);
}

function judgedBy(
  side: RecordedSide,
  { kind, limit, origin }: ReturnType<typeof chosenPolicy>['policy'],
): RecordedSide {
  return { ...side, header: { ...side.header, policy: { kind, limitBytes: limit, origin } } };
}
