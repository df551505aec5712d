// `residuum mark` and `import`: marks reach a recording while it is written, after it was killed, and when it is finished.
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { demoRecording } from '../../node/demo/demo-recording.ts';
import { RecordingWriter } from '../../node/recording/recording-writer.ts';
import { readHeader } from '../../shared/recording/decoder.ts';
import { DEMO_INCIDENTS } from '../../shared/source/demo-incidents.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { recorded } from '../kit/recorded.ts';
import { ASLEEP_CLEAN } from '../kit/scenarios.ts';
import { command } from './command.ts';
import { reportJson } from './recorded.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-mark-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

function incidentText(name = 'growth-per-step'): string {
  const incident = DEMO_INCIDENTS.find((each) => each.name === name);
  if (incident === undefined) throw new Error(`there is no incident ${name}`);
  return demoRecording(incident, '0');
}

async function marksIn(file: string): Promise<string[]> {
  const report = await reportJson(file);
  return report.nodes.flatMap(({ marks }) => marks.map(({ text, source }) => `${source}: ${text}`));
}

it('marks a recording that is being written, and its writer goes on after the mark', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const header = readHeader(incidentText().split('\n', 1)[0] ?? '');
  if (!header.ok) throw new Error(header.text);
  const writer = RecordingWriter.create(file, header.header);
  const looks = Array.from({ length: 6 }, (_, step) => look(ASLEEP_CLEAN, { step })).flat();
  for (const seen of looks.slice(0, 4)) writer.append(seen);
  const { code, out } = await command(['mark', file, 'step 7: offloaded']);
  expect([code, out.startsWith('Marked ')]).toEqual([0, true]);
  for (const seen of looks.slice(4)) expect(writer.append(seen)).toBe(true);
  expect(writer.state).toMatchObject({ others: 1, observations: 12, bytes: (await stat(file)).size });
  writer.close(looks.at(-1)?.atMs ?? 0, 'stopped');
  const report = await reportJson(file);
  expect(report.problems.count).toBe(0);
  expect(report.recording?.ended).toBe('stopped');
  expect(report.nodes).toMatchObject([{ looks: 6 }]);
  expect(await marksIn(file)).toEqual(['script: step 7: offloaded']);
});

it('marks one whose writer was killed in the middle of a line: the mark is a line of its own', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const text = incidentText();
  await writeFile(file, text.slice(0, Math.floor(text.length / 2)));
  await command(['mark', file, 'it was killed']);
  const report = await reportJson(file);
  expect(report.problems).toMatchObject({ count: 1 });
  expect(await marksIn(file)).toContain('script: it was killed');
});

