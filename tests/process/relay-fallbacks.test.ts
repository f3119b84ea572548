import type { Listener } from '@guildmesh/local-discord/voice/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import { amplitudeOf, decoded } from '../audio/capture/tones.ts';
import {
  hears,
  meet,
  offered,
  say,
  startTwoCommunities,
  type TwoCommunities,
  until,
} from './support/two-communities.ts';

const northHz = 440;
const fallbackHz = 1_320;
const stallTimeoutMs = 1_000;
/** For a loaded machine, and for the half second of sound from which a frequency is recognised. */
const slackMs = 2_500;
const framesOfALook = 25;

let world: TwoCommunities;
beforeAll(async () => {
  const south = { GUILDMESH_AUDIO_SOURCE_STALL_TIMEOUT_MS: String(stallTimeoutMs) };
  world = await startTwoCommunities({ south });
  await meet(world);
});
afterAll(async () => {
  const violations = [...world.playground.violations];
  await world.close();
  expect(violations).toEqual([]);
});

/** Milliseconds until half a second in a row holds this frequency and not the other. */
async function heardAfterMs(who: Listener, hertz: number, notHertz: number, withinMs: number) {
  const sinceMs = performance.now();
  const packets: Buffer[] = [];
  const stop = who.onFrame(({ payload, silence, speakerId }) => {
    if (speakerId === ids.southBot && !silence) packets.push(Buffer.from(payload));
  });
  try {
    await until(
      `${hertz} Hz`,
      async () => {
        if (packets.length < framesOfALook) return false;
        const samples = await decoded(packets.slice(-framesOfALook));
        return amplitudeOf(samples, hertz) > 2_000 && amplitudeOf(samples, notHertz) < 200;
      },
      withinMs,
    );
    return performance.now() - sinceMs;
  } finally {
    stop();
  }
}

/** As people read it: without what keeps names from being markdown. */
function chat(): string {
  return world.playground.world
    .messages(ids.southLounge)
    .map(({ content }) => content)
    .join('\n')
    .replaceAll('\\', '');
}

test('a relay goes on with its second source when the other community dies, and back when it is there', async () => {
  const mika = world.playground.as(ids.mika, ids.southGuild);
  const listener = await mika.listen(ids.southLounge);
  await say(world.ada, `/broadcast start source:tone:${northHz}`);
  const reference = await offered(world.sol);
  const answer = await say(
    world.sol,
    `/relay start broadcast:"${reference}" channel:#Lounge second:tone:${fallbackHz}`,
  );
  expect(answer).toContain(`broadcast:${reference}`);
  await hears(listener, framesOfALook, 10_000);
  await heardAfterMs(listener, northHz, fallbackHz, 5_000);

  world.north.kill('SIGKILL');
  const toFallbackMs = await heardAfterMs(listener, fallbackHz, northHz, 10_000);
  expect(toFallbackMs).toBeLessThan(stallTimeoutMs + 1_000 + slackMs);
  await until('the channel to be told', async () =>
    chat().includes(`“tone:${fallbackHz}” plays in its place`),
  );
  expect(await say(world.sol, '/relay status')).toMatch(new RegExp(`▶️.*tone:${fallbackHz}`));

  await world.north.ended;
  await world.north.start();
  await heardAfterMs(listener, northHz, fallbackHz, 25_000);
  await until('the channel to be told', async () => chat().includes('is back and plays again'));
}, 60_000);
