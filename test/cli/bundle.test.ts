// A bundle opens without us, says what it is, has no names, and each of its tables agrees with the recording in it.
import { strFromU8, unzipSync } from 'fflate';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { REPOSITORY } from '../architecture/source-file.ts';
import { command } from './command.ts';

const demo = (name: string): string => join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`);
const made = { folder: '' };

beforeEach(async () => {
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-bundle-test-'));
});

afterEach(() => rm(made.folder, { recursive: true, force: true }));

async function bundled(name: string, ...args: string[]): Promise<Record<string, Uint8Array>> {
  const out = join(made.folder, `${name}.zip`);
  const { code, err } = await command(['bundle', demo(name), '--out', out, ...args]);
  expect({ code, err }).toMatchObject({ code: 0 });
  return unzipSync(new Uint8Array(await readFile(out)));
}

it('has the recording, seven tables in four forms, five figures in two, a page and a text, and every table agrees', async () => {
  const files = await bundled('graphs-and-nccl', '--at', '#1');
  const names = ['compare-states', 'cycles', 'environment', 'gate', 'ledger', 'processes', 'states'];
  expect(Object.keys(files).toSorted()).toEqual(
    [
      'README.md',
      'recording.residuum.jsonl.gz',
      'evidence.html',
      ...['compare', 'cycles', 'ledger', 'pair', 'timeline'].flatMap((name) => [
        `figures/${name}.png`,
        `figures/${name}.svg`,
      ]),
      ...names.flatMap((name) => ['csv', 'json', 'md', 'tex'].map((form) => `tables/${name}.${form}`)),
    ].toSorted(),
  );
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(made.folder, path)), { recursive: true });
    await writeFile(join(made.folder, path), bytes);
  }
  const recording = join(made.folder, 'recording.residuum.jsonl.gz');
  for (const path of [...names.flatMap((name) => [`tables/${name}.json`, `tables/${name}.md`]), 'README.md']) {
    const { code, out, err } = await command(['verify', recording, join(made.folder, path)]);
    expect({ path, code, err, out }).toMatchObject({ code: 0 });
  }
});

it('has one page that says once what is true of all tables, and of each that it is demo data', async () => {
  const page = strFromU8((await bundled('graphs-and-nccl'))['evidence.html'] ?? new Uint8Array());
  const count = (text: string): number => page.split(text).length - 1;
  expect([count('<svg '), count('<table>'), count('<p class="note">Recording: SHA-256')]).toEqual([5, 7, 1]);
  expect(count('<p class="note">Demo data: nothing here was measured.</p>')).toBe(7);
  expect(count('Made by Residuum')).toBe(7);
  // Stripes of one figure must not be taken from another.
  const names = [...page.matchAll(/id="(hatch-[a-z]+)"/g)].map(([, id]) => id);
  expect(new Set(names).size).toBe(5);
});

it('has no name in any of its files, unless they were asked for', async () => {
  const textOf = (files: Record<string, Uint8Array>): string =>
    Object.entries(files)
      .map(([path, bytes]) => `${path}\n${path.endsWith('.gz') ? gunzipSync(bytes).toString() : strFromU8(bytes)}`)
      .join('\n');
  const plain = textOf(await bundled('clean-sleep'));
  const named = textOf(await bundled('clean-sleep', '--identifying', '--force'));
  for (const name of ['demo-clean', 'Qwen', 'clean-sleep', '/opt/ray', '10.0.0.5', '3f0c2a1e']) {
    expect(plain).not.toContain(name);
    expect(named).toContain(name);
  }
});

it('is the same bytes each time, is not written over, and leaves nothing behind', async () => {
  const out = join(made.folder, 'a.zip');
  const args = ['bundle', demo('dead-pid'), '--out', out];
  expect((await command(args)).code).toBe(0);
  const first = await readFile(out);
  expect((await command(args)).code).toBe(3);
  expect((await command([...args, '--force'])).code).toBe(0);
  expect(await readFile(out)).toEqual(first);
  expect(await readdir(made.folder)).toEqual(['a.zip']);
  const { code, err } = await command(['bundle', join(made.folder, 'none'), '--out', join(made.folder, 'b.zip')]);
  expect({ code, files: await readdir(made.folder) }).toEqual({ code: 3, files: ['a.zip'] });
  expect(err).toContain('check the path');
});
