import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OpenPage, openGuild, openPage, send } from '../local-discord/page/support/open-page.ts';
import { chromiumPath, launchChromium, noChromium } from '../support/chromium.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Launcher, launch } from './support/launcher.ts';

const firstMs = 60_000;
const { SCREENSHOT_DIR } = process.env;

/** From a fresh state to a release that people can look at: by the hub’s own page, as in earnest. */
describe.skipIf(!chromiumPath())(
  `a release on the stand-in, in Chromium (${chromiumPath() ? 'there' : noChromium})`,
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
      open = await openPage(browser, launcher.pageUrl, { height: 1_000 });
    }, 90_000);
    afterEach(async () => {
      await open?.close();
      await launcher?.stop();
      folder[Symbol.dispose]();
      expect(open.complaints).toEqual([]);
    }, 60_000);

    test('takes three clicks and two to connect, and nothing typed', { timeout: 240_000 }, async () => {
      const { page } = open;
      let clickCount = 0;
      const click = async (where: Page, role: 'button' | 'link' | 'option', name: RegExp) => {
        clickCount += 1;
        await where.getByRole(role, { name }).last().click({ timeout: firstMs });
      };
      /** A choice in a select: it opens, and closes with the choice. */
      const choose = async (select: RegExp, name: RegExp) => {
        await page.getByRole('button', { name: select }).last().click({ timeout: firstMs });
        await click(page, 'option', name);
      };
      await openGuild(page, 'North');
      await send(page, '/publish setup');
      await choose(/A new place/, /A GitHub release/);
      await page.getByText('Enter the credentials').last().waitFor({ timeout: firstMs });
      await shoot(page, '1-place');

      const [connecting] = await Promise.all([
        page.context().waitForEvent('page'),
        click(page, 'link', /Enter the credentials/),
      ]);
      await connecting.getByText('stand-in on this machine').waitFor();
      await shoot(connecting, '2-connect');
      await click(connecting, 'button', /Use a try-out token/);
      await connecting.getByRole('heading', { name: 'Connected' }).waitFor({ timeout: firstMs });
      await connecting.close();

      await page
        .getByRole('button', { name: /Pick a repository/ })
        .last()
        .waitFor({ timeout: firstMs });
      await shoot(page, '3-pick');
      await choose(/Pick a repository/, /acme\/site/);
      await page.getByText(/Ready/).last().waitFor({ timeout: firstMs });
      await shoot(page, '4-ready');
      await click(page, 'button', /Test post/);
      expect(clickCount).toBe(5);

      // By what the stand-in saw.
      await page.getByText('1 of 4 done').waitFor({ timeout: firstMs });
      await shoot(page, '5-posted');
      const [elsewhere] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByRole('link', { name: /^Elsewhere/ }).click(),
      ]);
      await elsewhere.getByText('Release guildmesh test, safe to delete in acme/site').waitFor();
      await shoot(elsewhere, '6-elsewhere');
      await elsewhere
        .getByRole('link', { name: /guildmesh test, safe to delete/ })
        .first()
        .click();
      await elsewhere.getByText(/A test of .+ from North\./).waitFor();
      await shoot(elsewhere, '7-release');
    });
  },
);

async function shoot(page: Page, name: string): Promise<void> {
  if (SCREENSHOT_DIR) await page.screenshot({ path: `${SCREENSHOT_DIR}/${name}.png` });
}
