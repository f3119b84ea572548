import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hintSteps } from '#demo/page/hint-steps.ts';
import { type OpenPage, openGuild, openPage, send } from '../local-discord/page/support/open-page.ts';
import { chromiumPath, launchChromium, noChromium } from '../support/chromium.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Launcher, launch } from './support/launcher.ts';

const readme = new URL('../../README.md', import.meta.url);
const guilds = ['North', 'South'].map((name) => ({
  id: name,
  name,
  channels: [{ id: 'general', name: 'general' }],
}));

/** One thing that a line tells to do. */
interface Told {
  guild: string | undefined;
  /** A command with what stands in parentheses behind it; or what is to be read and done. */
  text: string;
}

/**
 * The first minute as it is printed, typed by somebody who does just that: a line that fails there fails here. Whether
 * the page, the launcher and README say the same is part of it.
 */
describe.skipIf(!chromiumPath())(
  `the first minute in Chromium (${chromiumPath() ? 'there' : noChromium})`,
  () => {
    const folder = temporaryFolder();
    let launcher: Launcher;
    let browser: Browser;
    let open: OpenPage;

    beforeAll(async () => {
      [launcher, browser] = await Promise.all([launch(folder.path), launchChromium()]);
      open = await openPage(browser, launcher.pageUrl);
    });
    afterAll(async () => {
      await open?.close();
      await browser?.close();
      await launcher?.stop();
      folder[Symbol.dispose]();
    });

    test('reads the same in the launcher, the page and README', async () => {
      const inReadme = stepsOfReadme(await readFile(readme, 'utf8'));
      expect(launcher.lines.length).toBeGreaterThan(2);
      expect(plain(inReadme)).toEqual(plain(launcher.lines));
      await open.page.locator('.hint-step').first().waitFor();
      const shown = await open.page.locator('.hint-step .hint-text').allTextContents();
      expect(plain(shown)).toEqual(plain(launcher.lines));
    });

    test('is put into the composer of the guild it names by a click, until it is closed', async () => {
      const { page } = open;
      await openGuild(page, 'South');
      await page.getByRole('button', { name: '/node start', exact: true }).first().click();
      await page.getByRole('heading', { name: 'North', level: 1 }).waitFor();
      expect(await page.locator('#composer-input').inputValue()).toBe('/node start ');
      await page.locator('#composer-input').fill('');
      await page.getByRole('button', { name: 'Close “What to type”' }).click();
      expect(await page.getByRole('heading', { name: 'What to type' }).count()).toBe(0);
    });

    test('is heard as printed, typed in the order printed', { timeout: 90_000 }, async () => {
      const { page } = open;
      const startedMs = performance.now();
      for (const { guild, text } of launcher.lines.flatMap(toldBy)) {
        if (guild) await openGuild(page, guild);
        await obey(page, text);
      }
      const meter = page.getByRole('meter');
      await expect
        .poll(async () => Number(await meter.getAttribute('data-frames')), { timeout: 20_000 })
        .toBeGreaterThan(50);
      expect(Number(await meter.getAttribute('data-peak'))).toBeGreaterThan(0.01);
      await page.getByText('End-to-end encrypted', { exact: true }).waitFor();
      expect(performance.now() - startedMs).toBeLessThan(60_000);
      expect(launcher.output()).not.toMatch(/\b(?:MESH|AUDIO|RELAY|VOICE)_[A-Z_]+\b/);
    });
  },
);

/** What a line says, one thing after another, as the page reads it. */
function toldBy(line: string): Told[] {
  const [step] = hintSteps([line], guilds);
  const told: Told[] = [];
  for (const { kind, text } of step?.parts ?? []) {
    const last = told.at(-1);
    if (kind === 'command') told.push({ guild: step?.guildId, text });
    else if (text.trim().startsWith('(') && last) last.text += ` ${text.replace(/·/g, '').trim()}`;
    else if (!/^In \w+, #general:\s*$/.test(text)) told.push({ guild: step?.guildId, text });
  }
  return told;
}

async function obey(page: Page, told: string): Promise<void> {
  if (told.startsWith('/')) {
    await page.getByRole('button', { name: /general \(text\)/ }).click();
    return obeyCommand(page, told);
  }
  const channel = /voice channel (\w+), join and listen/.exec(told)?.[1];
  if (!channel) throw new Error(`nobody knows what to do at: ${told}`);
  await page.getByRole('button', { name: new RegExp(`${channel} \\(voice\\)`) }).click();
  await page.getByRole('button', { name: 'Join and listen' }).click();
  await page.getByRole('meter').waitFor();
}

async function obeyCommand(page: Page, told: string): Promise<void> {
  const [, command = '', aside = ''] = /^([^(]+?)\s*(?:\((.*)\))?$/.exec(told) ?? [];
  const picked = /pick the (\w+), and the channel (\w+)/.exec(aside);
  await answered(page, () =>
    picked ? pick(page, command, picked[1] ?? '', picked[2] ?? '') : send(page, command),
  );
  if (aside !== 'press Confirm') return;
  const confirm = page.getByRole('button', { name: 'Confirm' }).last();
  await answered(page, () => confirm.click({ timeout: 15_000 }));
  await confirm.waitFor({ state: 'detached' });
}

/** Does it, and again where a busy machine let the bot miss Discord's 3 s; then the answer must be no error. */
async function answered(page: Page, act: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await act();
    await page.waitForTimeout(200);
    await expect.poll(() => page.getByText(/is thinking/).count(), { timeout: 30_000 }).toBe(0);
    const missed = page.getByRole('alert').filter({ hasText: 'did not respond' });
    if (attempt === 3 || (await missed.count()) === 0) break;
    await missed.getByRole('button', { name: 'Dismiss' }).click();
  }
  const shown = [page.getByRole('log'), page.getByRole('alert')];
  const texts = await Promise.all(shown.map((place) => place.allTextContents()));
  expect(texts.flat().join('\n')).not.toMatch(
    /\b(?:ACTION|AUDIO|DISCORD|MESH|PLAYGROUND|RELAY|VOICE)_[A-Z_]+\b/,
  );
}

/** Picks from the bot's suggestions, as the line tells to. */
async function pick(page: Page, command: string, option: string, channel: string): Promise<void> {
  const list = page.locator('#completion-list');
  await page.locator('#composer-input').focus();
  await page.keyboard.type(`${command} ${option}:`);
  await list.getByRole('option', { name: /North/ }).first().click();
  await page.keyboard.type(`channel:${channel}`);
  await list
    .getByRole('option', { name: `#${channel}` })
    .first()
    .click();
  await page.keyboard.press('Enter');
}

/** Without what only layout adds. */
function plain(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .replace(/[\s·,.:]+/g, ' ')
      .replace(/ ?([(/])/g, ' $1')
      .trim(),
  );
}

/** The numbered list of “Start in one minute”, its first sentence each, without the marks. */
function stepsOfReadme(text: string): string[] {
  const part = text.slice(text.indexOf('## Start in one minute'), text.indexOf('The same, headless'));
  const steps = [...part.matchAll(/^\d\. ((?:.|\n {3})+)/gm)].map(([, step = '']) => step);
  return steps.map((step) =>
    (step.split(/(?<=listen\.)/)[0] ?? '').replaceAll(/[*`]/g, '').replaceAll(/\s+/g, ' '),
  );
}
