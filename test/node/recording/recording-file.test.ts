// A recording on a real disk: what was acknowledged is there after kill -9, a full disk, and compression.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { build } from 'vite';
import { beforeAll, afterAll, expect, it, onTestFinished } from 'vitest';
import type { FrameSeen, Observation } from '../../../shared/model/observation.ts';
import { openRecording } from '../../../node/recording/recording-reader.ts';
import { compressRecording } from '../../../node/recording/compress-recording.ts';
import { RecordingWriter } from '../../../node/recording/recording-writer.ts';
import { folded, look } from '../../kit/observed.ts';
import { RECORDING_HEADER } from '../../kit/recording-header.ts';
import { isDevices } from '../../../shared/recording/encoder.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';

const LOOKS = Array.from({ length: 30 }, (_, step) => look(ASLEEP_CLEAN, { step })).flat();

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-recording-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function readAll(file: string): Promise<{ observations: Observation[]; torn: string[]; ended: boolean }> {
  const recording = await openRecording(file);
  const observations: Observation[] = [];
  for await (const seen of recording.observations()) observations.push(seen);
  await recording.close();
  const torn = recording.problems().lines.map(({ line, text }) => `line ${line}: ${text}`);
  return { observations, torn, ended: recording.footer() !== undefined };
}

it('gives back what was written, plain and compressed, and is for its owner only', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const writer = RecordingWriter.create(file, RECORDING_HEADER);
  for (const seen of LOOKS) expect(writer.append(seen)).toBe(true);
  writer.close(1_769_860_900_000, 'stopped');
  expect(writer.state).toMatchObject({ observations: 60, stopped: undefined, bytes: (await stat(file)).size });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const whole = { observations: LOOKS, torn: [], ended: true };
  expect(await readAll(file)).toEqual(whole);
  const plain = await readFile(file);
  const compressed = await compressRecording(file);
  expect(compressed).toBe(`${file}.gz`);
  expect(gunzipSync(await readFile(compressed))).toEqual(plain);
  expect(await readAll(compressed)).toEqual(whole);
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('never writes over a file that is there', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  await writeFile(file, 'mine');
  expect(() => RecordingWriter.create(file, RECORDING_HEADER)).toThrow(/is there already: choose another name/);
  expect(await readFile(file, 'utf8')).toBe('mine');
});

it('drops a torn last line and says so', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const writer = RecordingWriter.create(file, RECORDING_HEADER);
  for (const seen of LOOKS.slice(0, 4)) writer.append(seen);
  await appendFile(file, '{"kind":"frame+","no');
  expect(await readAll(file)).toEqual({
    observations: LOOKS.slice(0, 4),
    torn: ['line 6: it is torn: the writer was stopped in the middle of it'],
    ended: false,
  });
  writer.close(0, 'test');
});

it('reads what there is of a compressed file that was cut', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const writer = RecordingWriter.create(file, RECORDING_HEADER);
  for (const seen of LOOKS) writer.append(seen);
  writer.close(0, 'stopped');
  const compressed = await compressRecording(file);
  const bytes = await readFile(compressed);
  await writeFile(compressed, bytes.subarray(0, bytes.length - 40));
  const { observations, ended } = await readAll(compressed);
  expect([observations.length > 0, observations.length < 60, ended]).toEqual([true, true, false]);
  expect(observations).toEqual(LOOKS.slice(0, observations.length));
});

it('refuses a compressed file that is damaged, as any number in it may be', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const writer = RecordingWriter.create(file, RECORDING_HEADER);
  for (const seen of LOOKS) writer.append(seen);
  writer.close(0, 'stopped');
  const compressed = await compressRecording(file);
  const bytes = await readFile(compressed);
  // The check sum of what was compressed.
  bytes.writeUInt32LE((bytes.readUInt32LE(bytes.length - 8) + 1) % 2 ** 32, bytes.length - 8);
  await writeFile(compressed, bytes);
  await expect(readAll(compressed)).rejects.toThrow('its compressed data is damaged: take another copy of it');
});

it.each([
  ['no recording', 'hello\n', /no Residuum recording/],
  ['an empty file', '', /no Residuum recording/],
  ['a newer format', `${JSON.stringify({ ...RECORDING_HEADER, format: 99 })}\n`, /format 99.*use a newer Residuum/],
])('refuses %s in one sentence that names the file', async (_what, text, why) => {
  const file = join(await folder(), 'odd.residuum.jsonl');
  await writeFile(file, text);
  await expect(openRecording(file)).rejects.toThrow(why);
  await expect(openRecording(file)).rejects.toThrow(file);
});

it('says that a file is not there', async () => {
  await expect(openRecording('/nowhere/run.residuum.jsonl')).rejects.toThrow(/no such file or folder/);
});

