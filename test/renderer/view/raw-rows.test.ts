// "Where this number comes from": exactly the lines that say a number, under the call that printed them.
import { expect, it } from 'vitest';
import { parseBusId, processKey, type BusId } from '../../../shared/model/ids.ts';
import type { NodeSession } from '../../../shared/session/node-session.ts';
import { rawText, rawView } from '../../../renderer/view/raw-rows.ts';
import type { RawMatch } from '../../../renderer/view/raw-request.ts';
import { folded, look } from '../../kit/observed.ts';
import { memory, said } from '../../kit/said.ts';
import { GONE_ROWS, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';
import { neverAnswers } from '../../shared/gates/small-nodes.ts';

const BUS = busOf('41:00.0');

function busOf(text: string): BusId {
  const bus = parseBusId(text);
  if (bus === undefined) throw new Error(`${text} is no bus`);
  return bus;
}

function viewOf(node: NodeSession, match: RawMatch) {
  if (node.moment === undefined) throw new Error('nothing was seen');
  return rawView({ title: 'a number', match }, node.moment);
}

/** Each source's question, then its lines with tabs as bars. */
function rows(node: NodeSession, match: RawMatch): string[] {
  return viewOf(node, match).sources.flatMap(({ asked, lines }) => [
    asked.replace(/ --format.*/, ''),
    ...lines.map(({ text }) => `  ${text.replaceAll('\t', ' | ')}`),
  ]);
}

const node = folded(...look(TWO_ENGINES_ONE_LEAKS));
const DEVICES = 'nvidia-smi --query-gpu=pci.bus_id,uuid,name,memory.total,memory.reserved,memory.used,memory.free';
const USAGE = 'nvidia-smi --query-compute-apps=gpu_bus_id,pid,used_memory';

it('shows the rows of a GPU in the sample and in the closing reading', () => {
  const shown = rows(node, { kind: 'device', bus: BUS });
  expect(shown.map((line) => line.replace(/GPU-[0-9a-f-]+/, 'UUID'))).toEqual([
    '/proc of the node',
    '  bus | 0000:41:00.0',
    DEVICES,
    '  out | 00000000:41:00.0, UUID, NVIDIA H100 80GB HBM3, 81559, 479, 61451, 19629',
    '/proc of the node',
    '  bus | 0000:41:00.0',
    DEVICES,
    '  out | 00000000:41:00.0, UUID, NVIDIA H100 80GB HBM3, 81559, 479, 61451, 19629',
  ]);
});

it('shows the rows of a process, of a bus, or of both', () => {
  const row = '  out | 00000000:41:00.0, 4029, 61440';
  expect(rows(node, { kind: 'usage', pid: 4029 })).toEqual([USAGE, row]);
  expect(rows(node, { kind: 'usage', bus: BUS })).toEqual([USAGE, row]);
  expect(rows(node, { kind: 'usage', bus: BUS, pid: 4008 })).toEqual([]);
  expect(viewOf(node, { kind: 'usage', bus: BUS, pid: 4008 }).notes).toEqual([
    'No line of this frame says it. What the driver was asked and what it answered is in the whole frame below.',
  ]);
});

it('says that the rows of a GPU are of every process there', () => {
  const gone = folded(...look(GONE_ROWS));
  const view = viewOf(gone, { kind: 'usage', bus: busOf('3B:00.0') });
  expect(view.sources.map(({ lines }) => lines.length)).toEqual([2]);
  expect(view.notes).toEqual([
    'These are the rows of every process on this GPU; a number of one engine is the sum of its own.',
  ]);
});

it('takes rows without a bus for rows of every bus', () => {
  const two = folded(...look(`${TWO_ENGINES_ONE_LEAKS}\nsmi refuse gpu_bus_id`));
  expect(rows(two, { kind: 'usage', bus: BUS, pid: 4029 })).toEqual([
    'nvidia-smi --query-compute-apps=pid,used_memory',
    '  out | 4029, 61440',
  ]);
});

it('shows what is known of a process, and where its command line came from', () => {
  const shown = rows(node, { kind: 'process', pid: 4029 });
  expect(shown.map((line) => line.split(' | ').slice(0, 2).join(' | '))).toEqual([
    '/proc of the node',
    '  proc | 4029',
    '  fact | 4029',
    '  env | 4029',
    '  holder | 4029',
    '  holder | 4029',
    '  holder | 4029',
    USAGE,
    '  out | 00000000:41:00.0, 4029, 61440',
  ]);
  const [sample] = look(TWO_ENGINES_ONE_LEAKS, { edit: (line) => (line.startsWith('fact') ? [] : undefined) });
  const facts =
    look(TWO_ENGINES_ONE_LEAKS)[0]
      ?.text.split('\n')
      .filter((line) => line.startsWith('fact\t')) ?? [];
  if (sample === undefined) throw new Error('there is no sample');
  const bare = folded({ ...sample, carried: facts }, ...look(TWO_ENGINES_ONE_LEAKS).slice(1));
  expect(viewOf(bare, { kind: 'process', pid: 4029 }).notes).toEqual([
    'Its command line came in an earlier frame: the probe sends what does not change once.',
  ]);
});

it('shows that a pid is gone, and what it still holds', () => {
  const gone = folded(...look(GONE_ROWS));
  const pid = gone.moment?.sighting.held.find(({ alive }) => alive === 'gone')?.pid ?? 0;
  expect(rows(gone, { kind: 'process', pid })).toEqual([
    '/proc of the node',
    `  gone | ${pid} | gone`,
    USAGE,
    `  out | 00000000:3B:00.0, ${pid}, 20480`,
  ]);
});

it('says of each source when it was asked, how it ended and how exact it is', () => {
  const [source] = viewOf(node, { kind: 'usage', pid: 4029 }).sources;
  expect(source?.facts).toEqual([
    { label: 'Received', value: '2026-01-31T12:00:00.000Z, as part of the sample' },
    { label: 'Asked', value: expect.stringMatching(/^\d+\.\d\d s after the node's boot$/) },
    { label: 'Ended', value: expect.stringMatching(/^exit 0 after \d+ ms$/) },
    { label: 'Resolution', value: 'whole MiB, rounded down by nvidia-smi' },
  ]);
  const silent = folded(...look(TWO_ENGINES_ONE_LEAKS, { edit: neverAnswers('usage') }));
  expect(rows(silent, { kind: 'usage', pid: 4029 })).toEqual([]);
});

it('shows what was kept of an answer of an engine, and nothing where none came', () => {
  const key = processKey(4022, node.moment?.session.latest?.snapshot.processes.get(4022)?.startTicks ?? 0);
  expect(viewOf(node, { kind: 'accounting', engine: key }).notes).toEqual([
    'This engine was not asked, or it has not answered yet.',
  ]);
  const body = { ...(memory(14.27, 43.45, 0.58) as object), api_key: 'sk-secret' };
  const answered = folded(...look(TWO_ENGINES_ONE_LEAKS), said(TWO_ENGINES_ONE_LEAKS, 4022, '/server_info', body));
  const view = viewOf(answered, { kind: 'accounting', engine: key });
  expect(view.sources.map(({ asked }) => asked)).toEqual(['GET /server_info']);
  const text = rawText(view);
  expect(text).toContain('"weight": 14.27');
  expect(text).toContain('Kind: recorded at start-up; does not change on sleep');
  expect(text).not.toContain('sk-secret');
});

it('keeps the whole frame as it came, byte for byte', () => {
  const { frames } = viewOf(node, { kind: 'device', bus: BUS });
  expect(frames.map(({ name }) => name)).toEqual(['sample', 'closing reading']);
  expect(frames[0]?.text).toBe(node.moment?.sample.text);
  expect(frames[0]?.lineCount).toBe((node.moment?.sample.text.match(/\n/g) ?? []).length);
});
