import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import { chromiumPath, launchChromium, noChromium } from '../../support/chromium.ts';
import { type OpenPage, openGuild, openPage, send } from './support/open-page.ts';
import { type PageWorld, startPageWorld } from './support/page-world.ts';

describe.skipIf(!chromiumPath())(`the page in Chromium (${chromiumPath() ?? noChromium})`, () => {
  let world: PageWorld;
  let browser: Browser;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startPageWorld(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    expect(world.playground.violations).toEqual([]);
  });
  beforeEach(async () => {
    open = await openPage(browser, world.playground.pageUrl);
    page = open.page;
    await openGuild(page, 'South');
  });
  afterEach(async () => {
    await open.close();
    expect(open.complaints).toEqual([]);
  });

  test('completes a command, its options and the bot’s values by keys alone', async () => {
    const composer = page.locator('#composer-input');
    const list = page.locator('#completion-list');
    await composer.focus();
    await page.keyboard.type('/');
    await list.getByRole('option', { name: /ping/ }).waitFor();
    await page.keyboard.type('relay');
    await page.keyboard.press('Enter');
    expect(await composer.inputValue()).toBe('/relay start ');
    expect(await list.getByRole('option').first().textContent()).toContain('required');
    await page.keyboard.press('Enter');
    await page.keyboard.type('morn');
    await list.getByRole('option', { name: /Morning news/ }).waitFor();
    await list.getByRole('option', { name: /Evening radio/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    expect(await composer.inputValue()).toBe('/relay start broadcast:morning 2 ');
    await page.keyboard.type('channel:');
    expect(await list.getByRole('option').allTextContents()).toEqual(['#Lounge']);
    await page.keyboard.press('Enter');
    await page.keyboard.type('q');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await composer.inputValue()).toBe(
      '/relay start broadcast:morning 2 channel:#Lounge quality:high ',
    );
    await page.keyboard.press('Enter');
    await page.getByText(/^Relaying morning 2 into #Lounge, high\.$/).waitFor();
    expect(await composer.inputValue()).toBe('');
  });

  test('says what is missing, closes the list by Escape and sends nothing', async () => {
    const composer = page.locator('#composer-input');
    await composer.focus();
    await page.keyboard.type('/relay start ');
    await page.keyboard.press('Escape');
    expect(await page.locator('#completion-list [role=option]').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByText('Still needed: broadcast').waitFor();
    expect(await composer.inputValue()).toBe('/relay start ');
  });

  test('shows an ephemeral answer to its member only, until it is put away', async () => {
    await send(page, '/ping');
    const answer = page.getByRole('listitem').filter({ hasText: 'Only you can see this' });
    await answer.getByText('just for you').waitFor();
    const other = await openPage(browser, world.playground.pageUrl);
    await openGuild(other.page, 'South');
    await other.page.getByRole('button', { name: /Speak as/ }).click();
    await other.page.getByRole('option', { name: /Mika/ }).click();
    await other.page.getByRole('button', { name: /Speak as Mika/ }).waitFor();
    await expect.poll(() => other.page.getByText('just for you').count()).toBe(0);
    await other.close();
    await answer.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => page.getByText('just for you').count()).toBe(0);
  });

  test('presses a button and sees the message change', async () => {
    await send(page, '/panel');
    await page.getByRole('button', { name: 'Refresh' }).last().click();
    await page.getByText(/Refreshed by @Sol/).waitFor();
    expect(await page.getByRole('button', { name: 'Never' }).last().isDisabled()).toBe(true);
    expect(await page.getByRole('link', { name: 'Manual' }).last().getAttribute('href')).toBe(
      'https://example.org/',
    );
  });

  test('selects from texts and from members by keys', async () => {
    await send(page, '/panel');
    await page.getByRole('button', { name: 'Choose a colour' }).last().focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Chosen: green').waitFor();
    await page.getByRole('button', { name: 'Choose a colour: Green' }).waitFor();
    // The edit puts another select in its place.
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByRole('button', { name: 'Choose a colour: Green' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Choose a member' }).last().click();
    await page.getByRole('option', { name: '@Mika' }).click();
    await page.getByText('Member: @Mika').waitFor();
  });

  test('fills in a form, which refuses what does not fit', async () => {
    await send(page, '/form');
    const form = page.getByRole('dialog', { name: 'A new milestone' });
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.getByText('“Title” is required.').waitFor();
    await form.getByLabel('Title').fill('First light');
    await form.getByRole('button', { name: /How is it going/ }).click();
    await form.getByRole('option', { name: 'Well' }).click();
    await form.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('Form: First light / well').waitFor();
  });

  test('fills in every kind of field, and sends files', async () => {
    await send(page, '/survey');
    const form = page.getByRole('dialog', { name: 'A survey' });
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.getByText('“Colour” is required.').waitFor();
    await form.getByLabel('Blue').first().check();
    await form.getByRole('button', { name: /Where/ }).click();
    await form.getByRole('option', { name: '#general' }).click();
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.getByText('“Proof” is required.').waitFor();
    const proof = ['a.log', 'b.log'].map((name) => ({
      name,
      mimeType: 'text/plain',
      buffer: Buffer.from('four'),
    }));
    await form.getByLabel('Proof').setInputFiles(proof);
    await form.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('Survey: blue / false /  / general / a.log of 4,b.log of 4').waitFor();
  });

  test('shows thinking, then the answer; and the silence of a bot', async () => {
    await send(page, '/slow');
    await page.getByText('thinking…').waitFor();
    await page.getByText('Done thinking.').waitFor();
    await send(page, '/silent');
    const failure = page.getByRole('alert').filter({ hasText: 'The application did not respond' });
    await failure.waitFor();
    await failure.getByRole('button', { name: 'Dismiss' }).click();
    await failure.waitFor({ state: 'detached' });
  });

  test('sends a file with a command', async () => {
    await page.locator('#composer-input').fill('/weigh ');
    await page.getByLabel('Choose a file for file').setInputFiles({
      name: 'two words.bin',
      mimeType: 'application/octet-stream',
      buffer: Buffer.alloc(1_234),
    });
    await page.locator('#composer-input').press('Enter');
    await page.getByText('two_words.bin has 1234 bytes.').waitFor();
  });

  test('says something and runs a command on that message', async () => {
    await send(page, 'seven letters');
    const message = page.getByRole('listitem').filter({ hasText: 'seven letters' });
    await message.hover();
    await message.getByRole('button', { name: 'More for this message' }).click();
    await page.getByRole('option', { name: 'Count letters' }).click();
    await page.getByText('13 letters').waitFor();
  });

  test('puts a command that is mentioned into the composer, where it goes on', async () => {
    await send(page, 'Try </relay start:1234567890123456789> once');
    await page.getByRole('button', { name: '/relay start', exact: true }).click();
    await expect.poll(() => page.locator('#composer-input').inputValue()).toBe('/relay start ');
    await page.locator('#composer-input').fill('');
  });

  test('asks for the command that was probably meant', async () => {
    await send(page, '/realy stop');
    await page.getByRole('alert').getByRole('button', { name: '/relay stop' }).click();
    expect(await page.locator('#composer-input').inputValue()).toBe('/relay stop');
    expect(await page.getByText('No bot here has this command.').count()).toBe(0);
    await page.locator('#composer-input').fill('');
  });

  test('copies the ids of a channel, a message, a person and a role', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: /Lounge \(voice\)/ }).click({ button: 'right' });
    await page.getByRole('option', { name: 'Copy ID of channel Lounge' }).click();
    await page.getByText(`ID of channel Lounge copied: ${ids.southLounge}`).waitFor();
    expect(await copied()).toBe(ids.southLounge);
    const mika = page.getByRole('complementary', { name: 'Members' }).getByRole('button', { name: /Mika/ });
    await mika.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('ID of role Manager copied').waitFor();
    expect(await copied()).toBe('1100000000000000210');
    expect(await mika.evaluate((button) => button === document.activeElement)).toBe(true);
    await send(page, 'copy me');
    const message = page.getByRole('listitem').filter({ hasText: 'copy me' });
    await message.hover();
    await message.getByRole('button', { name: 'More for this message' }).click();
    await page.getByRole('option', { name: 'Copy ID of message' }).click();
    await page.getByText('ID of message copied').waitFor();
    expect(await copied()).toBe(await message.getAttribute('data-message-id'));
  });

  test('gives a panel of its host the guilds, a style, and what people can do; closed, it stays closed', async () => {
    await openGuild(page, 'North');
    const note = page.getByRole('button', { name: 'Note of 3 guilds' });
    await note.click();
    await page.getByRole('heading', { name: 'South', level: 1 }).waitFor();
    await page.getByRole('heading', { name: 'general', level: 2 }).waitFor();
    expect(await page.locator('#composer-input').inputValue()).toBe('/ping');
    expect(await note.evaluate((button) => getComputedStyle(button).fontStyle)).toBe('italic');
    await page.getByRole('button', { name: 'Close “Notes”' }).click();
    await page.reload();
    await page.getByRole('alert').filter({ hasText: 'The panel “broken” could not be loaded' }).waitFor();
    expect(await note.count()).toBe(0);
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    await note.waitFor();
  });

  test('lets a panel of its host do what a person could, and says what was in the way', async () => {
    await page.getByRole('button', { name: 'Do it', exact: true }).click();
    await page.getByText('done | done | done | Stopped. | The application did not respond: South').waitFor();
    await page.getByText('Chosen: green').last().waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
  });

  test('follows what others do, in channels that are open', async () => {
    await world.playground.as(ids.mika, ids.southGuild).say(ids.southGeneral, 'live from **Mika**');
    await page.getByText('live from Mika').waitFor();
  });
});
