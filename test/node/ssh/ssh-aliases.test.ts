// The aliases of an ssh configuration: wildcards, Include, quotes, and whether asking ssh would run a program.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configPlaces, readSshAliases, type SshAliases } from '../../../node/ssh/ssh-aliases.ts';

/** Files of a home folder by their path in it; `.ssh/config` is the one that is read. */
async function aliases(files: Readonly<Record<string, string>>): Promise<SshAliases & { home: string }> {
  const home = await mkdtemp(join(tmpdir(), 'residuum-aliases-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text.replaceAll('HOME', home));
  }
  const [own] = configPlaces(home, undefined);
  return { ...(await readSshAliases(own === undefined ? [] : [own])), home };
}

it('lists names without wildcards, each once, in their order', async () => {
  const text = `
# Host commented
Host gpu-1 gpu-2   # Host trailing
  HostName 10.0.0.1
host = "gpu 3" gpu-4
Host *.cluster gpu-? !gpu-9 *
HOST	gpu-1 gpu-5
`;
  expect((await aliases({ '.ssh/config': text })).names).toEqual(['gpu-1', 'gpu-2', 'gpu 3', 'gpu-4', 'gpu-5']);
});

it('follows Include: relative to .ssh, ~, absolute, wildcards in any part, sorted, nested, never in a circle for ever', async () => {
  const { names, notes } = await aliases({
    '.ssh/config': 'Include conf.d/*.conf ~/far/[ab].conf HOME/abs missing.conf\nHost last\n',
    '.ssh/conf.d/2.conf': 'Host two\n',
    '.ssh/conf.d/1.conf': 'Host one\nInclude nested/*/hosts\n',
    '.ssh/conf.d/.hidden.conf': 'Host hidden\n',
    '.ssh/conf.d/other.txt': 'Host other\n',
    '.ssh/nested/x/hosts': 'Host nested\n',
    'far/a.conf': 'Host far-a\n',
    'far/c.conf': 'Host far-c\n',
    abs: 'Host absolute\n',
  });
  expect(names).toEqual(['one', 'nested', 'two', 'far-a', 'absolute', 'last']);
  expect(notes).toEqual([]);
  const circle = await aliases({ '.ssh/config': 'Host a\nInclude config\nHost b\n' });
  expect(circle.names).toEqual(['a', 'b']);
  expect(circle.notes).toEqual([expect.stringContaining('goes deeper than 16 files')]);
  expect(circle.mayRunPrograms).toBe(true);
});

describe('whether asking ssh would run a program', () => {
  it.each([
    ['Match exec "test -f /x"', true],
    ['match host gpu-1 !exec true', true],
    ['Match originalhost a Exec=true', true],
    ['Match = exec true', true],
    ['Match host exec-host', false],
    ['Host exec', false],
    ['# Match exec x', false],
    ['Include sub', true],
    ['Include ${HOME_OF_SOMEBODY}/config', true],
  ])('%s: %s', async (line, expected) => {
    const files = { '.ssh/config': `Host a\n${line}\n`, '.ssh/sub': 'Match exec false\n' };
    expect((await aliases(files)).mayRunPrograms).toBe(expected);
  });

  it('is not known when a file cannot be read, and that is said', async () => {
    const { mayRunPrograms, notes, home } = await aliases({
      '.ssh/config': 'Host a\nInclude folder\n',
      '.ssh/folder/x': '',
    });
    expect(mayRunPrograms).toBe(true);
    expect(notes).toEqual([
      `A file of your ssh configuration could not be read (EISDIR): ${join(home, '.ssh/folder')}`,
    ]);
  });
});

it('is empty without a configuration', async () => {
  const { names, mayRunPrograms, notes } = await aliases({});
  expect({ names, mayRunPrograms, notes }).toEqual({ names: [], mayRunPrograms: false, notes: [] });
});
