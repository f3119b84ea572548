import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OpenPage, openGuild, openPage } from '../local-discord/page/support/open-page.ts';
import { chromiumPath, launchChromium, noChromium } from '../support/chromium.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Launcher, launch } from './support/launcher.ts';
import { minuteOfReadme, type Told, toldBy } from './support/readme-minute.ts';

/**
 * The first minute on a fresh state, as somebody has it who does just what is offered or printed: from nothing to sound
 * in North, and from there to sound in South.
 */
describe.skipIf(!chromiumPath())(
  `the first minute in Chromium (${chromiumPath() ? 'there' : noChromium})`,
  () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let launcher: Launcher;
    let browser: Browser;
    let open: OpenPage;

    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(async () => {
      await browser?.close();
    });
    beforeEach(async () => {
      folder = temporaryFolder();
      launcher = await launch(folder.path);
      open = await openPage(browser, launcher.pageUrl);
    }, 90_000);
    afterEach(async () => {
      await open?.close();
      await launcher?.stop();
      folder[Symbol.dispose]();
      expect(open.complaints).toEqual([]);
      expect(launcher.output()).not.toMatch(/\b(?:MESH|AUDIO|PLAYER|RELAY|VOICE)_[A-Z_]+\b/);
    }, 60_000);

    test('is two presses: each does visibly what a person would', { timeout: 120_000 }, async () => {
      const { page } = open;
      await page.getByRole('button', { name: 'Play something' }).click();
      await done(page, 2);
      await sounds(page);
      await page.getByRole('heading', { name: 'North', level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Do the rest for me' }).click();
      await done(page, 3);
      await sounds(page);
      await page.getByRole('heading', { name: 'South', level: 1 }).waitFor();
      await page.getByText('Now in your own server').waitFor();
      // The local Discord knows what it saw, also for a page that is opened later.
      await page.setViewportSize({ width: 360, height: 740 });
      await page.reload();
      await done(page, 3);
      expect(await page.locator('.hint-steps').isVisible()).toBe(false);
    });

    test('is the lines of README, by keys alone', { timeout: 120_000 }, async () => {
      const { page } = open;
      const lines = await minuteOfReadme();
      expect(lines).toHaveLength(3);
      expect(plain(launcher.lines)).toEqual(plain(lines));
      const [first = '', ...others] = lines;
      for (const told of toldBy(first)) await obey(page, told);
      // People go on once they hear it; somebody who leaves at once has heard nothing.
      await done(page, 2);
      for (const told of others.flatMap(toldBy)) await obey(page, told);
      await done(page, 3);
      await sounds(page);
    });
  },
);

/** Steps tick only by frames that left end-to-end encrypted. */
async function done(page: Page, count: number): Promise<void> {
  await page.getByText(`${count} of 4 done`).waitFor({ timeout: 45_000 });
}

/** The page plays what was decrypted, and it isn't silent. */
async function sounds(page: Page): Promise<void> {
  const meter = page.getByRole('meter');
  await expect
    .poll(async () => Number(await meter.getAttribute('data-frames')), { timeout: 20_000 })
    .toBeGreaterThan(50);
  await expect.poll(async () => Number(await meter.getAttribute('data-peak'))).toBeGreaterThan(0.01);
}

async function obey(page: Page, told: Told): Promise<void> {
  switch (told.kind) {
    case 'guild':
      return openGuild(page, told.name);
    case 'join':
      await press(page, new RegExp(`^${told.name} \\(voice\\)`));
      await press(page, 'Join and listen');
      await page.getByRole('meter').waitFor();
      return;
    case 'type':
      await press(page, /^general \(text\)/);
      await page.locator('#composer-input').focus();
      await page.keyboard.type(told.line);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Enter');
      return;
    case 'press':
      await press(page, /^general \(text\)/);
      return press(page, told.name);
    case 'choose':
      await press(page, /Share with/);
      await page.getByRole('option', { name: new RegExp(`^${told.name}`) }).waitFor();
      await page.keyboard.press('Enter');
  }
}

/** By the focus and a key, once it is there. */
async function press(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole('button', { name, exact: typeof name === 'string' }).last();
  await button.waitFor({ timeout: 20_000 });
  await button.focus();
  await page.keyboard.press('Enter');
}

/** Without what only layout adds. */
function plain(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .replaceAll(/[*`]/g, '')
      .replaceAll(/[\s·,.:;()]+/g, ' ')
      .trim(),
  );
}
