// Every open node is recorded while it is watched: bounded, saved by a name, told when it stops, gone on with when told.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { textOf } from '../../../node/recording/recording-reader.ts';
import { Observations } from '../../../node/service/observations.ts';
import { KEPT_BOUNDS, AlwaysRecorder, type KeptBounds } from '../../../node/service/always-recorder.ts';
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
  readonly recorder: AlwaysRecorder;
  readonly observations: Observations;
  readonly clock: { nowMs: number };
  readonly names: () => Promise<string[]>;
}

async function kept(bounds: Partial<KeptBounds> = {}, root?: string): Promise<Kept> {
  const place = root ?? (await tempFolder());
  const folder = new RecordingsFolder({ folder: place, demos: undefined, files: [] });
  const clock = { nowMs: FIRST_LOOK_MS };
  const recorder = new AlwaysRecorder({
    folder,
    now: () => clock.nowMs,
    version: '0.0.0',
    probeSha256: 'a'.repeat(64),
    limitVariable: '2.5',
    bounds: { ...KEPT_BOUNDS, ...bounds },
  });
  const observations = new Observations();
  recorder.turn(true);
  recorder.record({ node: 'n1', target: 'me@gpu-01:2222', isDemo: false, observations });
  const names = async (): Promise<string[]> => await readdir(join(place, 'kept')).catch(() => []);
  return { root: place, folder, recorder, observations, clock, names };
}

async function fileText(file: string): Promise<string> {
  let text = '';
  for await (const piece of await textOf(file)) text += piece;
  return text;
}

async function openedText(service: Awaited<ReturnType<typeof startService>>, id: string): Promise<string> {
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
  const { id } = await service.handlers['recordings.save']({ ids: [entry?.id ?? ''], name: 'before the fix' }, context);
  expect(id).toBe('saved/before the fix.residuum.jsonl');
  await service.handlers['node.close']({ node: watching.node }, context);
  await watching.ended;

  const lines = new RecordedLines();
  lines.push(await openedText(service, id));
  lines.end();
  const replay = new Replay(lines);
  replay.step(() => false);
  const { marks, moment } = replay.nodes[0]?.newest ?? folded();
  expect([lines.header?.isDemo, lines.problems.count]).toEqual([true, 0]);
  expect([marks.map(({ text }) => text), moment?.session.latest?.detection.engines.length]).toEqual([['released'], 2]);

  await service.handlers['recordings.save']({ ids: [id], name: 'renamed' }, context);
  expect((await list()).filter(({ kind }) => kind === 'saved').map(({ name }) => name)).toEqual(['renamed']);
  const again = service.handlers['recordings.save']({ ids: [entry?.id ?? ''], name: 'renamed' }, context);
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
  await expect(openedText(service, id)).rejects.toThrow('There is no recording');
});

it.each(['', '../up', '.hidden', 'a/b', 'x'.repeat(121)])('gives no such name: %j', async (name) => {
  const { folder } = await kept();
  await expect(folder.save('kept/a.residuum.jsonl', name)).rejects.toThrow('cannot be the name of a file');
});

