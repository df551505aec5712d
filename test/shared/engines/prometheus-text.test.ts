// The Prometheus text format as engines write it, and lines that only look like it.
import { describe, expect, it } from 'vitest';
import { readPrometheus } from '../../../shared/engines/prometheus-text.ts';

function read(text: string) {
  const { samples, badLines, foreignLines } = readPrometheus(text, new Set(['vllm:a']));
  return { samples: samples.map(({ labels, value }) => [Object.fromEntries(labels), value]), badLines, foreignLines };
}

describe('a page', () => {
  it('gives the chosen metrics only, in their order', () => {
    const page = [
      '# HELP vllm:a Says "something" {odd}.',
      '# TYPE vllm:a gauge',
      'vllm:a{engine="0",model_name="m"} 1.0',
      'vllm:a_total{engine="0"} 7',
      'other 3',
      '',
      'vllm:a{engine="1",model_name="m"} 0.0',
      '# EOF',
    ].join('\n');
    expect(read(page)).toEqual({
      samples: [
        [{ engine: '0', model_name: 'm' }, 1],
        [{ engine: '1', model_name: 'm' }, 0],
      ],
      badLines: 0,
      foreignLines: 0,
    });
    expect(readPrometheus(page, new Set(['other'])).samples).toEqual([{ name: 'other', labels: new Map(), value: 3 }]);
  });

  it('may be empty, have CRLF, and not end with a line feed', () => {
    expect(read('')).toEqual({ samples: [], badLines: 0, foreignLines: 0 });
    expect(read('vllm:a{b="c"} 1\r\nvllm:a 2\r\n').samples).toEqual([
      [{ b: 'c' }, 1],
      [{}, 2],
    ]);
  });
});

describe('a sample', () => {
  it.each([
    ['vllm:a 5', {}, 5],
    ['vllm:a{} 5', {}, 5],
    ['vllm:a\t5', {}, 5],
    ['vllm:a {b="c"} 5', { b: 'c' }, 5],
    ['vllm:a{b="c",} 5', { b: 'c' }, 5],
    ['vllm:a{ b = "c" , d="e" } 5', { b: 'c', d: 'e' }, 5],
    ['vllm:a{b="c"} 5 1700000000000', { b: 'c' }, 5],
    ['vllm:a{b="c"}5', { b: 'c' }, 5],
    [String.raw`vllm:a{b="say \"hi\"\\\n}"} 5`, { b: 'say "hi"\\\n}' }, 5],
    ['vllm:a{b="a,b} 7"} 5', { b: 'a,b} 7' }, 5],
    ['vllm:a{b=""} 5', { b: '' }, 5],
    ['vllm:a -1.5e3', {}, -1500],
    ['vllm:a +Inf', {}, Number.POSITIVE_INFINITY],
    ['vllm:a -Inf', {}, Number.NEGATIVE_INFINITY],
    ['vllm:a NaN', {}, Number.NaN],
  ])('%s', (line, labels, value) => {
    expect(read(line)).toEqual({ samples: [[labels, value]], badLines: 0, foreignLines: 0 });
  });

  it.each([
    'vllm:a{b="c} 5',
    'vllm:a{b="c" 5',
    'vllm:a{b=c} 5',
    'vllm:a{="c"} 5',
    'vllm:a{b="c" d="e"} 5',
    'vllm:a{,} 5',
    'vllm:a{b="c",b="d"} 5',
    String.raw`vllm:a{b="\t"} 5`,
    'vllm:a{b="c\\',
    'vllm:a{b="c"}',
    'vllm:a ',
    'vllm:a five',
    'vllm:a 0x10',
    'vllm:a 1_000',
    'vllm:a 5 later',
    'vllm:a 5 1 2',
  ])('is bad: %s', (line) => {
    expect(read(line)).toEqual({ samples: [], badLines: 1, foreignLines: 0 });
  });

  it.each([
    '{"json":1}',
    '<html>',
    '9a 5',
    'a-b 5',
    'vllm:a',
    '-',
    'Not Found',
    'other_metric{a="b"',
    'Error 404: none',
  ])('is none: %s', (line) => {
    expect(read(line)).toEqual({ samples: [], badLines: 0, foreignLines: 1 });
  });
});

it('reads five megabytes quickly, also as one line', () => {
  const begin = performance.now();
  expect(read('vllm:b{le="0.5",model_name="m"} 12\n'.repeat(150_000)).foreignLines).toBe(0);
  expect(read(`vllm:a{b="${'x'.repeat(60_000)}"} 1`).samples).toHaveLength(1);
  expect(read(`vllm:a{b="${'x'.repeat(5_000_000)}"} 1`).badLines).toBe(1);
  expect(read(`vllm:a{${'b'.repeat(5_000_000)}`).badLines).toBe(1);
  expect(read(`vllm:a ${' '.repeat(2_000_000)}x y z`).badLines).toBe(1);
  expect(performance.now() - begin).toBeLessThan(5000);
});
