// Asks for the name of a recording.
import { useState, type FormEvent, type ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { focusField } from '../../components/focus-field.ts';

export interface NameFormProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly onEnd: () => void;
  /** Does not take the focus: something else is being chosen. */
  readonly isQuiet?: boolean;
}

export function NameForm({ name, onName, onEnd, isQuiet = false }: NameFormProps): ReactElement {
  const [typed, setTyped] = useState(name);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed.trim() === '') return;
    onName(typed.trim());
    onEnd();
  };
  return (
    <form
      className="flex gap-2"
      onSubmit={submit}
      onKeyDown={(event) => (event.key === 'Escape' ? onEnd() : undefined)}
    >
      <input
        aria-label="Name of the recording"
        className="h-8 w-56 rounded border border-line-strong bg-panel px-2"
        value={typed}
        maxLength={120}
        ref={isQuiet ? undefined : focusField}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button weight="primary" type="submit">
        Save
      </Button>
      <Button onClick={onEnd}>Cancel</Button>
    </form>
  );
}
