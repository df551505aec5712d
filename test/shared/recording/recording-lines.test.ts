// A recording gives back what was observed, to the byte, from any prefix, and says what it could not read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountingObservation } from '../../../shared/model/accounting.ts';
import type { FrameSeen, Observation } from '../../../shared/model/observation.ts';
import { readHeader, RecordingDecoder, type LineProblem } from '../../../shared/recording/decoder.ts';
import { RecordingEncoder, WHOLE_EVERY } from '../../../shared/recording/encoder.ts';
import { applyDelta, frameDelta, type DeltaPart } from '../../../shared/recording/frame-delta.ts';
import { askedFrom, tookFrom } from '../../../shared/recording/frame-times.ts';
import { asAsked } from '../../kit/as-asked.ts';
import { bigNode } from '../../kit/big-node.ts';
import { look } from '../../kit/observed.ts';
import { RECORDING_HEADER } from '../../kit/recording-header.ts';
import { ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';

function written(observations: readonly Observation[]): string {
  const encoder = new RecordingEncoder();
  const lines = observations.map((seen) => encoder.line(seen));
  return [
    encoder.header(RECORDING_HEADER),
    ...lines,
    encoder.footer(1_769_860_900_000, observations.length, 'stopped'),
  ].join('');
}

function read(text: string): { observations: Observation[]; problems: LineProblem[]; ended: boolean } {
  const [first = '', ...rest] = text.split('\n');
  const opened = readHeader(first);
  if (!opened.ok) throw new Error(opened.text);
  const decoder = new RecordingDecoder(opened.format);
  const lines = rest.at(-1) === '' ? rest.slice(0, -1) : rest;
  const decoded = lines.map((line, at) => decoder.line(line, at + 2, at === lines.length - 1));
  return {
    observations: decoded.flatMap(({ observation }) => observation ?? []),
    problems: decoded.flatMap(({ problem }) => problem ?? []),
    ended: decoded.some(({ footer }) => footer !== undefined),
  };
}

const idle = (count: number): Observation[] =>
  Array.from({ length: count }, (_, step) => look(ASLEEP_CLEAN, { step })).flat();

const OTHERS: readonly Observation[] = [
  { kind: 'link', node: 'n1', atMs: 1, state: 'lost', text: 'The connection was lost.', code: 'lost', retryMs: 1_000 },
  { kind: 'step', node: 'n1', atMs: 2, step: 'tcp', state: 'ok', durationMs: 3.5, text: 'connected', next: '' },
  { kind: 'mark', node: 'n1', atMs: 3, text: 'released\n| "quoted"', source: 'hand' },
  { kind: 'told', node: 'n1', atMs: 4, rootPid: 4001, rootStartTicks: 671, state: null },
  {
    kind: 'accounting',
    node: 'n1',
    atMs: 5,
    answer: {
      rootPid: 4001,
      rootStartTicks: 671,
      endpoint: { host: '10.0.0.7', port: 30_000 },
      seen: {
        kind: 'answer',
        path: '/server_info',
        status: 200,
        receivedMs: 5,
        fields: { version: '0.5', internal_states: [{ memory_usage: { weight: -16.75, graph: null } }] },
        refused: [{ field: 'tp_size', was: 'text' }],
      },
    },
  },
];

it('gives back what was observed', () => {
  const observations = [...idle(5), ...OTHERS, ...look(TWO_ENGINES_ONE_LEAKS, { step: 6 })];
  expect(read(written(observations))).toEqual({ observations, problems: [], ended: true });
});

it.each([
  ['one GPU', bigNode(1)],
  ['eight GPUs', bigNode(8)],
])('writes an idle look at %s in less than 400 bytes, its whole frames among them', (_what, scenario) => {
  const count = 2 * (WHOLE_EVERY + 1);
  const looks = Array.from({ length: count }, (_, step) =>
    look(scenario, { step }).map((seen, at) => asAsked(seen, 2 * step + at)),
  ).flat();
  const text = written(looks);
  expect(read(text).observations).toEqual(looks);
  const lines = text.split('\n').slice(1, -2);
  expect(lines.filter((line) => line.startsWith('{"kind":"frame",'))).toHaveLength(4);
  expect(lines.reduce((sum, line) => sum + line.length + 1, 0) / count).toBeLessThan(400);
});

describe('times', () => {
  const tenths = fc.integer({ min: 0, max: 4e13 }).map((count) => count / 10);

  it('in tenths of a millisecond come back as they were', () => {
    fc.assert(
      fc.property(tenths, fc.integer({ min: 0, max: 6e7 }), (askedMs, took) => {
        const atMs = Math.round(askedMs * 10 + took) / 10;
        const tookMs = tookFrom({ askedMs, atMs });
        expect(String(tookMs)).toMatch(/^\d+(?:\.\d)?$/);
        expect(askedFrom(atMs, tookMs)).toBe(askedMs);
      }),
    );
  });

  it('of any other clock come back too, in a whole frame where they must', () => {
    const [sample, closing] = look(ASLEEP_CLEAN, { step: 1 });
    if (sample === undefined || closing === undefined) throw new Error('a look has two frames');
    const odd = [0.1 + 0.2, 1 / 3, Math.PI].map((part): FrameSeen => {
      return { ...sample, askedMs: sample.askedMs + part, atMs: sample.atMs + (part > 1 ? 0 : part * 2) };
    });
    const observations = [...idle(1), ...odd, closing];
    expect(read(written(observations))).toEqual({ observations, problems: [], ended: true });
  });
});

describe('an answer that says the same again', () => {
  const [, , , , heard] = OTHERS;
  if (heard?.kind !== 'accounting') throw new Error('the last of them is an answer');
  const again = (atMs: number, late = 0, change: Partial<AccountingObservation> = {}): Observation => {
    const answer = { ...heard.answer, ...change };
    return { ...heard, atMs, answer: { ...answer, seen: { ...answer.seen, receivedMs: atMs - late } } };
  };
  const kindsOf = (text: string): string[] =>
    text.split('\n', 7).map((line) => /^\{"kind":"([^"]*)"/.exec(line)?.[1] ?? '');

  it('is a short line, and any change of it is not', () => {
    const moved = { endpoint: { host: '10.0.0.8', port: 30_000 } };
    const observations = [heard, again(6), again(7, 0.4), again(8, 0, moved), again(9, 0, { rootPid: 5 })];
    const text = written(observations);
    expect(kindsOf(text).slice(1, 6)).toEqual(['accounting', 'accounting+', 'accounting+', 'accounting', 'accounting']);
    expect(text.split('\n')[2]?.length).toBeLessThan(130);
    expect(read(text)).toEqual({ observations, problems: [], ended: true });
  });

  it('is compared whole: two answers may have one check sum', () => {
    const { seen } = heard.answer;
    if (seen.kind !== 'answer') throw new Error('the engine answered');
    const weighing = (weight: number): AccountingObservation['seen'] => ({
      ...seen,
      fields: { version: '0.5', internal_states: [{ memory_usage: { weight, graph: null } }] },
    });
    // Found by trying: both are f070b1a0.
    const [one, other] = [413_524.41, 1_009_556.565].map((weight) => ({ seen: weighing(weight) }));
    const observations = [again(5, 0, one), again(6, 0, other), again(7, 0, other)];
    const text = written(observations);
    expect(kindsOf(text).slice(1, 4)).toEqual(['accounting', 'accounting', 'accounting+']);
    expect(text).toContain('"print":"f070b1a0"');
    expect(read(text).observations).toEqual(observations);
  });

  it('is not taken for an older one when the whole one is damaged', () => {
    const changed = { endpoint: null };
    const lines = written([heard, again(6, 0, changed), again(7, 0, changed), again(8)]).split('\n');
    const { observations, problems } = read(lines.with(2, '{"kind":"accounting"').join('\n'));
    expect(observations).toEqual([heard, again(8)]);
    expect(problems.map(({ line, text }) => [line, text.slice(0, 37)])).toEqual([
      [3, 'it is not JSON'],
      [4, 'the answer that it repeats is missing'],
    ]);
  });
});

it('writes a frame whole again now and then, and when it is fresh, carries facts or follows a gap', () => {
  const kinds = (observations: Observation[]): string[] =>
    written(observations)
      .split('\n')
      .slice(1, -2)
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
  const long = kinds(idle(WHOLE_EVERY + 3));
  expect(long.filter((kind) => kind === 'frame')).toHaveLength(4);
  const [sample, closing] = look(ASLEEP_CLEAN, { step: 1 });
  if (sample === undefined || closing === undefined) throw new Error('a look has two frames');
  for (const change of [{ fresh: true }, { carried: ['fact\tx'] }, { skipped: 2 }]) {
    expect(kinds([...idle(1), { ...sample, ...change }, closing])).toEqual(['frame', 'frame', 'frame', 'frame+']);
  }
});

describe('a file that was cut', () => {
  const observations = idle(6);
  const text = written(observations);

  it('is read up to the cut, wherever it is', () => {
    for (let cut = text.indexOf('\n') + 1; cut < text.length; cut += 37) {
      const { observations: seen, problems } = read(text.slice(0, cut));
      expect(seen).toEqual(observations.slice(0, seen.length));
      // Only the last line can be torn, and then it is said.
      const isTorn = !text.slice(0, cut).endsWith('\n') && !isWholeLine(text.slice(0, cut));
      expect(problems).toHaveLength(isTorn ? 1 : 0);
    }
  });

  const isWholeLine = (prefix: string): boolean => {
    const last = prefix.slice(prefix.lastIndexOf('\n') + 1);
    return text.split('\n').includes(last);
  };

  it('shows nothing wrong after a damaged line, and goes on with the next whole frame', () => {
    const lines = written(idle(WHOLE_EVERY + 4)).split('\n');
    lines[5] = '{"kind":"frame+"';
    const { observations: seen, problems } = read(lines.join('\n'));
    const whole = idle(WHOLE_EVERY + 4);
    for (const one of seen) expect(whole).toContainEqual(one);
    expect(problems[0]).toEqual({ line: 6, text: 'it is not JSON' });
    expect(problems[1]?.text).toMatch(/missing or damaged/);
    expect(seen.at(-1)).toEqual(whole.at(-1));
  });
});

describe('a header', () => {
  const line = JSON.stringify(RECORDING_HEADER);

  it.each([
    ['a newer format', line.replace('"format":2', '"format":3'), /format 3.*up to format 2: use a newer Residuum/],
    ['another file', '{"version":1}', /no Residuum recording/],
    ['no JSON', 'PK\u0003\u0004', /no Residuum recording/],
    ['nothing', '', /no Residuum recording/],
    ['a damaged one', line.replace('"limitBytes":3221225472', '"limitBytes":-1'), /damaged/],
  ])('refuses %s in one sentence', (_what, text, why) => {
    const result = readHeader(text);
    expect(result.ok ? 'read' : result.text).toMatch(why);
  });
});

describe('a difference', () => {
  const line = fc.stringMatching(/^(proc|fact|call|)\t?[a-c\t]{0,6}$/);
  const frame = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));

  it('gives back the second of any two frames', () => {
    fc.assert(
      fc.property(frame, frame, (before, next) => {
        expect(applyDelta(before, frameDelta(before, next))).toBe(next);
      }),
    );
  });

  it.each<[DeltaPart]>([[3], [-3], [0], [[99, 'x', 0]], [[0, 'x', 99]], [[2, 'x', 2]], [[-1, 'x', 0]]])(
    'that does not fit gives nothing: %j',
    (part) => {
      expect(applyDelta('one\ntwo', [part])).toBeUndefined();
    },
  );
});
