// The walk that is the same in every host: no mouse, from the list of nodes to why the gate says what it says.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Sshd } from '../kit/sshd.ts';
import { picture } from './browser.ts';
import { tabTo } from './tab-to.ts';

const WAIT = { timeout: 60_000 };

/** `sshd` has a host key that its known_hosts does not name. */
export async function walkToVerdict(page: Page, sshd: Sshd): Promise<void> {
  await page.locator('[role=combobox]:focus').waitFor();
  await page.keyboard.type(sshd.alias);
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: /^Is this really/ }).waitFor(WAIT);
  const { stdout } = await promisify(execFile)('ssh-keygen', ['-l', '-f', join(sshd.folder, 'host_ed25519.pub')]);
  const fingerprint = stdout.split(' ')[1] ?? 'none';
  await page.getByText(fingerprint, { exact: true }).waitFor();
  expect(await readFile(sshd.knownHostsFile, 'utf8')).toBe('');
  await picture(page, 'ssh-walk-key');
  await tabTo(page, /^Accept this key$/);
  await page.keyboard.press('Enter');

  const verdicts = page.getByRole('region', { name: 'Verdicts' });
  await verdicts.waitFor(WAIT);
  await expect.poll(() => verdicts.innerText(), WAIT).toContain('30,720 MiB');
  expect(await readFile(sshd.knownHostsFile, 'utf8')).toMatch(/^\S+ ssh-ed25519 \S+\n$/);
  expect(await page.locator('[data-verdict]').first().innerText()).toBe('FAIL');
  expect(await page.getByText('Demo data').count()).toBe(0);

  // Why it says so: the card of the first engine, and the rows that its number came from.
  await tabTo(page, /^Open the card of/);
  await page.keyboard.press('Enter');
  await verdicts.getByText('Who holds GPU').first().waitFor();
  await tabTo(page, /^30,720 MiB/);
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog').filter({ hasText: 'Where this number comes from' });
  await drawer.waitFor();
  expect(await drawer.innerText()).toMatch(/00000000:3B:00\.0, \d+, 30720/);
  await picture(page, 'ssh-walk-raw');
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
}
