// Figures part by part, by hand: places of bars, the words of every number, unknown ones striped and said.
import { describe, expect, it } from 'vitest';
import { fromMiB } from '../../../../shared/base/units.ts';
import { compareFigure } from '../../../../shared/evidence/figures/compare-figure.ts';
import { cycleFigure } from '../../../../shared/evidence/figures/cycle-figure.ts';
import { DEFAULT_FIGURE_STYLE, type FigureStyle } from '../../../../shared/evidence/figures/figure.ts';
import { ledgerFigure, type LedgerGpu } from '../../../../shared/evidence/figures/ledger-figure.ts';
import { pairFigure } from '../../../../shared/evidence/figures/pair-figure.ts';
import { sizeScale } from '../../../../shared/evidence/figures/size-scale.ts';
import { fitted, wrapped, xmlText } from '../../../../shared/evidence/figures/svg.ts';
import { timeTicks } from '../../../../shared/evidence/figures/time-ticks.ts';
import { drawnAll, node, samplesOf } from './figure-samples.ts';

const FRAME = { title: 'T', notes: [], isDemo: false };
const STYLE = DEFAULT_FIGURE_STYLE;
const mib = (value: number) => ({ known: true, value: fromMiB(value) }) as const;
const silent = { known: false, why: 'the driver is silent' } as const;

/** All words of a figure, in the order in which they stand in it. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');
}

/** `x width` of the bars of one colour. */
function bars(svg: string, fill: string): string[] {
  const found = svg.matchAll(/<rect x="([^"]*)" y="[^"]*" width="([^"]*)" height="[^"]*" fill="([^"]*)"/g);
  return [...found].flatMap(([, x, width, colour]) => (colour === fill ? [`${x} ${width}`] : []));
}

const ENGINE = '#0072b2';

describe('the ledger as a figure', () => {
  // 81,920 MiB are the first round size above 81,559, on 888 pixels from 16 on.
  const gpu: LedgerGpu = {
    gpu: '3B:00.0',
    device: 'H100',
    used: mib(2_048),
    total: mib(81_559),
    parts: [
      {
        class: 'engine',
        label: 'sglang :30000',
        size: mib(8_192),
        from: fromMiB(0),
        to: fromMiB(8_192),
        drawn: 'measured',
      },
      {
        class: 'unattributed',
        label: '',
        size: mib(-6_144),
        from: fromMiB(2_048),
        to: fromMiB(8_192),
        drawn: 'negative',
      },
      { class: 'free', label: '', size: silent, from: fromMiB(2_048), to: fromMiB(81_559), drawn: 'unknown' },
    ],
    accounted: [],
    limits: [{ at: fromMiB(3_072), limit: fromMiB(3_072) }],
  };
  const svg = ledgerFigure({ ...FRAME, gpus: [gpu] }, STYLE);

  it('gives each part its width in bytes, and draws a negative rest backwards as an outline', () => {
    expect(bars(svg, ENGINE)[0]).toBe('16 88.8');
    expect(svg).toContain('<rect x="38.2" y="60" width="66.6" height="20" fill="none" stroke="#b3261e"');
  });

  it('stripes what is unknown, and says every number and every reason in words', () => {
    expect(bars(svg, 'url(#hatch-ledger)')[0]).toBe('38.2 861.89');
    expect(textsOf(svg)).toContain('unknown');
    const all = textsOf(svg).join(' ');
    expect(all).toContain(
      'engine sglang :30000 8,192 MiB · no process −6,144 MiB · free unknown: the driver is silent',
    );
    expect(svg).toContain(
      '<desc>3B:00.0: used 2,048 MiB of 81,559 MiB; engine sglang :30000 8,192 MiB, no process −6,144 MiB, free unknown: the driver is silent.</desc>',
    );
    expect(textsOf(svg)).toContain('limit 3,072 MiB');
  });

  it('says that an engine reported nothing, and not that it accounts for nothing', () => {
    const accounted = [{ name: 'sglang :30000', parts: [], why: 'only rank 0 reports', gap: undefined, within: false }];
    expect(textsOf(ledgerFigure({ ...FRAME, gpus: [{ ...gpu, accounted }] }, STYLE))).toContain(
      'sglang :30000, accounting not reported here: only rank 0 reports',
    );
  });

  it('says so when there is no GPU', () => {
    expect(textsOf(ledgerFigure({ ...FRAME, gpus: [] }, STYLE))).toEqual(['T', 'No GPU was read.']);
  });
});

describe('the pair as a figure', () => {
  const gpus = [
    {
      gpu: '3B:00.0',
      resident: mib(8_192),
      awake: mib(65_536),
      accounted: mib(16_384),
      gap: fromMiB(-8_192),
      within: false,
    },
    { gpu: '41:00.0', resident: silent, awake: undefined, accounted: undefined, gap: undefined, within: false },
  ];
  const figure = { ...FRAME, engines: [{ name: 'sglang :30000', title: 'python', gpus }] };

  it('draws bars on one scale with their words, and the gap with its sign', () => {
    const svg = pairFigure(figure, STYLE);
    // 65,536 MiB on 590 pixels from 104 on.
    expect(bars(svg, ENGINE)).toEqual(['104 73.75', '104 590']);
    expect(textsOf(svg).filter((text) => /MiB [a-z]|gap|unknown/.test(text))).toEqual([
      '8,192 MiB resident now',
      '65,536 MiB when last awake',
      '16,384 MiB accounted',
      'gap −8,192 MiB',
      'unknown: the driver is silent (resident now)',
    ]);
  });

  it('writes GiB with as many digits as asked for', () => {
    const style: FigureStyle = { ...STYLE, unit: 'GiB', digits: 1 };
    expect(textsOf(pairFigure(figure, style))).toContain('8.0 GiB resident now');
    expect(textsOf(pairFigure(figure, style))).toContain('gap −8.0 GiB');
  });
});

