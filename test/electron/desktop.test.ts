// The desktop program as a user has it: its window is locked down, its page reaches the host, and it ends cleanly.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { PLAYED_BY, useDesktop, type Desktop } from './desktop-program.ts';

const runs = useDesktop();

// Each start is a Node, a Chromium and a page: seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** In the page: gets a port as the page does, and gives a function that makes one call over it. */
const WITH_PORT = `const port = await new Promise((resolve) => {
  window.addEventListener('message', function hear({ source, data, ports }) {
    if (source !== window || data !== 'residuum:port') return;
    window.removeEventListener('message', hear);
    resolve(ports[0]);
  });
  window.postMessage('residuum:want-port', '/');
});
const call = (id, method, input) => new Promise((resolve) => {
  port.addEventListener('message', ({ data }) => {
    const said = JSON.parse(data);
    if (said[0] === id) resolve(said);
  });
  port.start();
  port.postMessage(JSON.stringify([id, 'call', method, input, 0]));
});`;

function inPage<T>(page: Page, body: string): Promise<T> {
  return page.evaluate<T>(`(async () => { ${body} })()`);
}

function appInfo(page: Page): Promise<unknown> {
  return inPage(page, `${WITH_PORT} return call(1, 'app.info', {});`);
}

/** Replaces what would leave the program, and keeps what it was given. */
async function watchOutside(desktop: Desktop): Promise<() => Promise<readonly string[]>> {
  await desktop.inMain((electron) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    electron.shell.openExternal = (address) => Promise.resolve(void opened.push(address));
  }, null);
  return () => desktop.inMain(() => (globalThis as unknown as { opened: string[] }).opened, null);
}