/** A program of its own, so that it can be killed and limited: it writes looks and says how many it has written. */
const PROGRAM = `
import { RecordingWriter } from ${JSON.stringify(join(import.meta.dirname, '../../../node/recording/recording-writer.ts'))};
import { look } from ${JSON.stringify(join(import.meta.dirname, '../../kit/observed.ts'))};
import { ASLEEP_CLEAN } from ${JSON.stringify(join(import.meta.dirname, '../../kit/scenarios.ts'))};
const [file, header, resumeAt, lost = '0'] = process.argv.slice(2);
const writer = RecordingWriter.create(file, JSON.parse(header));
for (let step = 0; ; step += 1) {
  if (step === Number(resumeAt)) { process.stdout.write('room?\\n'); process.stdin.once('data', () => go(step)); break; }
  for (const seen of look(ASLEEP_CLEAN, { step })) writer.append(seen);
  process.stdout.write(\`\${JSON.stringify({ step, ...writer.state, stopped: writer.state.stopped?.message })}\\n\`);
}
function go(from) {
  writer.resume();
  const seen = [0, 1, 2].flatMap((more) => look(ASLEEP_CLEAN, { step: from + more }));
  for (const each of seen.slice(Number(lost))) writer.append(each);
  process.stdout.write(\`\${JSON.stringify({ ...writer.state, stopped: writer.state.stopped?.message })}\\n\`);
  process.exit(0);
}
`;

const program = { folder: '', file: '' };

beforeAll(async () => {
  program.folder = await mkdtemp(join(tmpdir(), 'residuum-writer-'));
  const entry = join(program.folder, 'writer.ts');
  await writeFile(entry, PROGRAM);
  await build({
    configFile: false,
    logLevel: 'silent',
    build: { ssr: entry, outDir: join(program.folder, 'out'), rolldownOptions: { output: { format: 'es' } } },
    ssr: { noExternal: true },
  });
  program.file = join(program.folder, 'out', 'writer.js');
});

afterAll(() => rm(program.folder, { recursive: true, force: true }));

it('has everything that was acknowledged after kill -9', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const child = spawn(process.execPath, [program.file, file, JSON.stringify(RECORDING_HEADER), '-1']);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > 40) child.kill('SIGKILL');
  });
  await closed;
  const last = said.trimEnd().split('\n').at(-1) ?? '';
  const acknowledged = (JSON.parse(last) as { observations: number }).observations;
  const { observations, torn } = await readAll(file);
  expect(observations.length).toBeGreaterThanOrEqual(acknowledged);
  expect(torn.length).toBeLessThanOrEqual(1);
  expect(observations.slice(0, 40)).toEqual(LOOKS.slice(0, 40));
});

interface Filled {
  readonly full: { readonly stopped?: string } | undefined;
  readonly last: { readonly observations: number; readonly stopped?: string };
  readonly observations: readonly Observation[];
  readonly torn: readonly unknown[];
}

/** Of 60 looks those at the end find no room; then there is room for three more, of which `lost` frames are not seen. */
async function filled(lost: number): Promise<Filled> {
  const file = join(await folder(), 'run.residuum.jsonl');
  // A limit on the size of files stands for a full disk: the same failure of the same call, without a disk to fill.
  const shell = `ulimit -S -f 8; exec "$@"`;
  const child = spawn('bash', [
    '-c',
    shell,
    'sh',
    process.execPath,
    program.file,
    file,
    JSON.stringify(RECORDING_HEADER),
    '60',
    String(lost),
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (!said.endsWith('room?\n')) return;
    // Lifts the limit of the running program, as making room on a disk would.
    spawn('prlimit', [`--pid=${child.pid ?? 0}`, '--fsize=unlimited']).once('close', () => child.stdin.write('go\n'));
  });
  await closed;
  const states = said.split('\n').filter((line) => line.startsWith('{'));
  const last = JSON.parse(states.at(-1) ?? '{}') as Filled['last'];
  const full = states.map((line) => JSON.parse(line) as { stopped?: string }).find(({ stopped }) => stopped);
  return { full, last, ...(await readAll(file)) };
}

it('stops on a full disk, says so, keeps what is there, and goes on when there is room', async () => {
  const { full, last, observations, torn } = await filled(0);
  expect(full?.stopped).toMatch(/^Could not write the recording: .* \(.*run\.residuum\.jsonl\)\.$/);
  expect(last.stopped).toBeUndefined();
  expect(torn).toEqual([]);
  expect(observations).toHaveLength(last.observations);
  const after = observations.slice(-6) as FrameSeen[];
  expect(after[0]?.skipped).toBeGreaterThan(0);
  expect(folded(...observations).moment?.session.latest?.detection.engines).toHaveLength(1);
  expect(folded(...after).moment?.session.latest?.detection.engines).toHaveLength(1);
});

it('goes on with a whole look when there is room in the middle of one', async () => {
  const { observations, torn } = await filled(1);
  expect(torn).toEqual([]);
  const after = observations.slice(-4) as FrameSeen[];
  expect(after.map(({ text }) => isDevices(text))).toEqual([false, true, false, true]);
  expect(after.map(({ skipped }) => skipped > 0)).toEqual([true, false, false, false]);
  expect(folded(...observations).outages.map(({ cause, toMs }) => [cause, toMs])).toEqual([
    ['skipped', after[1]?.atMs],
  ]);
});