it('draws a comparison around zero with the words of both directions, unknown ones first', () => {
  const rows = [
    { name: 'a', delta: silent, change: 'unknown', isNoise: false },
    { name: 'b', delta: mib(-8_192), change: 'freed', isNoise: false },
    { name: 'c', delta: mib(4_096), change: 'grown', isNoise: false },
    { name: 'd', delta: mib(1), change: 'same', isNoise: true },
  ];
  const svg = compareFigure({ ...FRAME, rows, noise: fromMiB(8) }, STYLE);
  // Zero in the middle of 664 pixels from 216 on; 8,192 MiB to each side.
  expect(bars(svg, ENGINE)).toEqual(['216 332']);
  expect(bars(svg, '#d55e00')).toEqual(['548 166']);
  expect(textsOf(svg)).toEqual(
    expect.arrayContaining([
      '← freed',
      'grown →',
      'freed 8,192 MiB',
      'grown 4,096 MiB',
      'unknown: the driver is silent',
    ]),
  );
  expect(textsOf(svg)).toContain('Not drawn: 1 within the noise of 8 MiB.');
});

it('draws a bar for each cycle, stripes for one without a residual, the drift and the limit', () => {
  const residuals = [mib(1_024), silent, mib(1_536), mib(2_048)];
  const cycles = residuals.map((residual, at) => ({ number: at + 1, residual, isRestarted: at === 3 }));
  const series = [{ name: 'sglang :30000', cycles, slope: 1024 * 1024 * 340, drift: 'growing' }];
  const svg = cycleFigure({ ...FRAME, series, limit: fromMiB(3_072) }, STYLE);
  const heights = [...svg.matchAll(/width="64" height="([^"]*)" fill="([^"]*)"/g)].map(
    ([, height, fill]) => `${height} ${fill}`,
  );
  expect(heights).toEqual([`50 ${ENGINE}`, '150 url(#hatch-cycles)', `75 ${ENGINE}`, `100 ${ENGINE}`]);
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['1,024', 'unknown', 'restarted', 'limit 3,072 MiB']));
  expect(textsOf(svg)).toContain('4 cycles, residual 1,024 MiB to 2,048 MiB, growing; 1 unknown.');
  expect(svg).toContain('<polyline points=');
});

it('gives the same bytes again, keeps words as words, and says demo data in words and to a screen reader', () => {
  const frame = { title: 'T', notes: ['A note.'], isDemo: true };
  const [once, again] = [drawnAll(samplesOf(node(), frame), STYLE), drawnAll(samplesOf(node(), frame), STYLE)];
  expect(again).toEqual(once);
  for (const svg of Object.values(once)) {
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['Demo data: nothing here was measured.', 'A note.']));
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" role="img" width="960" [^>]*font-family="system-ui, &#39;Segoe UI/,
    );
    expect(svg).toMatch(/<desc>Demo data: nothing here was measured\. /);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|<style|<script/);
  }
});

it('shows what would be markup or invisible as what it is', () => {
  expect(xmlText('<a b="c">&\'\u001B[0m\u202E\uD800\uFFFE')).toBe(
    '&lt;a b=&quot;c&quot;&gt;&amp;&#39;\\x1B[0m\\u202E\\uD800\\uFFFE',
  );
  expect(xmlText('\u{1F600}')).toBe('\u{1F600}');
});

it('fits words to a width, from the middle and by lines', () => {
  expect(fitted('python -m sglang --port 30000', 10, 85)).toBe('python -m…30000');
  expect(wrapped('one two three', 10, 45)).toEqual(['one two', 'three']);
});

it('has round ticks in MiB and in GiB, also below zero, and for no span at all', () => {
  const at = { begin: 0, end: 100 };
  const texts = (from: number, to: number, unit: 'MiB' | 'GiB') =>
    sizeScale({ from: fromMiB(from), to: fromMiB(to) }, at, unit).ticks.map(({ text }) => text);
  expect(texts(0, 3_072, 'GiB')).toEqual(['0', '0.5', '1', '1.5', '2', '2.5', '3']);
  expect(texts(-1_000, 1_000, 'MiB')).toEqual(['−1,024', '−512', '0', '512', '1,024']);
  expect(texts(0, 0, 'MiB').at(0)).toBe('0');
  expect(timeTicks(32_000).map(({ text }) => text)).toEqual(['0 s', '5 s', '10 s', '15 s', '20 s', '25 s', '30 s']);
  expect(timeTicks(0)).toEqual([{ ms: 0, text: '0 s' }]);
});
