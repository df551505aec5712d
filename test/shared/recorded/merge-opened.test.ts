// Several recordings as one: nothing lost, nothing twice, in the order in which it was seen, each node by itself.
import { expect, it } from 'vitest';
import type { MarkSeen, Observation } from '../../../shared/model/observation.ts';
import { openText } from '../../../shared/recording/open-text.ts';
import { RecordingEncoder } from '../../../shared/recording/encoder.ts';
import { mergeOpened, type MergedRecordings } from '../../../shared/recorded/merge-opened.ts';
import { FIRST_LOOK_MS, look } from '../../kit/observed.ts';
import { RECORDING_HEADER } from '../../kit/recording-header.ts';
import { ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';

interface File {
  readonly target: string;
  readonly startedMs: number;
  readonly seen: readonly Observation[];
  readonly node?: string;
  /** What the file has after its last whole line. */
  readonly torn?: string;
}

function opener({ target, startedMs, seen, node = 'n1', torn = '' }: File): () => ReturnType<typeof openText> {
  const encoder = new RecordingEncoder();
  const lines = seen.map((each) => encoder.line({ ...each, node }));
  const text = [encoder.header({ ...RECORDING_HEADER, startedMs, nodes: [{ node, target }] }), ...lines, torn].join('');
  return async () => await openText(pieces(text));
}

async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 1_000) yield text.slice(at, at + 1_000);
}

async function merged(...files: readonly File[]): Promise<MergedRecordings & { seen: Observation[] }> {
  const whole = await mergeOpened(files.map(opener), '9.9.9');
  const seen: Observation[] = [];
  for await (const each of whole.observations()) seen.push(each);
  return { ...whole, seen };
}

const mark = (atMs: number, text: string): MarkSeen => ({ kind: 'mark', node: 'n1', atMs, text, source: 'script' });
const looks = (text: string, from: number, count: number, shiftMs = 0): Observation[] =>
  Array.from({ length: count }, (_, at) =>
    look(text, { step: from + at, atMs: FIRST_LOOK_MS + (from + at) * 2_000 + shiftMs }),
  ).flat();
const times = (seen: readonly Observation[]): number[] => seen.map(({ atMs }) => atMs);

it('puts two nodes side by side in the order of time, under names of their own', async () => {
  const one = looks(ASLEEP_CLEAN, 0, 5);
  const other = looks(TWO_ENGINES_ONE_LEAKS, 0, 5, 700);
  const { header, seen } = await merged(
    { target: 'gpu-02', startedMs: FIRST_LOOK_MS - 50, seen: other },
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS - 90, seen: one },
  );
  expect(header).toMatchObject({ startedMs: FIRST_LOOK_MS - 90, appVersion: '9.9.9', redaction: 'none' });
  expect(header.nodes).toEqual([
    { node: 'n1', target: 'gpu-01' },
    { node: 'n2', target: 'gpu-02' },
  ]);
  expect(times(seen)).toEqual(times([...one, ...other]).toSorted((left, right) => left - right));
  expect(seen.filter(({ node }) => node === 'n1')).toEqual(one);
  expect(seen.filter(({ node }) => node === 'n2')).toEqual(other.map((each) => ({ ...each, node: 'n2' })));
});

it('makes one node of files that follow each other, without what the later one says again', async () => {
  const first = [...looks(ASLEEP_CLEAN, 0, 4), mark(FIRST_LOOK_MS + 6_500, 'released')];
  const second = looks(ASLEEP_CLEAN, 4, 4);
  const again = first.slice(-3);
  const { header, seen } = await merged(
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS + 7_000, seen: [...again, ...second] },
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS - 90, seen: first },
  );
  expect(header.nodes).toEqual([{ node: 'n1', target: 'gpu-01' }]);
  expect(seen).toEqual([...first, ...second]);
});

it('keeps what the later file alone knows of the time before it', async () => {
  const early = mark(FIRST_LOOK_MS - 60_000, 'begun');
  const missed = mark(FIRST_LOOK_MS + 6_800, 'seen while no file was open');
  const { seen } = await merged(
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS - 90, seen: looks(ASLEEP_CLEAN, 0, 3) },
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS + 7_000, seen: [missed, ...looks(ASLEEP_CLEAN, 4, 2)] },
    { target: 'gpu-09', startedMs: FIRST_LOOK_MS, seen: [early, ...looks(ASLEEP_CLEAN, 0, 1)] },
  );
  expect(seen.flatMap((each) => (each.kind === 'mark' ? [each.text] : []))).toEqual([early.text, missed.text]);
});

it('takes files of one target that overlap for two nodes: two hosts watched it', async () => {
  const one = looks(ASLEEP_CLEAN, 0, 6);
  const other = looks(ASLEEP_CLEAN, 2, 6, 300);
  const { header, seen } = await merged(
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS - 90, seen: one },
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS + 4_100, seen: other },
  );
  expect(header.nodes.map(({ target }) => target)).toEqual(['gpu-01', 'gpu-01']);
  expect(seen).toHaveLength(one.length + other.length);
});

it('keeps a mark that is told late where its file has it, and takes no other clock for an overlap', async () => {
  const late = mark(FIRST_LOOK_MS + 100, 'from a log');
  const ahead = mark(FIRST_LOOK_MS + 7_900, 'by a script');
  const first = [...looks(ASLEEP_CLEAN, 0, 4), late, ahead];
  const { header, seen } = await merged(
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS - 90, seen: first },
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS + 7_000, seen: looks(ASLEEP_CLEAN, 4, 2) },
  );
  expect(header.nodes).toHaveLength(1);
  expect(seen.slice(0, first.length)).toEqual(first);
});

it('takes what can be read of a file that is torn', async () => {
  const { seen } = await merged(
    { target: 'gpu-01', startedMs: FIRST_LOOK_MS - 90, seen: looks(ASLEEP_CLEAN, 0, 2), torn: '{"kind":"fra' },
    { target: 'gpu-02', startedMs: FIRST_LOOK_MS - 90, seen: looks(ASLEEP_CLEAN, 0, 2), node: 'n4' },
  );
  expect(seen).toHaveLength(8);
});
