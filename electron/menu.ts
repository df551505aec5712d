// The native menu: the same commands as the palette of the page, by the same ids, and what every window has.
import type { MenuItemConstructorOptions } from 'electron';
import { COMMAND_TITLES, type CommandId } from '../shared/model/command-ids.ts';

/** Those of the page, as Electron writes them. They are only shown here: the page listens, so that each is heard once. */
const KEYS: Partial<Readonly<Record<CommandId, string>>> = {
  'open-palette': 'CmdOrCtrl+K',
  'show-keys': '?',
  connect: 'C',
  'open-recording': 'O',
  recordings: 'G',
  'look-now': 'N',
  'retry-now': 'R',
  'judge-now': 'J',
  'go-live': 'L',
  'play-or-pause': 'Space',
  'look-back': '[',
  'look-forth': ']',
  'go-first': 'Home',
  'go-last': 'End',
  'toggle-zoom': 'Z',
  'toggle-matrix': 'T',
  'toggle-attention': 'X',
  'all-gpus': '0',
  'add-mark': 'M',
  'next-mark': '.',
  'previous-mark': ',',
  'show-cycles': 'Y',
  'use-as-a': 'Shift+A',
  'use-as-b': 'Shift+B',
  'take-snapshot': 'Shift+S',
  'show-compare': 'Shift+C',
  'swap-sides': 'X',
  'toggle-noise': 'N',
  'show-evidence': 'E',
  'copy-table': 'CmdOrCtrl+Shift+C',
};

/** `send` gets the id of a command that was chosen. */
export function menuTemplate(
  platform: NodeJS.Platform,
  send: (id: CommandId) => void,
): readonly MenuItemConstructorOptions[] {
  const command = (id: CommandId): MenuItemConstructorOptions => {
    const accelerator = KEYS[id];
    const item = { id, label: COMMAND_TITLES[id], click: () => send(id) };
    return accelerator === undefined ? item : { ...item, accelerator, registerAccelerator: false };
  };
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&Node',
      submenu: [
        command('connect'),
        command('open-demo'),
        command('open-recording'),
        command('recordings'),
        line,
        command('look-now'),
        command('retry-now'),
        command('close-node'),
        line,
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        command('open-palette'),
        line,
        command('go-live'),
        command('judge-now'),
        line,
        command('play-or-pause'),
        command('look-back'),
        command('look-forth'),
        command('go-first'),
        command('go-last'),
        line,
        command('toggle-zoom'),
        command('toggle-matrix'),
        command('toggle-attention'),
        command('all-gpus'),
        line,
        command('add-mark'),
        command('next-mark'),
        command('previous-mark'),
        command('show-cycles'),
        line,
        command('use-as-a'),
        command('use-as-b'),
        command('take-snapshot'),
        command('show-compare'),
        command('swap-sides'),
        command('toggle-noise'),
        line,
        command('show-evidence'),
        command('copy-states'),
        command('copy-gate'),
        command('copy-table'),
        line,
        { role: 'reload' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'help', submenu: [command('show-keys')] },
  ];
}
