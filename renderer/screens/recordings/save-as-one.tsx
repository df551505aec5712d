// Several of what is kept as one file, each node with its own clocks: those of one run on many nodes, or one after the other.
import { useState, type ReactElement } from 'react';
import type { RecordingEntry } from '../../../shared/rpc/contract.ts';
import { Button } from '../../components/button.tsx';
import { useModel } from '../../store/app-context.ts';
import { canBeSavedAsOne, nameForSeveral, recordingFacts } from '../../view/recording-rows.ts';
import { NameForm } from './name-form.tsx';

/** Nothing where there are not two. What is being recorded now is chosen to begin with. */
export function SaveAsOne({ entries }: { readonly entries: readonly RecordingEntry[] }): ReactElement | null {
  const [isOpen, setOpen] = useState(false);
  const able = entries.filter(canBeSavedAsOne);
  if (able.length < 2) return null;
  if (isOpen) return <Choice entries={able} onEnd={() => setOpen(false)} />;
  return (
    <Button className="mt-2" onClick={() => setOpen(true)}>
      Save several as one
    </Button>
  );
}

interface ChoiceProps {
  readonly entries: readonly RecordingEntry[];
  readonly onEnd: () => void;
}

function Choice({ entries, onEnd }: ChoiceProps): ReactElement {
  const model = useModel();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(entries.filter(({ isWritten }) => isWritten).map(({ id }) => id)),
  );
  const those = entries.filter(({ id }) => chosen.has(id));
  const toggle = (id: string): void =>
    setChosen((before) => new Set(before.has(id) ? [...before].filter((each) => each !== id) : [...before, id]));
  return (
    <fieldset className="mt-2 rounded border border-line bg-panel px-3 py-2">
      <legend className="px-1 font-medium">Save several as one</legend>
      <p className="max-w-prose text-[13px] text-muted">
        One file with all of them up to now, in the order in which it was seen; each node keeps its own clocks.
      </p>
      <ul className="my-2 flex flex-col gap-1">
        {entries.map((entry) => (
          <li key={entry.id}>
            <label className="flex flex-wrap items-center gap-x-2">
              <input type="checkbox" checked={chosen.has(entry.id)} onChange={() => toggle(entry.id)} />
              <span className="font-medium wrap-anywhere">{entry.targets.join(', ')}</span>
              <span className="text-[13px] text-muted">{recordingFacts(entry)}</span>
            </label>
          </li>
        ))}
      </ul>
      {those.length < 2 ? (
        <span className="flex items-center gap-2">
          <span className="text-[13px]">Choose at least two.</span>
          <Button onClick={onEnd}>Cancel</Button>
        </span>
      ) : (
        <NameForm
          name={nameForSeveral(those)}
          onName={(name) =>
            void model.hosted.save(
              those.map(({ id }) => id),
              name,
            )
          }
          onEnd={onEnd}
          isQuiet
        />
      )}
    </fieldset>
  );
}
