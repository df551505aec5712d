// Where a file cannot be written: one sentence that says why and what to do, exit code 3, and nothing half-written.
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { REPOSITORY } from '../architecture/source-file.ts';
import { startNode } from '../kit/fake-node.ts';
import { ASLEEP_CLEAN } from '../kit/scenarios.ts';
import { command, type Ran } from './command.ts';

const RECORDING = join(REPOSITORY, 'demos', 'settle-trap.residuum.jsonl.gz');

/** Each command that writes a file, with the ending that it wants. */
const WRITERS: Readonly<Record<string, { readonly ending: string; readonly args: readonly string[] }>> = {
  'export of a table': { ending: 'md', args: ['export', RECORDING, '--table', 'gate'] },
  'export of Parquet': { ending: 'parquet', args: ['export', RECORDING, '--table', 'ledger'] },
  'export of a figure': { ending: 'svg', args: ['export', RECORDING, '--figure', 'ledger'] },
  'export of a PNG': { ending: 'png', args: ['export', RECORDING, '--figure', 'ledger'] },
  redact: { ending: 'jsonl.gz', args: ['redact', RECORDING] },
  bundle: { ending: 'zip', args: ['bundle', RECORDING] },
  snapshot: { ending: 'json', args: ['snapshot', 'local', '--no-accounting'] },
};

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-places-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function write(what: string, out: string, ...more: string[]): Promise<Ran> {
  const args = WRITERS[what]?.args ?? [];
  const env = what === 'snapshot' ? (await startNode(ASLEEP_CLEAN, { processes: 'foreign' })).env : {};
  return await command([...args, '--out', out, ...more], { env });
}

/** Names that begin with a dot are ours while we write. */
async function filesIn(path: string): Promise<string[]> {
  return (await readdir(path)).toSorted();
}

function expectRefused({ code, out, err }: Ran, file: string, why: RegExp): void {
  expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 3, out: '', lines: 1 });
  expect(err).toMatch(why);
  expect(err).toContain(file);
}

describe.each(Object.keys(WRITERS))('%s', (what) => {
  const name = `a.${WRITERS[what]?.ending ?? ''}`;

  it('leaves a file that is there as it is, unless it may be replaced', async () => {
    const path = await folder();
    const file = join(path, name);
    await writeFile(file, 'mine');
    expectRefused(await write(what, file), file, /already; choose another, or say --force/);
    expect([await readFile(file, 'utf8'), await filesIn(path)]).toEqual(['mine', [name]]);
    expect((await write(what, file, '--force')).code).toBe(0);
    expect((await readFile(file)).length).toBeGreaterThan(100);
    expect(await filesIn(path)).toEqual([name]);
  });

  it('takes a link to nowhere for a file that is there, and a folder for no file', async () => {
    const path = await folder();
    const link = join(path, `link-${name}`);
    await symlink(join(path, 'nowhere'), link);
    expectRefused(await write(what, link), link, /already; choose another/);
    const inside = join(path, name);
    await mkdir(inside);
    expectRefused(await write(what, inside, '--force'), inside, /it is a folder/);
    expect(await filesIn(path)).toEqual([name, `link-${name}`].toSorted());
  });

  it.each([
    ['none', 'none/', /its folder does not exist/],
    ['a file', 'file/', /its folder is no folder/],
  ])('says that its folder is %s', async (_how, inside, why) => {
    const path = await folder();
    await writeFile(join(path, 'file'), '');
    const file = join(path, inside, name);
    expectRefused(await write(what, file), file, why);
    expect(await filesIn(path)).toEqual(['file']);
  });
});

function mayMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

/** A disk of 64 KiB. */
async function smallDisk(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', path]);
  onTestFinished(async () => {
    execFileSync('umount', [path]);
    await rm(path, { recursive: true });
  });
  return path;
}

function fill(path: string): void {
  const page = Buffer.alloc(4096);
  for (;;) {
    try {
      appendFileSync(join(path, 'full'), page);
    } catch {
      return;
    }
  }
}

describe.runIf(mayMount())('a disk of its own [needs root and mounts]', () => {
  it.each(Object.keys(WRITERS))('that is full: %s', async (what) => {
    const path = await smallDisk();
    fill(path);
    const file = join(path, `a.${WRITERS[what]?.ending ?? ''}`);
    expectRefused(await write(what, file), file, /the disk is full/);
    expect(await filesIn(path)).toEqual(['full']);
  });

  it.each(Object.keys(WRITERS))('that is read-only: %s', async (what) => {
    const path = await smallDisk();
    execFileSync('mount', ['-o', 'remount,ro', path]);
    const file = join(path, `a.${WRITERS[what]?.ending ?? ''}`);
    expectRefused(await write(what, file), file, /the file system is read-only/);
    expect(await filesIn(path)).toEqual([]);
  });

  it('that a bundle runs full in the middle of writing, and one that it works on', async () => {
    const path = await smallDisk();
    const file = join(path, 'a.zip');
    expectRefused(await write('bundle', file), file, /the disk is full/);
    expect(await filesIn(path)).toEqual([]);
    fill(path);
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = path;
    onTestFinished(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    const place = await mkdtemp('/tmp/residuum-places-');
    onTestFinished(() => rm(place, { recursive: true }));
    const { code, err } = await write('bundle', join(place, 'a.zip'));
    expect([code, err]).toEqual([3, expect.stringMatching(/the disk is full[^\n]*\n$/)]);
    expect([await filesIn(place), await filesIn(path)]).toEqual([[], ['full']]);
  });
});
