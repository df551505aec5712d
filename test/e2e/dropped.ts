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

/** Drops a file of which only the beginning can be read, until `readOn` is called. */
export async function dropHeld(
  page: Page,
  name: string,
  text: string,
  characters: number,
): Promise<() => Promise<void>> {
  const [head, rest] = [text.slice(0, characters), text.slice(characters)].map((part) => JSON.stringify(part));
  await page.evaluate(`(() => {
    const file = new File([${head}, ${rest}], ${JSON.stringify(name)});
    const bytes = (part) => new TextEncoder().encode(part);
    file.stream = () => new ReadableStream({
      async start(out) {
        out.enqueue(bytes(${head}));
        await new Promise((go) => { window.readOn = go; });
        out.enqueue(bytes(${rest}));
        out.close();
      },
    });
    // Files that go through a DataTransfer lose what was set on them.
    const event = new Event('drop', { bubbles: true, cancelable: true });
    event.dataTransfer = { files: [file] };
    document.body.dispatchEvent(event);
  })()`);
  return () => page.evaluate('window.readOn()');
}
