// A page that we wrote, as a real Chromium shows it: the texts of its tables, and what it complained about or wanted to load.
import { chromium, type Browser } from 'playwright-core';
import { stranger } from './stranger.ts';

export interface Shown {
  /** Of each table its caption and its rows, headings first, as they are seen. */
  readonly tables: readonly { readonly title: string; readonly rows: readonly (readonly string[])[] }[];
  /** Of elements that a table of ours has; anything else came out of a name. */
  readonly elements: readonly string[];
  readonly complaints: readonly string[];
}

/** Runs in the page. */
const READ = `(() => {
  const textOf = (element) => (element === null ? '' : element.textContent.trim());
  const tables = [...document.querySelectorAll('table')].map((table) => ({
    title: textOf(table.caption),
    rows: [...table.rows].map((row) => [...row.cells].map(textOf)),
  }));
  const elements = [...new Set([...document.body.querySelectorAll('*')].map((each) => each.localName))].sort();
  return { tables, elements };
})()`;

export async function startChromium(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  return await chromium.launch({ executablePath: stranger('chromium'), args, headless: true });
}

export async function shownPage(browser: Browser, html: string): Promise<Shown> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => complaints.push(request.url()));
    await page.setContent(html);
    const found = (await page.evaluate(READ)) as Pick<Shown, 'tables' | 'elements'>;
    return { ...found, complaints };
  } finally {
    await context.close();
  }
}
