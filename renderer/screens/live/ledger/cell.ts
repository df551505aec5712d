// What all segments share: which one has the focus, which one's card is open, and what keys and pointer do.
import { createContext, type FocusEvent, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react';
import { spoken, type CardTarget } from './card-target.ts';

export interface Cells {
  /** The one that Tab reaches. */
  readonly active: string;
  readonly chosen: (target: CardTarget) => boolean;
  readonly onChoose: (target: CardTarget) => void;
  readonly onRaw: (target: CardTarget) => void;
  readonly onFocus: (target: CardTarget, element: HTMLElement) => void;
  readonly onBlur: () => void;
  readonly onEnter: (target: CardTarget, element: HTMLElement) => void;
  readonly onLeave: () => void;
}

const NOBODY: Cells = {
  active: '',
  chosen: () => false,
  onChoose: () => undefined,
  onRaw: () => undefined,
  onFocus: () => undefined,
  onBlur: () => undefined,
  onEnter: () => undefined,
  onLeave: () => undefined,
};

export const CellContext = createContext<Cells>(NOBODY);

export interface CellProps {
  readonly 'data-cell': string;
  readonly tabIndex: number;
  readonly 'aria-label': string;
  readonly 'aria-pressed': boolean;
  readonly onClick: (event: MouseEvent<HTMLElement>) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onFocus: (event: FocusEvent<HTMLElement>) => void;
  readonly onBlur: () => void;
  readonly onPointerEnter: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerLeave: () => void;
}

/** Of the button that stands for a segment. */
export function cellProps(target: CardTarget, cells: Cells): CellProps {
  return {
    'data-cell': target.cell,
    tabIndex: target.cell === cells.active ? 0 : -1,
    'aria-label': spoken(target),
    'aria-pressed': cells.chosen(target),
    onClick: () => cells.onChoose(target),
    onKeyDown: (event) => {
      if (event.key !== 'Enter' || !event.shiftKey) return;
      event.preventDefault();
      cells.onRaw(target);
    },
    onFocus: ({ currentTarget }) => cells.onFocus(target, currentTarget),
    onBlur: cells.onBlur,
    onPointerEnter: ({ currentTarget }) => cells.onEnter(target, currentTarget),
    onPointerLeave: cells.onLeave,
  };
}

/** Where an arrow key leads: along one GPU, or to the same place of the next one. undefined for other keys. */
export function nextCell(root: HTMLElement, from: string, key: string): HTMLElement | undefined {
  const rows = [...root.querySelectorAll<HTMLElement>('[data-bus]')].map((bus) => [
    ...bus.querySelectorAll<HTMLElement>('[data-cell]'),
  ]);
  const line = rows.findIndex((cells) => cells.some((cell) => cell.dataset['cell'] === from));
  const cells = rows[line];
  if (cells === undefined) return undefined;
  const at = cells.findIndex((cell) => cell.dataset['cell'] === from);
  switch (key) {
    case 'ArrowRight':
      return cells[at + 1];
    case 'ArrowLeft':
      return cells[at - 1];
    case 'Home':
      return cells[0];
    case 'End':
      return cells.at(-1);
    case 'ArrowDown':
    case 'ArrowUp': {
      const other = rows[line + (key === 'ArrowDown' ? 1 : -1)];
      const kind = cells[at]?.dataset['class'];
      return other?.find((cell) => cell.dataset['class'] === kind) ?? other?.[0];
    }
    default:
      return undefined;
  }
}
