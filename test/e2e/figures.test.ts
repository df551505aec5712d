// Figures in a real browser: well-formed XML, words that stay words, nothing that runs, and pictures to look at.
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FIGURE_STYLE } from '../../shared/evidence/figures/figure.ts';
import { drawnAll, node, samplesOf, type Samples } from '../shared/evidence/figures/figure-samples.ts';
import { picture, useBrowser } from './browser.ts';

const browser = useBrowser();

const HOSTILE = `</text><script>window.x = 1</script>]]>&amp; \u202Eevil\uD800 <!-- --> '`;

interface Parsed {
  readonly error: string;
  readonly title: string;
  readonly description: string;
  readonly texts: readonly string[];
  readonly elements: readonly string[];
}

function parsed(page: Page, svg: string): Promise<Parsed> {
  return page.evaluate(`(() => {
    const parsed = new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml');
    const said = (what) => parsed.querySelector(what)?.textContent ?? '';
    return {
      error: said('parsererror'),
      title: said('svg > title'),
      description: said('svg > desc'),
      texts: [...parsed.querySelectorAll('text')].map((each) => each.textContent),
      elements: [...new Set([...parsed.querySelectorAll('*')].map((each) => each.localName))].toSorted(),
    };
  })()`);
}

/** Every name that comes from a node is hostile. */
function named(samples: Samples): Samples {
  const { ledger, pair, timeline, compare, cycles } = samples;
  const gpus = ledger.gpus.map((gpu) => ({
    ...gpu,
    device: HOSTILE,
    parts: gpu.parts.map((part) => ({ ...part, label: HOSTILE })),
    accounted: gpu.accounted.map((each) => ({ ...each, name: HOSTILE })),
  }));
  const lines = timeline.timeline.lines.map((line) => ({ ...line, label: HOSTILE }));
  const marks = [
    { atMs: timeline.timeline.timesMs[0] ?? 0, text: HOSTILE, short: HOSTILE, source: 'hand', isInferred: false },
  ];
  return {
    ledger: { ...ledger, gpus },
    pair: { ...pair, engines: pair.engines.map((each) => ({ ...each, name: HOSTILE, title: HOSTILE })) },
    timeline: { ...timeline, timeline: { ...timeline.timeline, lines, marks } },
    compare: { ...compare, rows: compare.rows.map((row) => ({ ...row, name: HOSTILE })) },
    cycles: { ...cycles, series: cycles.series.map((each) => ({ ...each, name: HOSTILE })) },
  };
}

describe('a figure in a browser', () => {
  it('is well-formed and inert whatever a title holds, and says it in words', async () => {
    const page = await browser.page();
    const frame = { title: HOSTILE, notes: [HOSTILE], isDemo: true };
    for (const svg of Object.values(drawnAll(named(samplesOf(node(), frame)), DEFAULT_FIGURE_STYLE))) {
      const { error, title, description, texts, elements } = await parsed(page, svg);
      expect(error).toBe('');
      expect(title).toBe(HOSTILE.replace('\u202E', '\\u202E').replace('\uD800', '\\uD800'));
      expect(description).toContain('Demo data: nothing here was measured.');
      expect(texts).toContain('Demo data: nothing here was measured.');
      expect(elements.filter((each) => !DRAWS.has(each))).toEqual([]);
    }
  });

  it.each(['light', 'dark'] as const)('can be looked at, %s', async (theme) => {
    const page = await browser.page({ colorScheme: theme, width: 992, height: 640 });
    const frame = {
      title: 'What each GPU holds',
      notes: ['Sampled 2026-01-31T12:00:02Z, frame 0123456789ab.'],
      isDemo: true,
    };
    for (const [name, svg] of Object.entries(drawnAll(samplesOf(node(), frame), { ...DEFAULT_FIGURE_STYLE, theme }))) {
      await page.setContent(`<body style="margin:16px;background:${theme === 'dark' ? '#000' : '#888'}">${svg}</body>`);
      const { width, right }: { width: number; right: number } = await page.evaluate(`({
        width: document.querySelector('svg').getBoundingClientRect().right,
        right: Math.max(...[...document.querySelectorAll('text')].map((each) => each.getBoundingClientRect().right)),
      })`);
      expect(right).toBeLessThanOrEqual(width);
      await picture(page, `figure-${name}-${theme}`);
    }
  });
});

const DRAWS = new Set(['svg', 'title', 'desc', 'defs', 'pattern', 'path', 'rect', 'line', 'text', 'polyline']);
