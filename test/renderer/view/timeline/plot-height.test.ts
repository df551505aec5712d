// The plot of the timeline takes half of what a larger window has, and never less than it has in a small one.
import { expect, it } from 'vitest';
import { plotHeight } from '../../../../renderer/view/timeline/plot-height.ts';

it.each([
  [560, 128],
  [800, 128],
  [1000, 228],
  [1440, 320],
])('in a window of %i pixels it is %i high', (height, plot) => {
  expect(plotHeight(height)).toBe(plot);
});