it('begins another file when one is full, which is compressed, and takes the oldest away', async () => {
  const { recorder, observations, clock, names, root } = await kept({ fileMs: 5_000, allBytes: 12_000 });
  await expect.poll(() => recorder.state.files).toBe(1);
  for (let step = 0; step < 60; step += 1) {
    clock.nowMs = FIRST_LOOK_MS + step * 1_000;
    for (const seen of look(TWO_ENGINES_ONE_LEAKS, { step, atMs: clock.nowMs })) observations.publish(seen);
    await expect.poll(() => recorder.state).toEqual({ isOn: true, files: 1, stopped: null });
  }
  observations.close();
  await recorder.close();
  const left = await names();
  expect(left.length).toBeGreaterThan(1);
  expect(left.length).toBeLessThan(9);
  const sizes = await Promise.all(left.map(async (name) => (await stat(join(root, 'kept', name))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(12_000);
  for (const name of left) {
    const lines = new RecordedLines();
    expect(name).toMatch(/\.residuum\.jsonl\.gz$/);
    lines.push(await fileText(join(root, 'kept', name)));
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
  expect(recorder.state).toEqual({ isOn: true, files: 1, stopped: null });
  observations.close();
  await recorder.close();
  expect(await names()).toHaveLength(1);
  await states.return();
});

const isMountable =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs /mnt']).status === 0;

it.runIf(isMountable)(
  'stops on a disk that is full, and goes on when there is room [needs root and mounts]',
  async () => {
    const root = await tempFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', root]);
    onTestFinished(() => void execFileSync('umount', ['-l', root]));
    const other = join(root, 'other');
    await writeFile(other, Buffer.alloc(40_960));
    const { recorder, observations, names, folder } = await kept({}, root);
    await expect.poll(names).toHaveLength(1);
    const publish = async (step: number): Promise<void> => {
      for (const seen of look(step % 2 === 0 ? ASLEEP_CLEAN : TWO_ENGINES_ONE_LEAKS, { step }))
        observations.publish(seen);
      await new Promise((resolve) => setTimeout(resolve, 1));
    };
    let step = 0;
    for (; recorder.state.stopped === null && step < 200; step += 1) await publish(step);
    expect(recorder.state.stopped).toMatch(/^Could not write the recording: the disk is full: make room, then resume/);
    await publish((step += 1));
    await rm(other);
    recorder.resume();
    await publish((step += 1));
    expect(recorder.state).toEqual({ isOn: true, files: 1, stopped: null });
    observations.close();
    await recorder.close();
    const [name = ''] = await names();
    const lines = new RecordedLines();
    lines.push(await fileText(join(root, 'kept', name)));
    lines.end();
    const replay = new Replay(lines);
    replay.step(() => false);
    expect([lines.problems.count, lines.hasFooter]).toEqual([0, true]);
    expect(replay.nodes[0]?.newest.moment?.atMs).toBe(FIRST_LOOK_MS + step * 2_000 + 70);
    expect((await folder.list()).map(({ problem }) => problem)).toEqual(['']);
  },
);

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

it('writes nothing while it is turned off, which it is at the next start too, and goes on when it is turned on', async () => {
  const root = await tempFolder();
  const settingsFile = join(root, 'settings.json');
  const recordings = { folder: root, demos: undefined, files: [] };
  const context = { signal: new AbortController().signal };
  const names = async (): Promise<string[]> => await readdir(join(root, 'kept')).catch(() => []);
  const isWhole = async (): Promise<boolean> => (await names()).every((name) => name.endsWith('.gz'));

  const first = await startService({ recordings, settingsFile });
  const watching = await openAndWatch(first, 'demo:leak');
  await watching.until(({ session }) => session().moment !== undefined, 'a whole look');
  const [entry] = (await first.handlers['recordings.list']({}, context)).recordings;
  expect(entry?.isWritten).toBe(true);
  await first.handlers['recordings.turn']({ isOn: false }, context);
  await expect.poll(isWhole).toBe(true);
  const [kept_] = await names();
  const text = await fileText(join(root, 'kept', kept_ ?? ''));
  expect(text).toContain('"why":"recording was turned off"');
  // By the name that the list had while it was written.
  expect(await openedText(first, entry?.id ?? '')).toBe(text);
  await first.close();
  expect(await names()).toEqual([kept_]);

  const second = await startService({ recordings, settingsFile });
  const states = second.handlers['recordings.state']({}, context)[Symbol.asyncIterator]();
  expect((await states.next()).value).toEqual({ isOn: false, files: 0, stopped: null });
  const again = await openAndWatch(second, 'demo:leak');
  await again.until(({ session }) => session().moment !== undefined, 'a whole look');
  expect(await names()).toEqual([kept_]);
  // One that is closed meanwhile is not recorded afterwards.
  const other = await openAndWatch(second, 'demo:cycle');
  await other.until(({ session }) => session().moment !== undefined, 'a whole look');
  await second.handlers['node.close']({ node: other.node }, context);
  await second.handlers['recordings.turn']({ isOn: true }, context);
  await expect.poll(names).toHaveLength(2);
  await second.close();
  expect(await names()).toHaveLength(2);
  expect((await readFile(settingsFile, 'utf8')).includes('always-record')).toBe(false);
});

it('is turned off and on again while a file is being ended', async () => {
  const { recorder, observations, names } = await kept();
  for (const seen of look(ASLEEP_CLEAN)) observations.publish(seen);
  await expect.poll(names).toHaveLength(1);
  recorder.turn(false);
  recorder.turn(true);
  recorder.turn(false);
  recorder.turn(true);
  await expect.poll(async () => (await names()).length).toBeGreaterThan(1);
  expect(recorder.state).toEqual({ isOn: true, files: 1, stopped: null });
  observations.close();
  await recorder.close();
  expect((await names()).every((name) => name.endsWith('.gz'))).toBe(true);
});

it('saves what several nodes showed, in several files each, as one recording', async () => {
  const root = await tempFolder();
  const first = await kept({ fileMs: 10_000 }, root);
  const others = new Observations();
  first.recorder.record({ node: 'n7', target: 'me@gpu-02', isDemo: true, observations: others });
  await expect.poll(() => first.recorder.state.files).toBe(2);
  for (let step = 0; step < 25; step += 1) {
    const beginMs = FIRST_LOOK_MS + step * 1_000;
    first.clock.nowMs = beginMs + 80;
    for (const seen of look(TWO_ENGINES_ONE_LEAKS, { step, atMs: beginMs })) first.observations.publish(seen);
    const atMs = beginMs + 500;
    first.clock.nowMs = atMs + 80;
    for (const seen of look(ASLEEP_CLEAN, { step, atMs, node: 'n7' })) others.publish(seen);
    if (step === 12) others.publish({ kind: 'mark', node: 'n7', atMs: atMs + 71, text: 'released', source: 'hand' });
    // The next file begins with what is known so far, which the one before it has.
    await expect.poll(() => first.recorder.state.files).toBe(2);
  }
  const list = await first.folder.list(first.recorder.written);
  expect(list.filter(({ isWritten }) => isWritten)).toHaveLength(2);
  const ids = list.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(4);
  const id = await first.folder.saveAsOne(ids, 'both', '0.0.0');
  expect(id).toBe('saved/both.residuum.jsonl.gz');
  await expect(first.folder.saveAsOne(ids, 'both', '0.0.0')).rejects.toThrow('called both already');
  await expect(first.folder.saveAsOne([...ids, id], 'more', '0.0.0')).rejects.toThrow('Only what is kept');
  expect(await readdir(join(root, 'saved'))).toEqual(['both.residuum.jsonl.gz']);
  first.observations.close();
  others.close();
  await first.recorder.close();

  const lines = new RecordedLines();
  lines.push(await fileText(join(root, 'saved', 'both.residuum.jsonl.gz')));
  lines.end();
  expect([lines.problems.count, lines.hasFooter, lines.header?.isDemo]).toEqual([0, true, true]);
  expect(lines.header?.nodes.map(({ target }) => target).toSorted()).toEqual(['me@gpu-01:2222', 'me@gpu-02']);
  const replay = new Replay(lines);
  replay.step(() => false);
  for (const node of replay.nodes) {
    expect(node.looks.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 25 }, (_, step) => FIRST_LOOK_MS + step * 1_000 + 70 + (isSecond(node.node) ? 500 : 0)),
    );
    expect(node.newest.marks.map(({ text }) => text)).toEqual(['released']);
  }
  function isSecond(node: string): boolean {
    return lines.header?.nodes.find((each) => each.node === node)?.target === 'me@gpu-02';
  }
});

it('takes away what a killed compression left, and nothing of one that is going on', async () => {
  const { folder, root, recorder, observations } = await kept();
  const place = join(root, 'kept');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'a.residuum.jsonl'), recorded(look(ASLEEP_CLEAN)));
  for (const name of ['a', 'b']) await writeFile(join(place, `${name}.residuum.jsonl.gz.part`), 'x');
  await folder.prune(1_000_000, 0);
  const left = (await readdir(place)).filter((name) => name.endsWith('.part'));
  expect(left).toEqual(['a.residuum.jsonl.gz.part']);
  observations.close();
  await recorder.close();
});
