// A window comes back where it was, and never where no hand can reach it.
import { describe, expect, it } from 'vitest';
import { placementOf, readWindowState } from '../../electron/window-state.ts';

const LAPTOP = { x: 0, y: 32, width: 1920, height: 1048 };
const LEFT_OF_IT = { x: -2560, y: 0, width: 2560, height: 1440 };
const HERE = { x: 100, y: 80, width: 1300, height: 900, isMaximized: false };

describe('what was kept', () => {
  it('is read as it was written', () => {
    expect(readWindowState(JSON.stringify(HERE))).toEqual(HERE);
  });

  it.each([
    undefined,
    '',
    'null',
    '[]',
    '{"x":1',
    JSON.stringify({ ...HERE, width: 0 }),
    JSON.stringify({ ...HERE, width: 1e9 }),
    JSON.stringify({ ...HERE, x: 1.5 }),
    JSON.stringify({ ...HERE, x: null }),
    JSON.stringify({ ...HERE, more: 1 }),
  ])('is nothing where it is %s', (text) => {
    expect(readWindowState(text)).toBeUndefined();
  });
});

describe('the place', () => {
  it('is left to the system the first time, with room for the page', () => {
    expect(placementOf(undefined, [LAPTOP])).toEqual({ width: 1280, height: 800, at: undefined, isMaximized: false });
  });

  it('is the old one while its display is there', () => {
    const away = { ...HERE, x: -2000, y: 100, isMaximized: true };
    const kept = { width: 1300, height: 900, at: { x: -2000, y: 100 }, isMaximized: true };
    expect(placementOf(away, [LAPTOP, LEFT_OF_IT])).toEqual(kept);
    expect(placementOf(away, [LAPTOP])).toEqual({ ...kept, at: undefined });
  });

  it.each([
    ['above the display', { x: 100, y: -500 }],
    ['below it', { x: 100, y: 1070 }],
    ['right of it, but for a few pixels', { x: 1900, y: 100 }],
    ['left of it', { x: -1299, y: 100 }],
  ])('is a new one when the title bar would be %s', (_where, at) => {
    expect(placementOf({ ...HERE, ...at }, [LAPTOP]).at).toBeUndefined();
  });

  it('stays when a part that can be taken is on the display', () => {
    expect(placementOf({ ...HERE, x: -1000 }, [LAPTOP]).at).toEqual({ x: -1000, y: 80 });
  });

  it('is never larger than the display, and never too small for the page unless the display is', () => {
    expect(placementOf({ ...HERE, width: 5000, height: 5000 }, [LAPTOP])).toMatchObject({ width: 1920, height: 1048 });
    expect(placementOf({ ...HERE, width: 10, height: 10 }, [LAPTOP])).toMatchObject({ width: 900, height: 600 });
    const phone = { x: 0, y: 0, width: 640, height: 480 };
    expect(placementOf(HERE, [phone])).toMatchObject({ width: 640, height: 480 });
  });

  it('is the kept size where the system tells of no display', () => {
    expect(placementOf(HERE, [])).toEqual({ width: 1300, height: 900, at: undefined, isMaximized: false });
  });
});
