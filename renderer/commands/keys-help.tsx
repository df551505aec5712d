// All keys in one table.
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactElement } from 'react';
import { closeOnEscape } from '../components/escape-key.ts';
import { KeyHint } from '../components/key-hint.tsx';
import { COMMANDS } from './command.ts';

const OTHERS: readonly (readonly [string, string])[] = [
  ['1 … 9', 'Select that GPU, counted from the top; again lets it go'],
  ['Esc', 'Close the raw rows, follow live again, select nothing: one after the other'],
  ['Shift ← →', 'On the timeline: take a range, of which the numbers are shown; F zooms to it'],
  ['W S A D', 'On the timeline: zoom in and out, move back and forth'],
  ['Tab', 'From control to control'],
];

export function KeysHelp({
  isOpen,
  onOpen,
}: {
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}): ReactElement {
  const rows = [...COMMANDS.filter(({ key }) => key !== '').map(({ key, title }) => [key, title] as const), ...OTHERS];
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 bg-black/30" />
        <Dialog.Content
          aria-describedby={undefined}
          onKeyDown={closeOnEscape(() => onOpen(false))}
          className="fixed top-[10vh] left-1/2 max-h-[80vh] w-[520px] max-w-[92vw] -translate-x-1/2 overflow-y-auto rounded-lg border border-line-strong bg-raised p-5 shadow-xl"
        >
          <div className="flex items-center justify-between">
            <Dialog.Title className="text-lg font-semibold">Keys</Dialog.Title>
            <Dialog.Close aria-label="Close" className="rounded p-1 text-muted hover:bg-sunken">
              <X size={16} aria-hidden />
            </Dialog.Close>
          </div>
          <table className="mt-3 w-full text-left">
            <thead className="sr-only">
              <tr>
                <th scope="col">Key</th>
                <th scope="col">What it does</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([key, title]) => (
                <tr key={key} className="border-t border-line">
                  <td className="w-24 py-1.5 align-top">
                    <KeyHint keys={key} />
                  </td>
                  <td className="py-1.5">{title}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="mt-3 text-[13px] text-muted">On a Mac, Cmd stands for Ctrl. Keys do nothing while you type.</p>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
