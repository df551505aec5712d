// Every command in one list: type a part of its name, Enter runs it.
import { Dialog } from 'radix-ui';
import { useId, useState, type KeyboardEvent, type ReactElement } from 'react';
import { closeOnEscape } from '../components/escape-key.ts';
import { KeyHint } from '../components/key-hint.tsx';
import { COMMANDS, type Command, type CommandContext } from './command.ts';

export interface CommandPaletteProps {
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
  readonly context: CommandContext;
}

export function CommandPalette({ isOpen, onOpen, context }: CommandPaletteProps): ReactElement {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 bg-black/30" />
        <Dialog.Content
          aria-describedby={undefined}
          onKeyDown={closeOnEscape(() => onOpen(false))}
          className="fixed top-[12vh] left-1/2 w-[520px] max-w-[92vw] -translate-x-1/2 rounded-lg border border-line-strong bg-raised shadow-xl"
        >
          <Dialog.Title className="sr-only">Commands</Dialog.Title>
          <Choices context={context} onDone={() => onOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Choices({ context, onDone }: { readonly context: CommandContext; readonly onDone: () => void }): ReactElement {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const state = context.model.store.get();
  const words = typed.toLowerCase().split(/\s+/);
  const found = COMMANDS.filter(
    (each) =>
      each.id !== 'open-palette' &&
      each.canRun(state) &&
      words.every((word) => each.title.toLowerCase().includes(word)),
  );
  const active = found[Math.min(at, found.length - 1)];
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onDone();
    // The dialog gives the focus back first; a command may want it elsewhere.
    setTimeout(() => command.run(context));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter') run(active);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        role="combobox"
        aria-label="Find a command"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={active === undefined ? undefined : `${id}-${active.id}`}
        autoComplete="off"
        spellCheck={false}
        placeholder="Find a command"
        className="h-11 w-full rounded-t-lg border-b border-line bg-transparent px-4 outline-none"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Commands" className="max-h-[50vh] overflow-y-auto p-1">
        {found.map((command) => (
          <div
            key={command.id}
            id={`${id}-${command.id}`}
            role="option"
            aria-selected={command === active}
            className="flex cursor-pointer items-center justify-between rounded px-3 py-1.5 aria-selected:bg-sunken"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => run(command)}
          >
            {command.title}
            {command.key === '' ? null : <KeyHint keys={command.key} />}
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className="px-4 pb-3 text-muted">No command has these words in its name.</p> : null}
    </>
  );
}
