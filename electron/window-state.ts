// Where the window was, and whether it may be put there again: displays come and go, and a window must be reachable.
import type { Rectangle } from 'electron';
import { z } from 'zod';

const size = z.number().int().min(1).max(100_000);
const place = z.number().int().min(-100_000).max(100_000);
const windowState = z.strictObject({ x: place, y: place, width: size, height: size, isMaximized: z.boolean() });

/** In pixels of the screen, before scaling, as Electron counts them. */
export type WindowState = z.infer<typeof windowState>;

export interface Placement {
  readonly width: number;
  readonly height: number;
  /** Undefined leaves the place to the system. */
  readonly at: { readonly x: number; readonly y: number } | undefined;
  readonly isMaximized: boolean;
}

/** The page is made to hold at this size. */
export const SMALLEST = { width: 900, height: 600 };
const FIRST = { width: 1280, height: 800 };
/** So much of the title bar must be on a display that a hand can take it. */
const GRIP = { width: 120, height: 24 };

/** Undefined when the text is not a state: of another version, torn, or written by somebody else. */
export function readWindowState(text: string | undefined): WindowState | undefined {
  if (text === undefined) return undefined;
  try {
    return windowState.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `areas` are the displays without their bars, the main one first; empty when the system does not tell. */
export function placementOf(state: WindowState | undefined, areas: readonly Rectangle[]): Placement {
  const area = areas.find((each) => state !== undefined && hasGrip(each, state)) ?? areas[0];
  const wanted = state ?? FIRST;
  const width = fitted(wanted.width, SMALLEST.width, area?.width);
  const height = fitted(wanted.height, SMALLEST.height, area?.height);
  const isThere = state !== undefined && area !== undefined && hasGrip(area, state);
  return {
    width,
    height,
    at: isThere ? { x: state.x, y: state.y } : undefined,
    isMaximized: state?.isMaximized ?? false,
  };
}

/** On a display smaller than the smallest window the display wins. */
function fitted(wanted: number, smallest: number, room: number | undefined): number {
  return Math.min(Math.max(wanted, smallest), room ?? Number.POSITIVE_INFINITY);
}

function hasGrip(area: Rectangle, window: Rectangle): boolean {
  const overlap = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const isTopOnIt = window.y >= area.y && window.y + GRIP.height <= area.y + area.height;
  return overlap >= GRIP.width && isTopOnIt;
}
