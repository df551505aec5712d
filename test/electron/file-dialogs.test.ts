// The page may ask for a file of a known kind and suggest a name; it never says which folder.
import type { BrowserWindow } from 'electron';
import { describe, expect, it } from 'vitest';
import { fileDialogs, safeName } from '../../electron/file-dialogs.ts';

const WINDOW = {} as BrowserWindow;

function dialogs(answers: { paths?: readonly string[]; saved?: string } = {}) {
  const shown: unknown[] = [];
  const dialog = {
    showOpenDialog: (window: unknown, options: unknown) => {
      shown.push([window === WINDOW, options]);
      return Promise.resolve({ canceled: answers.paths === undefined, filePaths: [...(answers.paths ?? [])] });
    },
    showSaveDialog: (window: unknown, options: unknown) => {
      shown.push([window === WINDOW, options]);
      return Promise.resolve({ canceled: answers.saved === undefined, filePath: answers.saved ?? '' });
    },
  };
  return { made: fileDialogs(dialog as never, () => WINDOW), shown };
}

describe('opening', () => {
  it('shows a dialog of our window for one file, and gives its path', async () => {
    const { made, shown } = dialogs({ paths: ['/data/run.jsonl'] });
    expect(await made.chooseOpenPath('recording')).toBe('/data/run.jsonl');
    const filters = [{ name: 'Recordings of Residuum', extensions: ['jsonl', 'gz'] }];
    expect(shown).toEqual([[true, { properties: ['openFile'], filters }]]);
  });

  it('gives null when the user leaves the dialog', async () => {
    expect(await dialogs().made.chooseOpenPath('recording')).toBeNull();
    expect(await dialogs({ paths: [] }).made.chooseOpenPath('recording')).toBeNull();
  });

  it.each([undefined, null, 'everything', '__proto__', 7, ['recording']])('refuses the kind %j', async (kind) => {
    const { made, shown } = dialogs({ paths: ['/data/run.jsonl'] });
    await expect(made.chooseOpenPath(kind)).rejects.toThrow('one of recording, evidence');
    await expect(made.chooseSavePath(kind, 'a')).rejects.toThrow('one of recording, evidence');
    expect(shown).toEqual([]);
  });

  it('rejects when the window is gone', async () => {
    const made = fileDialogs({} as never, () => undefined);
    await expect(made.chooseOpenPath('recording')).rejects.toThrow('closed');
  });
});

describe('saving', () => {
  it('suggests the name, and asks before it replaces a file', async () => {
    const { made, shown } = dialogs({ saved: '/data/table.md' });
    expect(await made.chooseSavePath('evidence', 'table.md')).toBe('/data/table.md');
    expect(shown).toEqual([
      [true, expect.objectContaining({ defaultPath: 'table.md', properties: ['showOverwriteConfirmation'] })],
    ]);
    expect(await dialogs().made.chooseSavePath('evidence', 'table.md')).toBeNull();
  });

  it.each([
    ['table.md', 'table.md'],
    ['../../.bashrc', 'bashrc'],
    ['/etc/passwd', 'etc-passwd'],
    ['C:\\Windows\\a.md', 'C-Windows-a.md'],
    ['.hidden', 'hidden'],
    ['a\u0000b\n\u001b[31mc', 'a-b-[31mc'],
    ['exe\u202Etxt.md', 'exe-txt.md'],
    ['  ', 'residuum'],
    ['', 'residuum'],
    ['x'.repeat(500), 'x'.repeat(120)],
  ])('makes %j a name without a folder', (suggested, name) => {
    expect(safeName(suggested)).toBe(name);
  });

  it('takes text only', () => {
    expect(() => safeName({ toString: () => '/etc' })).toThrow('as text');
  });
});
