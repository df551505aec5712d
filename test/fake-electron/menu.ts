// Menu of the stand-in: a tree of items that can be found by id and clicked. Nobody sees it.
import { onlyThese } from './only-these.ts';

export interface Template {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly accelerator?: string;
  readonly registerAccelerator?: boolean;
  readonly submenu?: readonly Template[];
  readonly click?: (item: object) => void;
}

class MenuItem {
  readonly id: string | undefined;
  readonly label: string;
  readonly role: string | undefined;
  readonly submenu: Menu | undefined;
  readonly #click: Template['click'];

  constructor({ id, label = '', role, submenu, click, type }: Template) {
    if (label === '' && role === undefined && type !== 'separator') {
      throw new TypeError('A menu item needs a label, a role or to be a separator.');
    }
    this.id = id;
    this.label = label;
    this.role = role;
    this.submenu = submenu === undefined ? undefined : Menu.buildFromTemplate(submenu);
    this.#click = click;
  }

  click(): void {
    this.#click?.(this);
  }
}

export class Menu {
  static #application: Menu | null = null;
  readonly items: readonly MenuItem[];

  private constructor(items: readonly MenuItem[]) {
    this.items = items;
  }

  static buildFromTemplate(template: readonly Template[]): Menu {
    const items = template.map((each) => onlyThese('MenuItem', new MenuItem(each)));
    return onlyThese('Menu', new Menu(items));
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found !== undefined && found !== null) return found;
    }
    return null;
  }
}