async function until(look: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await look())) {
    if (performance.now() > end) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe(`the page, driven by ${PLAYED_BY}`, () => {
  it('reaches the host through its port, and a call is answered', async () => {
    const { page } = await runs.shared();
    expect(await appInfo(page)).toEqual([1, 'ok', expect.objectContaining({ host: 'desktop', limitVariable: null })]);
    expect(await page.title()).toBe('Residuum');
  });

  it('has no require, no process and nothing of Electron but the bridge', async () => {
    const { page } = await runs.shared();
    const seen = await inPage(
      page,
      `return {
        types: [typeof require, typeof process, typeof module, typeof ipcRenderer, typeof electron],
        bridge: Object.keys(window.residuumDesktop).sort(),
        canBeChanged: (() => { try { window.residuumDesktop.onCommand = null; } catch { /* Refused aloud. */ }
          return window.residuumDesktop.onCommand === null; })(),
      };`,
    );
    expect(seen).toEqual({
      types: ['undefined', 'undefined', 'undefined', 'undefined', 'undefined'],
      bridge: ['chooseOpenPath', 'chooseSavePath', 'onCommand'],
      canBeChanged: false,
    });
  });

  it('is a secure context of its own origin, served by our scheme only', async () => {
    const { page } = await runs.shared();
    expect(await inPage(page, 'return [window.isSecureContext, window.origin === location.origin]')).toEqual([
      true,
      true,
    ]);
    const statuses = await page.evaluate<readonly (string | number)[]>(
      `Promise.all(['/../../package.json', '/index.html.map', '/%2e%2e/electron/main.js'].map((path) =>
        new Promise((resolve) => {
          const script = document.createElement('script');
          script.src = path;
          script.onload = () => resolve('loaded');
          script.onerror = () => resolve('refused');
          document.head.append(script);
        })))`,
    );
    expect(statuses).toEqual(['refused', 'refused', 'refused']);
  });

  it('gets a new port after a reload, and the host is the same', async () => {
    const desktop = await runs.shared();
    await appInfo(desktop.page);
    // Asked for before: a page may be loaded before main has answered.
    const loaded = desktop.page.waitForEvent('load');
    await desktop.inMain((electron) => electron.BrowserWindow.getAllWindows()[0]?.webContents.reload(), null);
    await loaded;
    expect(await appInfo(desktop.page)).toEqual([1, 'ok', expect.anything()]);
  });
});

describe(`the content policy, driven by ${PLAYED_BY}`, () => {
  it('blocks an inline script, eval and every address outside the page', async () => {
    const { page } = await runs.shared();
    const seen = await inPage(
      page,
      `// What the debugger runs may use eval until it waits for the first time.
      await new Promise((resolve) => setTimeout(resolve));
      const blocked = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => blocked.push(effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.ranInline = true';
      document.body.append(script);
      const evalError = (() => { try { return String(new Function('return 1')()); } catch (error) { return error.name; } })();
      const fetched = await fetch('https://docs.nvidia.com/').then(() => 'answered', (error) => error.name);
      const frame = document.createElement('iframe');
      frame.src = 'https://docs.nvidia.com/';
      document.body.append(frame);
      for (let waited = 0; waited < 20_000 && new Set(blocked).size < 4; waited += 50) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { ranInline: window.ranInline === true, evalError, fetched, blocked: [...new Set(blocked)].sort() };`,
    );
    expect(seen).toEqual({
      ranInline: false,
      evalError: 'EvalError',
      fetched: 'TypeError',
      blocked: ['connect-src', 'frame-src', 'script-src', 'script-src-elem'],
    });
  });
});

describe(`the window, driven by ${PLAYED_BY}`, () => {
  it('goes nowhere else: a navigation is blocked, and only an allowed link reaches the system', async () => {
    const desktop = await runs.shared();
    const opened = await watchOutside(desktop);
    const before = desktop.page.url();
    for (const address of ['https://example.org/', 'http://docs.nvidia.com/', 'https://docs.nvidia.com/cuda/']) {
      await inPage(desktop.page, `location.href = ${JSON.stringify(address)};`);
    }
    await until(async () => (await opened()).some((address) => address.includes('cuda')));
    expect(await opened()).toEqual(['https://docs.nvidia.com/cuda/']);
    expect(desktop.page.url()).toBe(before);
    expect(await appInfo(desktop.page)).toEqual([1, 'ok', expect.anything()]);
  });

  it('opens no second window, whoever asks', async () => {
    const desktop = await runs.shared();
    const opened = await watchOutside(desktop);
    await inPage(
      desktop.page,
      `window.open('https://example.org/');
      window.open('file:///etc/passwd');
      const link = document.createElement('a');
      link.href = 'https://docs.vllm.ai/';
      link.target = '_blank';
      link.textContent = 'link';
      document.body.prepend(link);`,
    );
    await desktop.page.getByText('link', { exact: true }).click();
    await until(async () => (await opened()).length > 0);
    expect(await opened()).toEqual(['https://docs.vllm.ai/']);
    expect(await desktop.inMain((electron) => electron.BrowserWindow.getAllWindows().length, null)).toBe(1);
  });

  it('grants no permission but writing to the clipboard', async () => {
    const { page } = await runs.shared();
    const names = ['notifications', 'geolocation', 'camera', 'microphone', 'clipboard-read', 'clipboard-write'];
    const states = await page.evaluate<unknown>(
      `Promise.all(${JSON.stringify(names)}.map((name) => navigator.permissions.query({ name }).then(({ state }) => name + ' ' + state)))`,
    );
    expect(states).toEqual(names.map((name) => `${name} ${name === 'clipboard-write' ? 'granted' : 'denied'}`));
    const asked = await inPage(
      page,
      `return [
        await Notification.requestPermission(),
        await new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('told'), ({ code }) => resolve(code))),
        await navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'given', ({ name }) => name),
      ];`,
    );
    // 1 is PERMISSION_DENIED of a position.
    expect(asked).toEqual(['denied', 1, expect.stringMatching(/^Not(?:Allowed|Found)Error$/)]);
  });

  it('gives no port to a window that shows something else, with the same preload', async () => {
    const desktop = await runs.shared();
    // Our own page has its port by now, and asks no more.
    await desktop.page.getByText('This machine').first().waitFor();
    const answers = await desktop.inMain(async (electron, preload) => {
      const other = new electron.BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      // Neither may be given a port for what the other window asks.
      const heard: string[] = [];
      for (const window of electron.BrowserWindow.getAllWindows()) {
        const post = window.webContents.postMessage.bind(window.webContents);
        window.webContents.postMessage = (channel, ...rest) => {
          heard.push(channel);
          post(channel, ...rest);
        };
      }
      await other.loadURL('about:blank');
      const ask = `new Promise((resolve) => {
        window.addEventListener('message', ({ data }) => { if (data === 'residuum:port') resolve('a port'); });
        window.postMessage('residuum:want-port', '*');
        setTimeout(() => resolve('nothing'), 500);
      })`;
      const port = await other.webContents.executeJavaScript(ask);
      const choose = await other.webContents.executeJavaScript(
        `window.residuumDesktop.chooseOpenPath('recording').then(String, (error) => error.message)`,
      );
      other.destroy();
      return { port, choose, heard };
    }, desktop.preloadPath);
    expect(answers).toEqual({
      port: 'nothing',
      choose: expect.stringContaining('Only the page of Residuum may ask this.'),
      heard: [],
    });
  });

  it('tells the page which command of the menu was chosen', async () => {
    const desktop = await runs.shared();
    await inPage(
      desktop.page,
      `window.commands = []; window.residuumDesktop.onCommand((id) => window.commands.push(id));`,
    );
    await desktop.inMain((electron) => {
      const menu = electron.Menu.getApplicationMenu();
      for (const id of ['open-demo', 'open-palette']) menu?.getMenuItemById(id)?.click();
      electron.BrowserWindow.getAllWindows()[0]?.webContents.send('residuum:command', 'no-such-command');
      menu?.getMenuItemById('judge-now')?.click();
    }, null);
    await until(() => inPage(desktop.page, 'return window.commands.length >= 3'));
    expect(await inPage(desktop.page, 'return window.commands')).toEqual(['open-demo', 'open-palette', 'judge-now']);
  });

  it('asks the user for a file, and gives the page the path or null', async () => {
    const desktop = await runs.shared();
    await desktop.inMain((electron) => {
      electron.dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: ['/data/run.jsonl'] });
      electron.dialog.showSaveDialog = ((_window: unknown, { defaultPath }: { defaultPath: string }) =>
        Promise.resolve({ canceled: false, filePath: `/data/${defaultPath}` })) as never;
    }, null);
    const chosen = await inPage(
      desktop.page,
      `const { chooseOpenPath, chooseSavePath } = window.residuumDesktop;
      return [
        await chooseOpenPath('recording'),
        await chooseSavePath('evidence', '../../table.md'),
        await chooseOpenPath('everything').catch((error) => error.message),
      ];`,
    );
    expect(chosen).toEqual([
      '/data/run.jsonl',
      '/data/table.md',
      expect.stringContaining('A file is chosen for one of recording, evidence.'),
    ]);
  });

  it('saves what the page has made, and nothing from elsewhere', async () => {
    const desktop = await runs.shared();
    // Heard after main has said what it thinks of it.
    await desktop.inMain((electron) => {
      const heard: boolean[] = [];
      Object.assign(globalThis, { heard });
      electron.session.defaultSession.on('will-download', (event) => heard.push(event.defaultPrevented));
    }, null);
    const heard = (): Promise<unknown> =>
      desktop.inMain(() => (globalThis as unknown as { heard: boolean[] }).heard, null);
    const save = (address: string): Promise<unknown> =>
      inPage(
        desktop.page,
        `const link = document.createElement('a');
        link.href = ${address};
        link.download = 'residuum-gate.md';
        link.click();`,
      );
    await save(`URL.createObjectURL(new Blob(['| a table |'], { type: 'text/markdown' }))`);
    await expect.poll(heard).toEqual([false]);
    await save(`'data:text/markdown,elsewhere'`);
    await expect.poll(heard).toEqual([false, true]);
  });

  it('is put where it was left', async () => {
    const folder = await runs.newFolder();
    const first = await runs.start(folder);
    const wanted = { x: 120, y: 90, width: 1100, height: 700 };
    await first.inMain((electron, bounds) => {
      electron.BrowserWindow.getAllWindows()[0]?.setBounds(bounds);
    }, wanted);
    await first.inMain((electron) => electron.BrowserWindow.getAllWindows()[0]?.close(), null);
    expect(await first.ended).toBe(0);
    const file = join(folder, 'data', 'window.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...wanted, isMaximized: false });
    const second = await runs.start(folder);
    const bounds = await second.inMain((electron) => electron.BrowserWindow.getAllWindows()[0]?.getBounds(), null);
    expect(bounds).toEqual(wanted);
  });
});

