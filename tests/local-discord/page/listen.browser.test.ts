import { spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import {
  createAudioPlayer,
  createAudioResource,
  entersState,
  joinVoiceChannel,
  VoiceConnectionStatus,
} from '@discordjs/voice';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import { chromiumPath, launchChromium, noChromium } from '../../support/chromium.ts';
import { type OpenPage, openGuild, openPage } from './support/open-page.ts';
import { type PageWorld, startPageWorld } from './support/page-world.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const missing = [chromiumPath() ? '' : noChromium, hasFfmpeg ? '' : 'no ffmpeg on PATH']
  .filter(Boolean)
  .join('; ');

describe.skipIf(missing !== '')(`listening in Chromium (${missing || 'all there'})`, () => {
  let world: PageWorld;
  let browser: Browser;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startPageWorld(), launchChromium()]);
    open = await openPage(browser, world.playground.pageUrl);
    page = open.page;
    await openGuild(page, 'South');
  });
  afterAll(async () => {
    await open?.close();
    await browser?.close();
    await world?.stop();
    expect(open.complaints).toEqual([]);
    expect(world.playground.violations).toEqual([]);
  });

  test('decodes what an end-to-end encrypted channel’s listener hears', async () => {
    await page.getByRole('button', { name: /Lounge \(voice\)/ }).click();
    await joinAndListen(page);
    expect(await page.getByRole('meter').getAttribute('aria-valuenow')).toBe('0');
    await page.getByText('No sound yet').waitFor();

    await playTone(world, ids.southLounge);
    await expect.poll(() => meter(page, 'frames'), { timeout: 10_000 }).toBeGreaterThan(50);
    const [heard] = world.playground.world.heard(ids.southGuild);
    expect(heard).toMatchObject({ userId: ids.sol, channelId: ids.southLounge, speakerId: ids.southBot });
    expect(heard?.framesDecrypted).toBeGreaterThanOrEqual(50);
    // −12 dBFS as a sine: a peak of a quarter, and 0.177 as root mean square.
    await expect.poll(() => meter(page, 'peak')).toBeCloseTo(0.25, 1);
    await expect.poll(() => meter(page, 'rms')).toBeCloseTo(0.177, 1);
    expect(Number(await page.getByRole('meter').getAttribute('aria-valuenow'))).toBeGreaterThan(50);
    await page.getByText('End-to-end encrypted', { exact: true }).waitFor();
    await page.locator('.room .avatar-speaking').waitFor();
    expect(await meter(page, 'lost')).toBe(0);
    const inside = page.getByRole('list', { name: 'In this channel' });
    expect(await inside.getByRole('listitem').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('Sol')]),
    );

    await page.getByRole('button', { name: /general \(text\)/ }).click();
    await page.getByRole('region', { name: 'What you hear' }).waitFor();
    const before = await meter(page, 'frames');
    await expect.poll(() => meter(page, 'frames')).toBeGreaterThan(before + 20);
    await page.getByRole('button', { name: 'Leave the voice channel' }).click();
    await expect
      .poll(() => world.playground.world.voiceStates(ids.southGuild).map((state) => state.user_id))
      .toEqual([ids.southBot]);
  });

  test('says so where a stage is not end-to-end encrypted', async () => {
    await page.getByRole('button', { name: /Town hall/ }).click();
    await joinAndListen(page);
    await playTone(world, ids.southStage);
    world.playground.faults.suppress(ids.southGuild, ids.southBot, false);
    await expect.poll(() => meter(page, 'frames'), { timeout: 10_000 }).toBeGreaterThan(25);
    await page.getByText('Not end-to-end encrypted').waitFor();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
  });

  test('says why a channel can’t be entered', async () => {
    const connect = (deny: bigint) =>
      world.playground.faults.setOverwrite(ids.southLounge, { id: ids.southGuild, type: 0, allow: 0n, deny });
    onTestFinished(() => void connect(0n));
    connect(1n << 20n);
    await page.getByRole('button', { name: /Speak as/ }).click();
    await page.getByRole('option', { name: /Mika/ }).click();
    await page.getByRole('button', { name: /Lounge \(voice\)/ }).click();
    await page.getByRole('button', { name: 'Join and listen' }).click();
    await page.getByRole('alert').filter({ hasText: 'PLAYGROUND_FORBIDDEN' }).waitFor();
    await page.getByRole('button', { name: 'Join and listen' }).waitFor();
  });
});

/** Whatever becomes of the test, the next one finds the page outside. */
async function joinAndListen(page: Page): Promise<void> {
  onTestFinished(async () => {
    const leave = page.getByRole('button', { name: /^Leave( the voice channel)?$/ }).first();
    if (await leave.isVisible()) await leave.click();
  });
  await page.getByRole('button', { name: 'Join and listen' }).click();
  await page.getByRole('meter').waitFor();
}

async function meter(page: Page, figure: 'frames' | 'lost' | 'peak' | 'rms'): Promise<number> {
  return Number(await page.getByRole('meter').getAttribute(`data-${figure}`));
}

/** The bot joins and plays a sine of 440 Hz at −12 dBFS, Opus in Ogg as ffmpeg makes it. */
async function playTone(world: PageWorld, channelId: string): Promise<void> {
  const guild = world.bot.client.guilds.cache.get(ids.southGuild);
  if (!guild) throw new Error('the bot does not see its guild');
  const connection = joinVoiceChannel({
    channelId,
    guildId: guild.id,
    adapterCreator: guild.voiceAdapterCreator,
    selfDeaf: false,
  });
  onTestFinished(() => connection.destroy());
  await entersState(connection, VoiceConnectionStatus.Ready, 10_000);
  const wave = '0.25*sin(440*2*PI*t)';
  const source = `aevalsrc=${wave}|${wave}:s=48000:d=30:c=stereo`;
  const { stdout } = spawnSync('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    source,
    '-c:a',
    'libopus',
    '-f',
    'ogg',
    '-',
  ]);
  const player = createAudioPlayer();
  connection.subscribe(player);
  player.play(createAudioResource(Readable.from([stdout]), { inputType: 'ogg/opus' as never }));
}
