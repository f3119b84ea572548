import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenPage, openGuild, openPage, send } from '../local-discord/page/support/open-page.ts';
import { chromiumPath, launchChromium, noChromium } from '../support/chromium.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Launcher, launch } from './support/launcher.ts';

describe.skipIf(!chromiumPath())(
  `a schedule that fails, seen in Chromium (${chromiumPath() ? 'there' : noChromium})`,
  () => {
    const folder = temporaryFolder();
    let launcher: Launcher;
    let browser: Browser;
    let open: OpenPage;

    beforeAll(async () => {
      [launcher, browser] = await Promise.all([launch(folder.path), launchChromium()]);
      open = await openPage(browser, launcher.pageUrl, { height: 1_000 });
    });
    afterAll(async () => {
      await open?.close();
      await browser?.close();
      await launcher?.stop();
      folder[Symbol.dispose]();
    });

    test('says so unasked, with Review and Retry that work', { timeout: 240_000 }, async () => {
      const { page } = open;
      const log = page.getByRole('log');
      await openGuild(page, 'North');
      await page.getByRole('button', { name: /general \(text\)/ }).click();
      const type = async (line: string, answer: string) => {
        await send(page, line);
        await log.getByText(answer).last().waitFor({ timeout: 30_000 });
      };
      // #general has no followers to publish to: that step is refused for good.
      await type(
        '/publish target add name:news publisher:discord options:"kind=announcement channelId=1100000000000000101" approval:none',
        'Target added',
      );
      await type('/alerts here', 'Alerts come here');
      const soon = new Date(Date.now() + 6_000).toISOString().slice(0, 19).replace('T', ' ');
      await type(
        `/schedule add title:"Nightly announcement" targets:news zone:UTC at:"${soon}"`,
        'Nightly announcement',
      );
      await log.getByText(/1 post to “news” needs a person/).waitFor({ timeout: 90_000 });
      await log.getByRole('button', { name: 'Review' }).last().click();
      await log.getByRole('button', { name: 'Discard' }).last().waitFor({ timeout: 30_000 });
      await log.getByRole('button', { name: 'Retry' }).first().click();
      await log.getByText(/was tried again/).waitFor({ timeout: 30_000 });
      expect(await log.getByText('Something went wrong').count()).toBe(0);
    });
  },
);