describe(`the page at work, driven by ${PLAYED_BY}`, () => {
  it('shows the demo when it was started for that, and goes on after a reload', async () => {
    const desktop = await runs.start(undefined, ['--demo']);
    const { page } = desktop;
    await page.getByText('Demo data').first().waitFor();
    expect(page.url()).not.toContain('open=');
    const nodes = `${WITH_PORT} return (await call(1, 'nodes.list', {}))[2].nodes.map(({ target }) => target);`;
    expect(await inPage(page, nodes)).toEqual(['demo']);
    await page.reload();
    await page.getByText('Demo data').first().waitFor();
    expect(await inPage(page, nodes)).toEqual(['demo']);
    expect(desktop.said()).not.toContain('residuum:');
    await desktop.inMain((electron) => electron.BrowserWindow.getAllWindows()[0]?.close(), null);
    expect(await desktop.ended).toBe(0);
  });

  it('does what the menu says', async () => {
    const desktop = await runs.shared();
    const { page } = desktop;
    await page.getByRole('heading', { name: 'Connect' }).first().waitFor({ state: 'attached' });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await desktop.inMain((electron) => electron.Menu.getApplicationMenu()?.getMenuItemById('show-keys')?.click(), null);
    await page.getByRole('dialog').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
  });
});

describe(`the program, driven by ${PLAYED_BY}`, () => {
  it('is there once: a second start ends with 0 and brings the window of the first to the front', async () => {
    const folder = await runs.newFolder();
    const first = await runs.start(folder);
    await first.inMain((electron) => {
      const [window] = electron.BrowserWindow.getAllWindows();
      Object.assign(globalThis, { focused: 0 });
      if (window === undefined) return;
      window.focus = () => Object.assign(globalThis, { focused: 1 });
    }, null);
    expect(await runs.startSecond(folder, ['--demo'])).toBe(0);
    await until(() => first.inMain(() => (globalThis as unknown as { focused: number }).focused === 1, null));
    expect(await first.inMain((electron) => electron.BrowserWindow.getAllWindows().length, null)).toBe(1);
    // What the second was asked for happens in the first.
    await first.page.getByText('Demo data').first().waitFor();
  });

  it('ends with 0 when its last window is closed', async () => {
    const desktop = await runs.start();
    await appInfo(desktop.page);
    await desktop.inMain((electron) => electron.BrowserWindow.getAllWindows()[0]?.close(), null);
    expect(await desktop.ended).toBe(0);
    expect(desktop.said()).not.toMatch(/residuum:|Error/);
  });

  it('ends with 0 when the system asks it to end', async () => {
    const desktop = await runs.start();
    desktop.signal('SIGTERM');
    expect(await desktop.ended).toBe(0);
  });
});
