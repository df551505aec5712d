// The keyboard of a user who has no mouse.
import type { Page } from 'playwright-core';

/** Goes on with Tab until something with this name has the focus. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    const focused: string = await page.evaluate(
      `(() => { const at = document.activeElement; return at.getAttribute('aria-label') ?? at.textContent ?? ''; })()`,
    );
    if (name.test(focused)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${String(name)}`);
}
