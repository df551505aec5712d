// How high the plot of the timeline is: as low as a small window needs it, and higher where there is room.

/** CSS pixels. The verdicts of two engines stand above it, whole, also at 1280 by 800. */
const LEAST = 128;
const MOST = 320;
const SMALL_WINDOW = 800;

/** `windowHeight` and the answer in CSS pixels: half of what a window has above 800, the other half is for the verdicts. */
export function plotHeight(windowHeight: number): number {
  const more = Math.floor((windowHeight - SMALL_WINDOW) / 2);
  return more > 0 ? Math.min(LEAST + more, MOST) : LEAST;
}
