// When the card of a segment is open: soon after the pointer rests on it, at once with the keyboard.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { OpenCard } from './target-card.tsx';

const OPEN_MS = 150;
/** Long enough to move the pointer from the segment to the card. */
const CLOSE_MS = 250;

export interface Card {
  readonly open: OpenCard | undefined;
  readonly openSoon: (card: OpenCard) => void;
  readonly openNow: (card: OpenCard) => void;
  readonly closeSoon: () => void;
  readonly closeNow: () => void;
  /** The focus left the segment: the card goes with it, or the next Escape would be the card's. Not under a pointer. */
  readonly letGo: () => void;
  /** The pointer is over the card itself. */
  readonly hold: (isOver: boolean) => void;
}

export function useCard(): Card {
  const [open, setOpen] = useState<OpenCard>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isHeld = useRef(false);
  const later = useCallback((card: OpenCard | undefined, ms: number): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(card), ms);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  const now = (card: OpenCard | undefined): void => {
    clearTimeout(timer.current);
    isHeld.current = false;
    setOpen(card);
  };
  return {
    open,
    openSoon: (card) => later(card, open === undefined ? OPEN_MS : OPEN_MS / 2),
    openNow: now,
    closeSoon: () => later(undefined, CLOSE_MS),
    closeNow: () => now(undefined),
    letGo: () => (isHeld.current ? undefined : now(undefined)),
    hold: (isOver) => {
      isHeld.current = isOver;
      if (isOver) clearTimeout(timer.current);
      else later(undefined, CLOSE_MS);
    },
  };
}
