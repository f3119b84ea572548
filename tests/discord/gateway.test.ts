import type { GatewayVoiceServerUpdateDispatchData, GatewayVoiceState } from 'discord-api-types/v10';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seen } from './support/answers.ts';
import { Door } from './support/door.ts';
import { botId, channels, home } from './support/seed.ts';

let door: Door;
beforeEach(async () => {
  door = await Door.open();
});
afterEach(() => door.close());

function listen() {
  const heard = {
    states: [] as GatewayVoiceState[],
    servers: [] as GatewayVoiceServerUpdateDispatchData[],
    lostCount: 0,
  };
  const attachment = door.discord.voiceGateway.attach(home, {
    voiceState: (state) => heard.states.push(state),
    voiceServer: (server) => heard.servers.push(server),
    gatewayLost: () => {
      heard.lostCount += 1;
    },
  });
  return { heard, attachment };
}

const join = { guild_id: home, channel_id: channels.lounge, self_mute: false, self_deaf: false };

test('a dropped connection is resumed, and what happened meanwhile arrives', async () => {
  expect(door.discord.guilds.connected()).toBe(true);
  const { heard } = listen();
  door.playground.faults.gatewayDrop(botId);
  await expect.poll(() => heard.lostCount).toBe(1);
  await expect.poll(() => door.discord.guilds.connected(), { timeout: 10_000 }).toBe(true);
  expect(door.logged('gateway resumed')).toHaveLength(1);
  expect((await seen(await door.as('owner').run('/node status'))).text).toContain('Node running');
});

test('Discord asking to reconnect, or ending the session, is answered by coming back', async () => {
  door.playground.faults.gatewayReconnect(botId);
  await expect.poll(() => door.logged('gateway resumed').length, { timeout: 10_000 }).toBe(1);
  door.playground.faults.gatewayInvalidSession(botId, false);
  await expect.poll(() => door.discord.guilds.connected(), { timeout: 10_000 }).toBe(false);
  await expect.poll(() => door.discord.guilds.connected(), { timeout: 15_000 }).toBe(true);
  expect((await seen(await door.as('owner').run('/node status'))).text).toContain('Node running');
});

test('a final close while running is reported', async () => {
  door.proxy.gateway.closeBot(4_004);
  await expect.poll(() => door.fatal.map(({ code }) => code)).toEqual(['DISCORD_TOKEN_INVALID']);
  expect(door.discord.guilds.connected()).toBe(false);
});

test('voice payloads leave, and the bot’s own voice events come back, until detached', async () => {
  const { heard, attachment } = listen();
  expect(attachment.send(join)).toBe(true);
  await expect.poll(() => heard.servers.length).toBe(1);
  expect(heard.states[0]).toMatchObject({ user_id: botId, channel_id: channels.lounge });
  expect(heard.servers[0]).toMatchObject({ guild_id: home, token: expect.any(String) });
  attachment.detach();
  attachment.send({ guild_id: home, channel_id: null, self_mute: false, self_deaf: false });
  await expect.poll(() => door.discord.guilds.voiceChannel(home, channels.lounge)?.botInside).toBe(false);
  expect(heard.states).toHaveLength(1);
});

test('a later attachment replaces the earlier, whose detach then changes nothing', async () => {
  const first = listen();
  const second = listen();
  first.attachment.detach();
  second.attachment.send(join);
  await expect.poll(() => second.heard.servers.length).toBe(1);
  expect(first.heard.servers).toEqual([]);
});

test('nothing can be sent while the gateway is down, or to a guild that is unknown', async () => {
  const { attachment } = listen();
  door.proxy.gateway.deaf = true;
  door.playground.faults.gatewayDrop(botId);
  await expect.poll(() => door.discord.guilds.connected()).toBe(false);
  expect(attachment.send(join)).toBe(false);
  const nowhere = door.discord.voiceGateway.attach('399999999999999999', {
    voiceState: () => undefined,
    voiceServer: () => undefined,
    gatewayLost: () => undefined,
  });
  expect(nowhere.send(join)).toBe(false);
});
