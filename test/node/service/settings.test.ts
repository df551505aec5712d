// The settings file: written whole and for its owner alone, shared by two programs, kept aside when it is broken.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { defaultSettingsFile, SettingsFile } from '../../../node/service/settings.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'residuum-settings-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

it('is in XDG_CONFIG_HOME, or in ~/.config when that is no whole path', () => {
  expect(defaultSettingsFile({ XDG_CONFIG_HOME: '/x/config' })).toBe('/x/config/residuum/settings.json');
  expect(defaultSettingsFile({ XDG_CONFIG_HOME: 'config' })).toMatch(/^\/.*\/\.config\/residuum\/settings\.json$/);
  expect(defaultSettingsFile({})).toBe(defaultSettingsFile({ XDG_CONFIG_HOME: 'config' }));
});

it('remembers values and targets, newest first and each once, in a file that only its owner reads', async () => {
  const file = join(await folder(), 'new', 'residuum', 'settings.json');
  const settings = new SettingsFile(file);
  expect(await settings.read()).toEqual({ recent: [], values: {} });
  await Promise.all([
    settings.setValue('limit', '1.5'),
    settings.addRecent('one', 10),
    settings.addRecent('two', 20),
    settings.addRecent('one', 30),
    settings.setValue('theme', 'dark'),
    settings.setValue('theme', null),
  ]);
  const expected = {
    recent: [
      { target: 'one', lastMs: 30 },
      { target: 'two', lastMs: 20 },
    ],
    values: { limit: '1.5' },
  };
  expect(await new SettingsFile(file).read()).toEqual(expected);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 1, ...expected });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
  expect(await readdir(join(file, '..'))).toEqual(['settings.json']);
  expect(settings.notes).toEqual([]);
});

it('keeps what another program chose meanwhile', async () => {
  const file = join(await folder(), 'settings.json');
  const [window, page] = [new SettingsFile(file), new SettingsFile(file)];
  await window.setValue('limit', '2');
  await page.setValue('theme', 'dark');
  await window.addRecent('one', 1);
  expect(await page.read()).toEqual({ recent: [{ target: 'one', lastMs: 1 }], values: { limit: '2', theme: 'dark' } });
});

it('forgets the oldest target beyond twenty', async () => {
  const settings = new SettingsFile(join(await folder(), 'settings.json'));
  for (let at = 0; at < 22; at += 1) await settings.addRecent(`node-${at}`, at);
  const { recent } = await settings.read();
  expect([recent.length, recent[0]?.target, recent.at(-1)?.target]).toEqual([20, 'node-21', 'node-2']);
});

it.each([
  ['no JSON', '{"version": 1, "recent": ['],
  ['another version', '{"version": 2}'],
  ['a list', '[]'],
  ['nothing', ''],
])('keeps a broken file aside, says so, and goes on: %s', async (_what, text) => {
  const file = join(await folder(), 'settings.json');
  await writeFile(file, text);
  const settings = new SettingsFile(file);
  expect(await settings.read()).toEqual({ recent: [], values: {} });
  expect(settings.notes).toEqual([
    `The file of your settings is broken, so none of it is used; the next change writes a new one. It was kept as ${file}.broken`,
  ]);
  await settings.setValue('limit', '1');
  expect((await settings.read()).values).toEqual({ limit: '1' });
  expect(await readFile(`${file}.broken`, 'utf8')).toBe(text);
});

it('leaves out single entries that do not fit', async () => {
  const file = join(await folder(), 'settings.json');
  const recent = [{ target: 'one', lastMs: 1 }, { target: 2, lastMs: 1 }, 'three', { target: 'four', lastMs: null }];
  await writeFile(file, JSON.stringify({ version: 1, recent, values: { a: 'b', c: 1 } }));
  expect(await new SettingsFile(file).read()).toEqual({ recent: [{ target: 'one', lastMs: 1 }], values: { a: 'b' } });
});

it('says that it cannot be written, and keeps what was chosen until the program ends', async () => {
  const made = await folder();
  // A file where the folder should be, which is in the way of every user.
  await writeFile(join(made, 'residuum'), '');
  const settings = new SettingsFile(join(made, 'residuum', 'settings.json'));
  await expect(settings.setValue('limit', '1')).rejects.toMatchObject({
    name: 'SettingsUnwritable',
    message: expect.stringMatching(/^Your settings could not be written \((?:ENOTDIR|EEXIST)\)/) as unknown,
    next: `Make it writable: ${join(made, 'residuum', 'settings.json')}`,
  });
  expect((await settings.read()).values).toEqual({ limit: '1' });
  expect(settings.notes).toHaveLength(1);
});

it('writes through a link, and leaves no draft behind', async () => {
  const made = await folder();
  await mkdir(join(made, 'dotfiles'));
  await writeFile(join(made, 'dotfiles', 'mine.json'), '{"version":1}');
  await chmod(join(made, 'dotfiles', 'mine.json'), 0o644);
  await symlink(join(made, 'dotfiles', 'mine.json'), join(made, 'settings.json'));
  await new SettingsFile(join(made, 'settings.json')).setValue('a', 'b');
  expect(await readFile(join(made, 'dotfiles', 'mine.json'), 'utf8')).toContain('"a": "b"');
  expect(await readdir(join(made, 'dotfiles'))).toEqual(['mine.json']);
});