it('marks a compressed one by writing it again, for its owner only, and leaves nothing beside it', async () => {
  const file = join(await folder(), 'run.residuum.jsonl.gz');
  await writeFile(file, gzipSync(incidentText()));
  expect((await command(['mark', file, 'later'])).code).toBe(0);
  expect(await marksIn(file)).toContain('script: later');
  expect((await reportJson(file)).problems.count).toBe(0);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(stat(`${file}.part`)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('marks a moment of all nodes of a recording, and compare finds it at each of them', async () => {
  const file = join(await folder(), 'two.residuum.jsonl');
  const both = ['n1', 'n2'].flatMap((node) => [0, 1, 2].flatMap((step) => look(ASLEEP_CLEAN, { step, node })));
  const nodes = ['gpu-01', 'gpu-02'].map((target, at) => ({ node: `n${at + 1}`, target }));
  await writeFile(
    file,
    recorded(
      both.toSorted((one, other) => one.atMs - other.atMs),
      { nodes },
    ),
  );
  await command(['mark', file, 'step 7']);
  const report = await reportJson(file);
  expect(report.nodes.map(({ target, marks }) => [target, marks.map(({ text }) => text)])).toEqual([
    ['gpu-01', ['step 7']],
    ['gpu-02', ['step 7']],
  ]);
  const { out } = await command(['compare', `${file}@first`, '@step 7', '--node', 'gpu-02', '--json']);
  expect(JSON.parse(out)).toMatchObject({ b: { text: 'mark "step 7"', target: 'gpu-02' } });
});

it('never makes a file, never marks what is no recording, and says why', async () => {
  const path = await folder();
  const none = await command(['mark', join(path, 'none.jsonl'), 'x']);
  expect([none.code, none.err]).toEqual([3, expect.stringContaining('no such file or folder')]);
  const other = join(path, 'notes.txt');
  await writeFile(other, 'mine\n');
  expect((await command(['mark', other, 'x'])).code).toBe(3);
  expect(await readFile(other, 'utf8')).toBe('mine\n');
  expect((await command(['mark', other, ' '])).err).toContain('1 to 500 characters');
});

it('asks whose clock a log has where the clock of the node is off, and puts its marks where they belong', async () => {
  const path = await folder();
  const file = join(path, 'run.residuum.jsonl');
  const log = join(path, 'run.log');
  // The node's clock stands at 12:00:00 in the first of these looks, which the recorder saw 45 s later.
  const looks = [0, 1, 2].flatMap((step) =>
    look(ASLEEP_CLEAN, { step: 0, atMs: FIRST_LOOK_MS + 45_000 + step * 1_000 }),
  );
  const text = recorded(looks, { why: 'stopped' });
  await writeFile(file, text);
  await writeFile(log, '2026-01-31 12:00:00 CUDA out of memory. Tried to allocate 2 GiB\n');
  const asked = await command(['import', file, '--log', log]);
  expect(asked.code).toBe(3);
  expect(asked.err).toMatch(
    /^The clock of the node is 4[4-6]\S* s behind the recorder's, .*--clock node.*Nothing was added\.\n$/,
  );
  expect(await readFile(file, 'utf8')).toBe(text);
  expect((await command(['import', file, '--log', log, '--clock', 'node'])).out).toContain('Added 1 mark');
  const [mark] = (await reportJson(file)).nodes.flatMap(({ marks }) => marks);
  expect(Math.abs(Number(mark?.atMs) - FIRST_LOOK_MS - 45_000)).toBeLessThan(1_500);
  expect((await command(['import', file, '--log', log, '--clock', 'recorder'])).out).toContain('Added 1 mark');
});

const LOG = `
2026-01-31 12:00:30,100 INFO sglang_engine.py:10 [SGL-OFFLOAD-AUDIT] before release_memory_occupation engine=10.0.0.7:15000 gpus={'0': '64210 MiB'}
2026-01-31 12:00:31,900 INFO sglang_engine.py:10 [SGL-OFFLOAD-AUDIT] after release_memory_occupation engine=10.0.0.7:15000 gpus={'0': '4209 MiB'}
2026-01-31 12:00:32 INFO step 1
INFO:     127.0.0.1:51234 - "POST /release_memory_occupation HTTP/1.1" 200 OK
2026-01-31 19:00:32 INFO Sleep mode freed 59.87 GiB memory, 4.11 GiB memory is still in use.
`;

it('imports what a log tells, once, and says what it left out', async () => {
  const path = await folder();
  const file = join(path, 'run.residuum.jsonl');
  const log = join(path, 'run.log');
  await writeFile(file, incidentText());
  await writeFile(log, LOG);
  const first = await command(['import', file, '--log', log]);
  expect(first.out).toBe(
    `Added 2 marks from 6 lines of ${log}; of other lines that tell something, 1 have no time and were left out, 1 are from before or after the recording and were left out (is it another --zone?): ${file}\n`,
  );
  const marks = (await marksIn(file)).filter((text) => text.startsWith('log: [SGL'));
  expect(marks).toHaveLength(2);
  await appendFile(log, '2026-01-31 12:01:00 CUDA out of memory. Tried to allocate 2 GiB\n');
  const again = await command(['import', file, '--log', log]);
  expect(again.out).toContain('Added 1 mark from 7 lines');
  expect(again.out).toContain('2 were there already');
  const { out } = await command(['compare', `${file}@before release_memory`, '@after release_memory', '--json']);
  expect(JSON.parse(out)).toMatchObject({ a: { sinceStartMs: 28_375 }, b: { sinceStartMs: 30_375 } });
  expect((await command(['import', file, '--log', join(path, 'none.log')])).err).toContain('The log could not be read');
  expect((await command(['import', file, '--log', log, '--zone', 'CET'])).err).toContain('--zone must be an offset');
});
