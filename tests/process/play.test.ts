import type { MemberSession } from '@guildmesh/local-discord/contract';
import type { Listener } from '@guildmesh/local-discord/voice/contract';
import { type APIMessage, ComponentType } from 'discord-api-types/v10';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import { hears, say, startTwoCommunities, type TwoCommunities, until } from './support/two-communities.ts';

let world: TwoCommunities;
beforeAll(async () => {
  world = await startTwoCommunities();
});
afterAll(async () => {
  const violations = [...world.playground.violations];
  await world.close();
  expect(violations).toEqual([]);
});

function textOf(message: APIMessage | undefined): string {
  return JSON.stringify(message?.components ?? []);
}

/** The id of the button with this label. */
function buttonOf(message: APIMessage, label: string): string {
  const found: string[] = [];
  JSON.stringify(message.components, (_, value) => {
    if (value?.type === ComponentType.Button && value.label === label) found.push(value.custom_id);
    return value;
  });
  return found[0] ?? '';
}

/** Seconds into what plays, as the card says. */
async function placeOf(member: MemberSession): Promise<number> {
  const text = await say(member, '/nowplaying');
  const [, minutes, seconds] = /(\d+):(\d\d) of 1:16/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

/** Kills the hub while it plays: the same song goes on at about the same place, with what was queued after it. */
async function comesBack(member: MemberSession, listener: Listener): Promise<void> {
  await say(member, '/play what:sample');
  await hears(listener, 300, 20_000);
  const before = await placeOf(member);
  world.north.kill('SIGKILL');
  await world.north.ended;
  await Promise.all([hears(listener, 50, 20_000), world.north.start()]);
  const heardFromMs = performance.now();
  const after = await placeOf(member);
  const playedSeconds = (performance.now() - heardFromMs) / 1_000 + 1;
  expect(Math.abs(after - playedSeconds - before)).toBeLessThan(6);
  expect(await say(member, '/queue')).toContain('1 entry to come');
}

test('a member hears music by one word, encrypted, and the card does what it says', async () => {
  const { playground } = world;
  const noor = playground.as(ids.noor, ids.northGuild);
  const cards = new Map<string, APIMessage>();
  const stop = playground.subscribe((event) => {
    if ('message' in event) cards.set(event.message.id, structuredClone(event.message));
  });
  const listener = await noor.listen(ids.northLounge);
  const answer = await noor.run('/play what:sample');
  const { id } = await answer.settled();
  const card = () => cards.get(id);
  await hears(listener, 50, 15_000);
  expect(listener.stats.framesPlain).toBe(0);
  await until('the card to say that it plays', async () => textOf(card()).includes('Playing'));

  const press = async (label: string) => {
    const message = card();
    if (message) await (await noor.click(id, buttonOf(message, label))).settled();
  };
  await press('Pause');
  await until('the card to say that it is paused', async () => textOf(card()).includes('Paused'));
  await press('Resume');
  await hears(listener, 50, 15_000);
  expect(await say(noor, '/play what:sample')).toMatch(/number 1 in the queue/);
  expect(await say(noor, '/skip')).toContain('Skipped');
  expect(await say(noor, '/stop')).toContain('Stopped');
  await until('the bot to leave', async () => {
    const states = playground.world.voiceStates(ids.northGuild);
    return !states.some((state) => state.user_id === ids.northBot);
  });
  await until('the card to say that it has stopped', async () => textOf(card()).includes('Stopped'));
  await say(noor, '/play');
  await comesBack(noor, listener);
  listener.leave();
  stop();
}, 90_000);
