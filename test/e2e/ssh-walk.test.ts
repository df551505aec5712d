// By keyboard alone to a real sshd with a played node behind it: from Connect, over its unknown host key, to the verdict.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { useDesktop, PLAYED_BY } from '../electron/desktop-program.ts';
import { startNode } from '../kit/fake-node.ts';
import { ORPHAN_BESIDE_SLEEPING } from '../kit/scenarios.ts';
import { startSshd, type Sshd } from '../kit/sshd.ts';
import { buildProgram, startProgram } from '../web/built.ts';
import { useBrowser } from './browser.ts';
import { walkToVerdict } from './ssh-walk.ts';

const browser = useBrowser();
const desktops = useDesktop();

beforeAll(buildProgram);

/** A node whose host key nobody has seen yet. */
async function newNode(): Promise<Sshd> {
  const node = await startNode(ORPHAN_BESIDE_SLEEPING, { processes: 'foreign' });
  const sshd = await startSshd({ env: node.env });
  await writeFile(sshd.knownHostsFile, '');
  return sshd;
}

/** A folder with an ssh that reads the client configuration of this server: the desktop has no option for that. */
async function sshThatReads({ folder, sshConfigFile }: Sshd): Promise<string> {
  const programs = join(folder, 'programs');
  await mkdir(programs);
  await writeFile(join(programs, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${sshConfigFile}' "$@"\n`, { mode: 0o755 });
  return programs;
}

it('in the browser', async () => {
  const sshd = await newNode();
  const home = { HOME: sshd.folder, XDG_CONFIG_HOME: sshd.folder };
  const running = startProgram(['serve', '--no-open', '--ssh-config', sshd.sshConfigFile], home);
  const page = await browser.page();
  await page.goto(await running.ready());
  await walkToVerdict(page, sshd);
  running.child.kill('SIGTERM');
  expect(await running.ended).toEqual({ code: 0, signal: null });
  await expect.poll(() => sshd.commandPids()).toEqual([]);
  // The page asks for its host again, in vain.
  expect(browser.errors().every((text) => text.includes('WebSocket connection'))).toBe(true);
});

it(`in the desktop, driven by ${PLAYED_BY}`, async () => {
  const sshd = await newNode();
  const desktop = await desktops.start(undefined, [], await sshThatReads(sshd));
  await walkToVerdict(desktop.page, sshd);
  await desktop.inMain((electron) => electron.BrowserWindow.getAllWindows()[0]?.close(), null);
  expect(await desktop.ended).toBe(0);
  await expect.poll(() => sshd.commandPids()).toEqual([]);
});
