// What the tests need is found on the machine or named in one sentence.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  missingNeeds,
  missingSentence,
  packagesOf,
  programOf,
  searchPath,
  TEST_NEEDS,
} from '../../scripts/test-needs.mjs';

/** Without the folders of daemons, so that the machine that runs this test does not show through. */
const pathOnly = TEST_NEEDS.map(({ names, debian }) => ({ names, debian }));

const machine = { folder: '' };

beforeEach(() => {
  machine.folder = mkdtempSync(join(tmpdir(), 'residuum-needs-'));
});

afterEach(() => {
  rmSync(machine.folder, { recursive: true, force: true });
});

function install(name: string, mode = 0o755): void {
  writeFileSync(join(machine.folder, name), '#!/bin/sh\n');
  chmodSync(join(machine.folder, name), mode);
}

describe('a bare machine', () => {
  it('lacks everything, each Debian package named once', () => {
    const missing = missingNeeds(pathOnly, [machine.folder]);
    expect(packagesOf(missing)).toEqual([
      'openssh-server',
      'openssh-client',
      'busybox',
      'gawk',
      'mawk',
      'dash',
      'bash',
      'perl',
      'python3',
      'util-linux',
      'chromium',
      'cmark-gfm',
      'texlive-latex-base',
      'texlive-latex-recommended',
      'texlive-science',
      'poppler-utils',
      'python3-pandas',
    ]);
  });

  it('is told in one sentence what is missing and how to get it', () => {
    const known = pathOnly.slice(0, pathOnly.findIndex(({ debian }) => debian === 'chromium') + 1);
    for (const need of known.slice(0, -2)) install(need.names[0] ?? '');
    expect(missingSentence(missingNeeds(known, [machine.folder]))).toBe(
      'The tests need unshare, chromium or chromium-browser or google-chrome, not found on this machine: install them ' +
        'with "sudo apt-get install --no-install-recommends util-linux chromium" (or your system\'s packages of these ' +
        'programs) and run npm test again.',
    );
  });
});

describe('a machine that has them', () => {
  it('lacks nothing when any of the names of a program is there', () => {
    for (const need of TEST_NEEDS) install(need.names.at(-1) ?? '');
    expect(missingNeeds(pathOnly, ['/nonexistent', machine.folder])).toEqual([]);
  });

  // Root may run nothing that has no x bit either, so this holds for every user.
  it('does not take a file that cannot be run for a program', () => {
    install('sshd', 0o644);
    expect(missingNeeds(pathOnly.slice(0, 1), [machine.folder])).toHaveLength(1);
  });
});

it('asks a program for what is needed of it, takes another of that name that has it, and names what is missing', () => {
  const need = { names: ['tool'], asked: ['b.sty'], what: 'b.sty', debian: 'b-package', folders: [machine.folder] };
  const other = mkdtempSync(join(machine.folder, 'other-'));
  install('tool');
  writeFileSync(join(machine.folder, 'tool'), '#!/bin/sh\n[ "$1" = a.sty ]\n');
  expect(missingNeeds([{ ...need, asked: ['a.sty'] }, need], [other])).toEqual([need]);
  expect(missingSentence([need])).toMatch(/^The tests need b\.sty, .* b-package"/);
  writeFileSync(join(other, 'tool'), '#!/bin/sh\n[ "$1" = b.sty ]\n', { mode: 0o755 });
  expect(programOf(need, [other])).toBe(join(other, 'tool'));
  expect(programOf({ ...need, asked: ['a.sty'] }, [other])).toBe(join(machine.folder, 'tool'));
});

it('looks for sshd where a plain user has no PATH, and for the others only on it', () => {
  const sshd = { names: ['sshd'], debian: 'openssh-server' };
  install('sshd');
  expect(missingNeeds([{ ...sshd, folders: [machine.folder] }], [])).toEqual([]);
  expect(missingNeeds([sshd], [])).toEqual([sshd]);
  expect(searchPath({ PATH: '/usr/bin::/bin' })).toEqual(['/usr/bin', '/bin']);
  expect(searchPath({})).toEqual([]);
});
