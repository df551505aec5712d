// Drops a file on a page, as a hand would.
import type { Page } from 'playwright-core';

/** `bytes` of a file called `name`, over the middle of the page. */
export async function dropFile(page: Page, name: string, bytes: string | Uint8Array): Promise<void> {
  const base64 = Buffer.from(bytes).toString('base64');
  // As text: the project of the tests knows no page.
  const transfer = await page.evaluateHandle(`(() => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob(${JSON.stringify(base64)}), (character) => character.charCodeAt(0));
    data.items.add(new File([bytes], ${JSON.stringify(name)}));
    return data;
  })()`);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await transfer.dispose();
}
