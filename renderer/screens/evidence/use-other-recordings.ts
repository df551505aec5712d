// Other recordings that are open: B of a table of two runs.
import { useMemo, useState } from 'react';
import { useApp, useModel } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import type { EvidencePlace } from '../../store/evidence-reader.ts';
import type { SelectOption } from '../../components/field.tsx';

export interface OtherRecordings {
  readonly options: readonly SelectOption<string>[];
  /** undefined where there is none. */
  readonly chosen: string | undefined;
  readonly choose: (node: string) => void;
  readonly place: EvidencePlace | undefined;
}

/** One row a node of them; a node that is watched has no end yet and is none of them. */
export function useOtherRecordings(open: OpenNode): OtherRecordings {
  const { evidence } = useModel();
  const nodes = useApp((state) => state.nodes);
  const recordings = useApp((state) => state.recordings);
  const [wanted, choose] = useState<string>();
  const others = [...nodes.values()].filter(
    ({ entry, recording }) => recording !== undefined && entry.node !== open.entry.node,
  );
  const chosen = others.find(({ entry }) => entry.node === wanted) ?? others.at(-1);
  const place = useMemo(
    () => (chosen === undefined ? undefined : evidence.placeOf(chosen, 0)),
    // Its name and place are those of its recording: what is folded of it meanwhile changes neither.
    [evidence, chosen?.entry.node],
  );
  const options = others.map(({ entry, recording }) => {
    const name = recordings.get(recording ?? '')?.name ?? '';
    const isOne = (recordings.get(recording ?? '')?.nodes.length ?? 1) === 1;
    return { value: entry.node, text: isOne ? name : `${name}: ${entry.target}` };
  });
  return { options, chosen: chosen?.entry.node, choose, place };
}
