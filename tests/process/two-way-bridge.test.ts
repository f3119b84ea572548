import type { Listener } from '@guildmesh/local-discord/voice/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import { amplitudeOf, decoded, tonePackets } from '../audio/capture/tones.ts';
import { talk } from './support/talk.ts';
import {
  hears,
  meet,
  offered,
  say,
  startTwoCommunities,
  type TwoCommunities,
} from './support/two-communities.ts';

const northHz = 440;
const southHz = 1_320;

let world: TwoCommunities;
beforeAll(async () => {
  world = await startTwoCommunities();
  await meet(world);
});
afterAll(async () => {
  const violations = [...world.playground.violations];
  await world.close();
  expect(violations).toEqual([]);
});

/** What a person hears of a bot, as samples. */
async function listenTo(who: Listener, botId: string, frames: number): Promise<Int16Array> {
  const heard: Buffer[] = [];
  const stop = who.onFrame((frame) => {
    if (frame.speakerId === botId && !frame.silence) heard.push(Buffer.from(frame.payload));
  });
  await hears(who, frames, 30_000);
  stop();
  return decoded(heard);
}

test('two live channels hear each other across communities, and nobody hears an echo', async () => {
  const mika = world.playground.as(ids.mika, ids.southGuild);
  const inNorth = await world.ada.listen(ids.northLounge);
  const inSouth = await mika.listen(ids.southLounge);
  // Whole periods, so that the tone goes on without a click when it starts again.
  const stopNorth = talk(inNorth, await tonePackets(northHz, 50));
  const stopSouth = talk(inSouth, await tonePackets(southHz, 50));

  await say(world.ada, '/broadcast start channel:#Lounge audience:neighbours title:"North live"');
  await say(world.sol, '/broadcast start channel:#Lounge audience:neighbours title:"South live"');
  const notices = world.playground.world.messages(ids.northLounge).map(({ content }) => content);
  expect(notices.join()).toContain('This channel is being broadcast');
  for (const member of [world.ada, world.sol]) {
    const answer = await say(member, `/relay start broadcast:"${await offered(member)}" channel:#Lounge`);
    expect(answer).toContain('live');
  }

  await say(world.ada, '/consent give');
  const inSouthOnce = await listenTo(inSouth, ids.southBot, 100);
  expect(amplitudeOf(inSouthOnce.subarray(-48_000), northHz)).toBeGreaterThan(3_000);

  await say(mika, '/consent give');
  // Until both are through; then what is heard is the bridge at rest.
  await listenTo(inNorth, ids.northBot, 100);
  const [north, south] = await Promise.all([
    listenTo(inNorth, ids.northBot, 100),
    listenTo(inSouth, ids.southBot, 100),
  ]);
  const loud = { north: amplitudeOf(north, southHz), south: amplitudeOf(south, northHz) };
  const echo = { north: amplitudeOf(north, northHz), south: amplitudeOf(south, southHz) };
  expect(loud.north).toBeGreaterThan(3_000);
  expect(loud.south).toBeGreaterThan(3_000);
  expect(echo.north).toBeLessThan(loud.north / 50);
  expect(echo.south).toBeLessThan(loud.south / 50);

  await say(world.ada, '/consent withdraw');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  let afterwards = 0;
  inSouth.onFrame((frame) => {
    if (frame.speakerId === ids.southBot && !frame.silence) afterwards++;
  });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(afterwards).toBe(0);
  stopNorth();
  stopSouth();
}, 90_000);
