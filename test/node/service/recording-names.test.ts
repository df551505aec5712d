// Names of recordings in the host's folders: any writing is listed and opened, what cannot be is counted, no way leads out.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RecordingsFolder } from '../../../node/service/recordings-folder.ts';
import { contract } from '../../../shared/rpc/contract.ts';
import { look } from '../../kit/observed.ts';
import { recorded } from '../../kit/recorded.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';

async function saved(...names: readonly (string | Buffer)[]): Promise<{ root: string; folder: RecordingsFolder }> {
  const root = await mkdtemp(join(tmpdir(), 'residuum-names-'));
  onTestFinished(async () => await rm(root, { recursive: true, force: true }));
  const place = join(root, 'saved');
  await mkdir(place);
  const text = recorded(look(ASLEEP_CLEAN));
  await Promise.all(
    names.map((name) =>
      writeFile(Buffer.concat([Buffer.from(`${place}/`), typeof name === 'string' ? Buffer.from(name) : name]), text),
    ),
  );
  return { root, folder: new RecordingsFolder({ folder: root, demos: undefined, files: [] }) };
}

const END = '.residuum.jsonl';
/** Composed and in parts: two names, both as the file system has them. */
const ANY_WRITING = [
  `läuf-1${END}`,
  `la\u0308uf-2${END}`,
  ` mit Leerzeichen (2)${END}`,
  `推論 12:00${END}.gz`,
  `run#1%2F?${END}`,
  `${'ö'.repeat(119)}${END}`,
];

it.each(ANY_WRITING)('lists %s and opens it by its id', async (name) => {
  const { root, folder } = await saved(name);
  const list = await folder.list();
  expect(list.map(({ id }) => id)).toEqual([`saved/${name}`]);
  expect(contract['recordings.list'].output.parse({ recordings: list, notes: [] }).recordings).toHaveLength(1);
  const id = list[0]?.id ?? '';
  expect(contract['recordings.open'].input.parse({ id })).toEqual({ id });
  expect(await folder.fileOf(id)).toBe(join(root, 'saved', name));
  expect(await folder.notes()).toEqual([]);
});

it('says how many it does not list, where, why, and what to do', async () => {
  const invalid = Buffer.concat([Buffer.from([0x6c, 0xe4]), Buffer.from(`uf${END}`)]);
  const { root, folder } = await saved(
    `fine${END}`,
    `line\nbreak${END}`,
    `\u202Eturned${END}`,
    `.hidden${END}`,
    invalid,
    'note.txt',
  );
  expect((await folder.list()).map(({ name }) => name)).toEqual(['fine']);
  const [note, ...more] = await folder.notes();
  expect(more).toEqual([]);
  expect(note).toContain(`4 files in ${join(root, 'saved')} are not listed: their names cannot be shown as text`);
  expect(note).toContain('Rename them there');
});

it.each([
  `saved/../kept/a${END}`,
  `saved/..${END}`,
  `saved/..\\a${END}`,
  `saved/a\0${END}`,
  `saved//etc/a${END}`,
  `/etc/a${END}`,
  'saved/..',
  'saved/',
  'saved/notes.txt',
  `saved/\uD800${END}`,
])('does not open %j', async (id) => {
  const { folder } = await saved(`a${END}`);
  await expect(folder.fileOf(id)).rejects.toMatchObject({ code: 'no-such-recording' });
});
