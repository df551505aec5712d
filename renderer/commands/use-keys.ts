// Listens to the keys of the page. Never while somebody types, never in a dialog, never with a key of the browser.
import { useEffect } from 'react';
import { NOTHING_SELECTED } from '../view/selection.ts';
import { COMMANDS, focusGpu, type CommandContext } from './command.ts';

export function useKeys(context: CommandContext): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (!event.defaultPrevented && handle(event, context)) event.preventDefault();
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, [context]);
}

/** True when the key meant something here. */
function handle(event: KeyboardEvent, context: CommandContext): boolean {
  const { key, shiftKey, ctrlKey, metaKey, altKey, target } = event;
  const { model } = context;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') {
    context.openPalette();
    return true;
  }
  if ((ctrlKey || metaKey) && shiftKey && !altKey && key.toLowerCase() === 'c') {
    context.copyTable();
    return true;
  }
  if (ctrlKey || metaKey || altKey || isTyping(target) || isInDialog(target)) return false;
  if (key === 'Escape') return escape(context);
  if (/^[1-9]$/.test(key)) {
    focusGpu(model, Number(key));
    return true;
  }
  // On a button the space bar presses it.
  if (key === ' ' && target instanceof Element && target.closest('button, a, summary, input') !== null) return false;
  const state = model.store.get();
  // The same key means one thing on one screen and another on the next; with Shift it may mean a third.
  const shifted = COMMANDS.find((each) => shiftKey && each.key === `Shift ${key.toUpperCase()}` && each.canRun(state));
  const command = shifted ?? COMMANDS.find((each) => isKey(each.key, key) && each.canRun(state));
  if (command === undefined) return false;
  command.run(context);
  return true;
}

function isKey(written: string, key: string): boolean {
  return written !== '' && written.toLowerCase() === (key === ' ' ? 'space' : key.toLowerCase());
}

/** From the innermost out: the drawer, the look that is held, the selection. */
function escape({ model }: CommandContext): boolean {
  const { raw, cursorMs, selection } = model.store.get();
  if (raw !== undefined) model.set({ raw: undefined });
  else if (cursorMs !== undefined) model.lookAt(undefined);
  else if (selection !== NOTHING_SELECTED) model.set({ selection: NOTHING_SELECTED });
  else return false;
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"]') !== null;
}
