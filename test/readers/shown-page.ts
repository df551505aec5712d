// A page that we wrote, as a real Chromium shows it: the texts of its tables, and what it complained about or wanted to load.
import { chromium, type Browser, type ConsoleMessage, type Request } from 'playwright-core';
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

/** In a page that is used again: a new one for each table would cost ten times of what the table does. */
export async function shownPage(browser: Browser, html: string): Promise<Shown> {
  const context = browser.contexts()[0] ?? (await browser.newContext());
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto('about:blank');
  const complaints: string[] = [];
  const complain = {
    pageerror: (error: Error) => void complaints.push(error.message),
    console: (message: ConsoleMessage) => void complaints.push(message.text()),
    request: (request: Request) => void complaints.push(request.url()),
  };
  page.on('pageerror', complain.pageerror).on('console', complain.console).on('request', complain.request);
  try {
    await page.setContent(html);
    const found = (await page.evaluate(READ)) as Pick<Shown, 'tables' | 'elements'>;
    return { ...found, complaints };
  } finally {
    page.off('pageerror', complain.pageerror).off('console', complain.console).off('request', complain.request);
  }
}
