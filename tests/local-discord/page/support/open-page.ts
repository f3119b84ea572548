import type { Browser, Page } from 'playwright-core';

export interface OpenPage {
  page: Page;
  /** Errors that the browser reported, and requests that left this machine. */
  complaints: string[];
  close(): Promise<void>;
}

export interface OpenPageInit {
  width?: number;
  height?: number;
  colorScheme?: 'dark' | 'light';
}

export async function openPage(browser: Browser, url: string, init: OpenPageInit = {}): Promise<OpenPage> {
  const { width = 1280, height = 800, colorScheme = 'dark' } = init;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(url).origin)
      complaints.push(`left the machine: ${origin}`);
  });
  await page.goto(url);
  await page.getByRole('log').waitFor();
  return { page, complaints, close: () => context.close() };
}

/** Opens a guild by its name. */
export async function openGuild(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
}

/** Types a line as a person does and sends it. */
export async function send(page: Page, line: string): Promise<void> {
  const composer = page.locator('#composer-input');
  await composer.fill(`${line} `);
  await composer.press('Enter');
}
