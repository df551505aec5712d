// Where an engine was asked, and a field for where it answers instead: behind a container its own address is another.
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { readTypedAddress, type TypedAddress } from '../../../../shared/engines/typed-address.ts';
import { Button } from '../../../components/button.tsx';
import { focusField } from '../../../components/focus-field.ts';

export interface AskAtProps {
  /** Where it answered last; empty before. */
  readonly endpoint: string;
  /** null: where its command line and its sockets say. */
  readonly onAt: (address: TypedAddress | null) => void;
}

export function AskAt({ endpoint, onAt }: AskAtProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="flex flex-col gap-1.5 border-t border-line px-4 py-2 text-[12px]">
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="text-muted">
          {endpoint === '' ? 'It has not answered yet.' : `It answered at ${endpoint}, as seen from the node.`}
        </span>
        <button
          type="button"
          aria-expanded={isOpen}
          className="text-accent hover:underline"
          onClick={() => setOpen(!isOpen)}
        >
          Ask at another address
        </button>
      </p>
      {isOpen ? <AddressForm onAt={onAt} onEnd={() => setOpen(false)} /> : null}
    </div>
  );
}

interface AddressFormProps extends Pick<AskAtProps, 'onAt'> {
  readonly onEnd: () => void;
}

function AddressForm({ onAt, onEnd }: AddressFormProps): ReactElement {
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const address = readTypedAddress(typed.trim());
    setWrong(address === undefined);
    if (address === undefined) return;
    onAt(address);
    onEnd();
  };
  const found = (): void => {
    onAt(null);
    onEnd();
  };
  return (
    <form
      className="flex flex-col gap-1.5"
      onSubmit={submit}
      onKeyDown={(event) => (event.key === 'Escape' ? onEnd() : undefined)}
    >
      <div className="flex flex-wrap gap-2">
        <input
          aria-label="Address of this engine, as seen from the node"
          aria-describedby={id}
          aria-invalid={isWrong}
          placeholder="127.0.0.1:30000"
          autoComplete="off"
          spellCheck={false}
          className="h-8 w-48 rounded border border-line-strong bg-panel px-2 font-mono"
          value={typed}
          maxLength={270}
          ref={focusField}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button weight="primary" type="submit">
          Ask there
        </Button>
        <Button onClick={found}>Ask where it was found</Button>
      </div>
      <p id={id} role={isWrong ? 'alert' : undefined} className={isWrong ? 'text-fail' : 'text-muted'}>
        {isWrong
          ? 'Not an address. Type a host and a port, such as 127.0.0.1:30000 or [::1]:30000, without http://.'
          : 'Host and port as seen from the node. Residuum sends it HTTP GET of the same few paths, and its key if it has one.'}
      </p>
    </form>
  );
}
