// The colours of the timeline, read from the page's variables: a canvas knows no CSS.

/** Told apart with any colour vision as far as eight go; beyond, the readout names what the cursor is on. */
const LINES = [
  '--engine',
  '--orphan',
  '--trainer',
  '--process',
  '--unattributed',
  '--graph',
  '--gone',
  '--weight',
] as const;

export interface TimelineColours {
  readonly line: (at: number) => string;
  readonly text: string;
  readonly panel: string;
  readonly grid: string;
  readonly limit: string;
  readonly hatch: string;
  /** Lines across, for what is not known; plain where there is no canvas to draw them. */
  readonly hatching: CanvasPattern | string;
  readonly mark: string;
}

export function timelineColours(element: Element): TimelineColours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  // Asked for with each picture: a style that is read is worked out anew.
  const lines = LINES.map(read);
  const [grid, hatch] = [read('--line'), read('--hatch')];
  return {
    line: (at) => lines[at % lines.length] ?? read(LINES[0]),
    text: read('--muted'),
    panel: read('--panel'),
    grid,
    limit: read('--fail'),
    hatch,
    hatching: hatching(hatch) ?? grid,
    mark: read('--accent'),
  };
}

/** For a swatch beside a name. */
export function lineVariable(at: number): string {
  return `var(${LINES[at % LINES.length] ?? LINES[0]})`;
}

function hatching(colour: string): CanvasPattern | null {
  const size = 6 * devicePixelRatio;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  if (pen === null) return null;
  pen.strokeStyle = colour;
  pen.lineWidth = devicePixelRatio;
  pen.beginPath();
  pen.moveTo(0, size);
  pen.lineTo(size, 0);
  pen.stroke();
  return pen.createPattern(tile, 'repeat');
}
