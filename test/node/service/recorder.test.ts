// Every open node is recorded while it is watched: bounded, saved by a name, told when it stops, gone on with when told.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Observations } from '../../../node/service/observations.ts';
import { KEPT_BOUNDS, ServiceRecorder, type KeptBounds } from '../../../node/service/recorder.ts';
import { defaultRecordingsFolder, RecordingsFolder } from '../../../node/service/recordings-folder.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { RecordedLines } from '../../../shared/source/recorded-lines.ts';
import { Replay } from '../../../shared/source/replay.ts';
import { FIRST_LOOK_MS, folded, look } from '../../kit/observed.ts';
import { recorded } from '../../kit/recorded.ts';
import { ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';
import { openAndWatch, startService } from './watching.ts';

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-recordings-'));
  onTestFinished(async () => {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

interface Kept {
  readonly root: string;
  readonly folder: RecordingsFolder;
  readonly recorder: ServiceRecorder;
  readonly observations: Observations;
  readonly clock: { nowMs: number };
  readonly names: () => Promise<string[]>;
}

async function kept(bounds: Partial<KeptBounds> = {}, root?: string): Promise<Kept> {
  const place = root ?? (await tempFolder());
  const folder = new RecordingsFolder({ folder: place, demos: undefined, files: [] });
  const clock = { nowMs: FIRST_LOOK_MS };
  const recorder = new ServiceRecorder({
    folder,
    now: () => clock.nowMs,
    version: '0.0.0',
    probeSha256: 'a'.repeat(64),
    limitVariable: '2.5',
    bounds: { ...KEPT_BOUNDS, ...bounds },
  });
  const observations = new Observations();
  recorder.record({ node: 'n1', target: 'me@gpu-01:2222', isDemo: false, observations });
  const names = async (): Promise<string[]> => await readdir(join(place, 'kept')).catch(() => []);
  return { root: place, folder, recorder, observations, clock, names };
}

async function textOf(service: Awaited<ReturnType<typeof startService>>, id: string): Promise<string> {
  let text = '';
  for await (const piece of service.handlers['recordings.open']({ id }, { signal: new AbortController().signal }))
    text += piece;
  return text;
}

it('is in XDG_DATA_HOME, or in ~/.local/share when that is no whole path', () => {
  expect(defaultRecordingsFolder({ XDG_DATA_HOME: '/x/data' })).toBe('/x/data/residuum/recordings');
  expect(defaultRecordingsFolder({ XDG_DATA_HOME: 'data' })).toMatch(/^\/.*\/\.local\/share\/residuum\/recordings$/);
});

it('records a node that is opened, offers it, gives its text, and saves it under a name', async () => {
  const root = await tempFolder();
  const service = await startService({ recordings: { folder: root, demos: undefined, files: [] } });
  const context = { signal: new AbortController().signal };
  const watching = await openAndWatch(service, 'demo:leak');
  await watching.until(({ session }) => session().moment !== undefined, 'a whole look');
  await service.handlers['node.mark']({ node: watching.node, text: 'released' }, context);
  await watching.until(({ session }) => session().marks.length > 0, 'the mark');
  const list = async () => (await service.handlers['recordings.list']({}, context)).recordings;
  const [entry] = await list();
  expect(entry).toMatchObject({ kind: 'kept', isDemo: true, targets: ['demo:leak'], problem: '' });
  const { id } = await service.handlers['recordings.save']({ id: entry?.id ?? '', name: 'before the fix' }, context);
  expect(id).toBe('saved/before the fix.residuum.jsonl');
  await service.handlers['node.close']({ node: watching.node }, context);
  await watching.ended;

  const lines = new RecordedLines();
  lines.push(await textOf(service, id));
  lines.end();
  const replay = new Replay(lines);
  replay.step(() => false);
  const { marks, moment } = replay.nodes[0]?.newest ?? folded();
  expect([lines.header?.isDemo, lines.problems.count]).toEqual([true, 0]);
  expect([marks.map(({ text }) => text), moment?.session.latest?.detection.engines.length]).toEqual([['released'], 2]);

  await service.handlers['recordings.save']({ id, name: 'renamed' }, context);
  expect((await list()).filter(({ kind }) => kind === 'saved').map(({ name }) => name)).toEqual(['renamed']);
  const again = service.handlers['recordings.save']({ id: entry?.id ?? '', name: 'renamed' }, context);
  await expect(Promise.resolve(again)).rejects.toThrow('There is a recording called renamed already.');
});

it.each([
  'saved/../../settings.json',
  'kept/x',
  'demo/x.residuum.jsonl',
  'file/1',
  'kept/a/b.residuum.jsonl',
  '/etc/passwd',
])('opens nothing but what is in the list: %s', async (id) => {
  const service = await startService({ recordings: { folder: await tempFolder(), demos: undefined, files: [] } });
  await expect(textOf(service, id)).rejects.toThrow('There is no recording');
});

it.each(['', '../up', '.hidden', 'a/b', 'x'.repeat(121)])('gives no such name: %j', async (name) => {
  const { folder } = await kept();
  await expect(folder.save('kept/a.residuum.jsonl', name)).rejects.toThrow('cannot be the name of a file');
});

it('begins another file when one is full, which can be read by itself, and takes the oldest away', async () => {
  const { recorder, observations, clock, names, root } = await kept({ fileMs: 10_000, allBytes: 30_000 });
  await expect.poll(() => recorder.state.files).toBe(1);
  for (let step = 0; step < 60; step += 1) {
    clock.nowMs = FIRST_LOOK_MS + step * 1_000;
    for (const seen of look(TWO_ENGINES_ONE_LEAKS, { step, atMs: clock.nowMs })) observations.publish(seen);
    await expect.poll(() => recorder.state).toEqual({ files: 1, stopped: null });
  }
  observations.close();
  await recorder.close();
  const left = await names();
  expect(left.length).toBeGreaterThan(1);
  expect(left.length).toBeLessThan(6);
  for (const name of left) {
    const lines = new RecordedLines();
    lines.push(await readFile(join(root, 'kept', name), 'utf8'));
    lines.end();
    const replay = new Replay(lines);
    replay.step(() => false);
    expect([lines.problems.count, lines.hasFooter]).toEqual([0, true]);
    expect(replay.nodes[0]?.newest.moment?.session.latest?.detection.engines.length).toBe(2);
    expect(lines.header?.policy).toEqual({ kind: 'engine-tree', limitBytes: 2.5 * 1024 ** 3, origin: 'environment' });
    expect((await stat(join(root, 'kept', name))).mode & 0o777).toBe(0o600);
  }
});

it('leaves nothing of a node that was never looked at', async () => {
  const { recorder, observations, names } = await kept();
  await expect.poll(names).toHaveLength(1);
  const link: Observation = {
    kind: 'link',
    node: 'n1',
    atMs: 1,
    state: 'failed',
    text: 'No.',
    code: 'dns',
    retryMs: null,
  };
  observations.publish(link);
  observations.close();
  await recorder.close();
  expect(await names()).toEqual([]);
});

it('says that it cannot write, and goes on when it is told to', async () => {
  const root = await tempFolder();
  // A file where the folder should be: no rights of a superuser help.
  await writeFile(join(root, 'kept'), '');
  const { recorder, observations, names } = await kept({}, root);
  const states = recorder.watch(new AbortController().signal);
  await expect.poll(() => recorder.state.stopped).toMatch(/^Could not create the recording: .*kept\)\.$/);
  expect((await states.next()).value).toEqual(recorder.state);
  for (const seen of look(ASLEEP_CLEAN)) observations.publish(seen);
  await rm(join(root, 'kept'));
  recorder.resume();
  await expect.poll(names).toHaveLength(1);
  expect(recorder.state).toEqual({ files: 1, stopped: null });
  observations.close();
  await recorder.close();
  expect(await names()).toHaveLength(1);
  await states.return();
});

it('takes away what is older than the last hours, and lists what cannot be read with its reason', async () => {
  const root = await tempFolder();
  const place = join(root, 'kept');
  await mkdir(place);
  await writeFile(join(place, 'old.residuum.jsonl'), recorded(look(ASLEEP_CLEAN)));
  await writeFile(join(place, 'broken.residuum.jsonl'), 'PNG');
  await utimes(join(place, 'old.residuum.jsonl'), new Date(0), new Date(0));
  const folder = new RecordingsFolder({ folder: root, demos: undefined, files: [] });
  await folder.prune(1_000_000, 1_000);
  expect(await folder.list()).toMatchObject([
    { id: 'kept/broken.residuum.jsonl', problem: expect.stringContaining('This is no Residuum recording') },
  ]);
});
