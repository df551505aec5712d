// The native menu has every command once, with the key that the page listens to, and sends its id.
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate } from '../../electron/menu.ts';
import { COMMANDS } from '../../renderer/commands/command.ts';
import { COMMAND_IDS } from '../../shared/model/command-ids.ts';

function itemsOf(template: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] {
  return template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);
}

describe.each(['linux', 'darwin', 'win32'] as const)('on %s', (platform) => {
  it('every command is there once, and sends its own id', () => {
    const sent: string[] = [];
    const items = itemsOf(menuTemplate(platform, (id) => sent.push(id))).filter(({ id }) => id !== undefined);
    for (const { click } of items) click?.({} as never, undefined, {} as never);
    expect(sent).toEqual(items.map(({ id }) => id));
    expect([...sent].sort()).toEqual([...COMMAND_IDS].sort());
  });

  it('shows the keys of the page, and leaves listening to the page', () => {
    const items = itemsOf(menuTemplate(platform, () => undefined));
    const shown = COMMANDS.map(({ id, title }) => {
      const item = items.find((each) => each.id === id);
      return [item?.label === title, item?.accelerator ?? '', item?.registerAccelerator ?? 'unset'];
    });
    const keys = COMMANDS.map(({ key }) => [
      true,
      key.replace('Ctrl ', 'CmdOrCtrl+').replace('Shift ', 'Shift+'),
      key === '' ? 'unset' : false,
    ]);
    expect(shown).toEqual(keys);
  });

  it('offers no tools for developers', () => {
    const roles = itemsOf(menuTemplate(platform, () => undefined)).map(({ role }) => role);
    expect(roles).not.toContain('toggleDevTools');
    expect(roles).not.toContain('viewMenu');
    expect(roles).toContain(platform === 'darwin' ? 'appMenu' : 'quit');
  });
});
