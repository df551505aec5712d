// The dialogs for opening and saving a file. They give back what the user chose, and never open a file themselves.
import type { BrowserWindow, Dialog, FileFilter } from 'electron';
import { FILE_KINDS, type FileKind } from '../shared/rpc/desktop-bridge.ts';

/** By what is saved or opened. */
export const FILTERS: Readonly<Record<FileKind, readonly FileFilter[]>> = {
  recording: [{ name: 'Recordings of Residuum', extensions: ['jsonl', 'gz'] }],
  evidence: [{ name: 'Tables and figures', extensions: ['md', 'csv', 'json', 'tex', 'html', 'svg', 'png'] }],
};

const MOST_LETTERS = 120;

export interface FileDialogs {
  /** `kind` comes from the page and is checked; null when the user left the dialog. */
  chooseOpenPath(kind: unknown): Promise<string | null>;
  chooseSavePath(kind: unknown, suggestedName: unknown): Promise<string | null>;
}

type Dialogs = Pick<Dialog, 'showOpenDialog' | 'showSaveDialog'>;

/** Both reject with a plain sentence when they are asked for something that they do not know. */
export function fileDialogs(dialog: Dialogs, window: () => BrowserWindow | undefined): FileDialogs {
  const shown = (): BrowserWindow => {
    const open = window();
    if (open === undefined) throw new Error('The window that asked for a file is closed.');
    return open;
  };
  return {
    chooseOpenPath: async (kind) => {
      const filters = [...filtersOf(kind)];
      const { canceled, filePaths } = await dialog.showOpenDialog(shown(), { properties: ['openFile'], filters });
      return canceled ? null : (filePaths[0] ?? null);
    },
    chooseSavePath: async (kind, suggestedName) => {
      const filters = [...filtersOf(kind)];
      const defaultPath = safeName(suggestedName);
      const options = { defaultPath, filters, properties: ['showOverwriteConfirmation' as const] };
      const { canceled, filePath } = await dialog.showSaveDialog(shown(), options);
      return canceled || filePath === '' ? null : filePath;
    },
  };
}

function filtersOf(kind: unknown): readonly FileFilter[] {
  const known = FILE_KINDS.find((each) => each === kind);
  if (known === undefined) throw new Error(`A file is chosen for one of ${FILE_KINDS.join(', ')}.`);
  return FILTERS[known];
}

/** A name and not a path: what the page suggests must not choose the folder. */
export function safeName(suggested: unknown): string {
  if (typeof suggested !== 'string') throw new Error('A name for the file is suggested as text.');
  const name = suggested
    .replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, '-')
    .replace(/^[.\s-]+/, '')
    .slice(0, MOST_LETTERS)
    .trim();
  return name === '' ? 'residuum' : name;
}
