import { setTimeout as sleep } from 'node:timers/promises';
import { Events, GatewayIntentBits as I, PermissionFlagsBits as P, type VoiceState } from 'discord.js';
import { afterEach, describe, expect, test } from 'vitest';
import type { VoicePlace, VoiceServer } from '../../packages/local-discord/src/voice/contract.ts';
import { createVoiceServer } from '../../packages/local-discord/src/voice/voice-server.ts';
import { eventually, useHarness } from './support/harness.ts';
import { ids, smallWorld, smallWorldPermissions } from './support/small-world.ts';

const opened: VoicePlace[] = [];
const closed: number[] = [];
const harness = useHarness({
  seed: smallWorld(
    smallWorldPermissions | P.MuteMembers | P.ManageChannels | P.MoveMembers | P.SetVoiceChannelStatus,
  ),
  // The real voice server; what is asked of it is written down.
  createVoice(init) {
    const voice = createVoiceServer(init);
    return new Proxy(voice, {
      get(target, key) {
        if (key === 'open') {
          return (place: VoicePlace) => {
            opened.push(place);
            return target.open(place);
          };
        }
        if (key === 'close') {
          return (sessionId: string, code: number) => {
            closed.push(code);
            target.close(sessionId, code);
          };
        }
        const value = target[key as keyof VoiceServer];
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
  },
});

const events: { t: string; d: Record<string, unknown> }[] = [];
async function join(channelId: string | null): Promise<void> {
  const { client } = harness;
  if (client.listenerCount(Events.Raw as never) === 0) {
    client.on(Events.Raw as never, ({ t, d }: { t: string; d: Record<string, unknown> }) => {
      const aboutTheBot = d?.user_id === undefined || d.user_id === ids.bot;
      if (t?.startsWith('VOICE_') && aboutTheBot) events.push({ t, d });
    });
  }
  const shard = client.guilds.cache.get(ids.guild)!.shard;
  shard.send({ op: 4, d: { guild_id: ids.guild, channel_id: channelId, self_mute: false, self_deaf: true } });
}
const kinds = () => events.map(({ t }) => t);
const stateOf = (userId: string) =>
  harness.playground.world.voiceStates(ids.guild).find(({ user_id }) => user_id === userId);

afterEach(async () => {
  const wasInside = stateOf(ids.bot) !== undefined;
  await join(null);
  await eventually(() => stateOf(ids.bot) === undefined);
  if (wasInside) await eventually(() => events.at(-1)?.d.channel_id === null);
  events.length = 0;
  opened.length = 0;
  closed.length = 0;
});

describe('a bot joining', () => {
  test('gets its state first, then the server, and again when it asks again', async () => {
    await join(ids.voice);
    await eventually(() => events.length === 2);
    expect(kinds()).toEqual(['VOICE_STATE_UPDATE', 'VOICE_SERVER_UPDATE']);
    expect(events[0]?.d).toMatchObject({
      channel_id: ids.voice,
      self_deaf: true,
      suppress: false,
      user_id: ids.bot,
    });
    expect(events[1]?.d.endpoint).toMatch(/^(127\.0\.0\.1|localhost):\d+$/);
    await join(ids.voice);
    await eventually(() => events.length === 4);
    expect(events[3]?.d.token).not.toBe(events[1]?.d.token);
    expect(new Set(opened.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(opened[0]?.daveVersion).toBe(1);
  });

  test('hears nothing without Connect or View Channel, in text channels, and in full ones', async () => {
    harness.playground.faults.setOverwrite(ids.voice, { id: ids.bot, type: 1, allow: 0n, deny: P.Connect });
    await join(ids.voice);
    await join(ids.text);
    await join(ids.secret);
    await sleep(150);
    expect(events).toEqual([]);
    harness.playground.faults.setOverwrite(ids.voice, { id: ids.bot, type: 1, allow: 0n, deny: 0n });
  });

  test('without Speak is suppressed', async () => {
    harness.playground.faults.setOverwrite(ids.voice, { id: ids.bot, type: 1, allow: 0n, deny: P.Speak });
    await join(ids.voice);
    expect((await eventually(() => stateOf(ids.bot))).suppress).toBe(true);
    harness.playground.faults.setOverwrite(ids.voice, { id: ids.bot, type: 1, allow: 0n, deny: 0n });
  });

  test('is kicked by state null and 4014, or another code', async () => {
    for (const code of [4014, 4022]) {
      await join(ids.voice);
      await eventually(() => stateOf(ids.bot));
      harness.playground.faults.kickFromVoice(ids.guild, ids.bot, code);
      await eventually(() => events.some(({ d }) => d.channel_id === null));
      expect(closed.at(-1)).toBe(code);
      events.length = 0;
    }
  });

  test('is moved: 4014 to the old place, then state and server of the new one', async () => {
    await join(ids.voice);
    await eventually(() => events.length === 2);
    harness.playground.faults.moveInVoice(ids.guild, ids.bot, ids.small);
    await eventually(() => events.length === 4);
    expect(kinds().slice(2)).toEqual(['VOICE_STATE_UPDATE', 'VOICE_SERVER_UPDATE']);
    expect([closed, opened.at(-1)?.channelId]).toEqual([[4014], ids.small]);
  });

  test('is notified of an endpoint that went away, and of a new one', async () => {
    await join(ids.voice);
    await eventually(() => events.length === 2);
    harness.playground.faults.voiceServerUpdate(ids.guild, ids.bot, 'null');
    harness.playground.faults.voiceServerUpdate(ids.guild, ids.bot, 'fresh');
    await eventually(() => events.length === 4);
    expect(events.slice(2).map(({ d }) => d.endpoint === null)).toEqual([true, false]);
  });

  test('leaves voice when its gateway session ends', async () => {
    const client = await harness.login(
      { intents: [I.Guilds, I.GuildVoiceStates] },
      'small-world-token-of-privileged',
    );
    const shard = client.guilds.cache.get(ids.guild)!.shard;
    shard.send({
      op: 4,
      d: { guild_id: ids.guild, channel_id: ids.voice, self_mute: false, self_deaf: false },
    });
    await eventually(() => stateOf(ids.otherBot));
    await client.destroy();
    await eventually(() => stateOf(ids.otherBot) === undefined);
  });
});

describe('stages', () => {
  test('a bot comes as audience, raises its hand, speaks; the stage has a topic', async () => {
    await join(ids.stage);
    await eventually(() => events.length === 2);
    expect([stateOf(ids.bot)?.suppress, opened[0]?.daveVersion]).toEqual([true, 0]);
    const me = harness.client.guilds.cache.get(ids.guild)!.members.me!;
    await eventually(() => me.voice.channelId === ids.stage);
    await me.voice.setRequestToSpeak(true);
    expect(stateOf(ids.bot)?.request_to_speak_timestamp).not.toBeNull();
    await me.voice.setSuppressed(false);
    expect(stateOf(ids.bot)).toMatchObject({ suppress: false, request_to_speak_timestamp: null });
    const { stageInstances } = harness.client.guilds.cache.get(ids.guild)!;
    await stageInstances.create(ids.stage, { topic: 'Live' });
    await expect(stageInstances.create(ids.stage, { topic: 'Again' })).rejects.toMatchObject({
      code: 150006,
    });
    await stageInstances.delete(ids.stage);
    expect((await harness.call('GET', `/stage-instances/${ids.stage}`)).body.code).toBe(10067);
    harness.playground.faults.suppress(ids.guild, ids.bot, true);
    await eventually(() => me.voice.suppress === true);
  });

  test('unsuppressing needs Mute Members', async () => {
    harness.playground.faults.setOverwrite(ids.stage, {
      id: ids.bot,
      type: 1,
      allow: 0n,
      deny: P.MuteMembers,
    });
    await join(ids.stage);
    await eventually(() => stateOf(ids.bot));
    const body = { channel_id: ids.stage, suppress: false };
    expect((await harness.call('PATCH', `/guilds/${ids.guild}/voice-states/@me`, { body })).body.code).toBe(
      50013,
    );
    harness.playground.faults.setOverwrite(ids.stage, { id: ids.bot, type: 1, allow: 0n, deny: 0n });
  });
});

test('the status of a voice channel is set, up to 500 characters', async () => {
  const put = (status: string) =>
    harness.call('PUT', `/channels/${ids.voice}/voice-status`, { body: { status } });
  expect((await put('now playing')).status).toBe(204);
  expect((await put('x'.repeat(501))).body.code).toBe(50035);
  (harness.playground.violations as unknown[]).length = 0;
  expect(
    (await harness.call('PUT', `/channels/${ids.stage}/voice-status`, { body: { status: 'x' } })).body.code,
  ).toBe(50024);
});

test('setting it needs its own permission, and Manage Channels from outside', async () => {
  const put = async () => {
    const body = { status: 'now playing' };
    const { status, body: answer } = await harness.call('PUT', `/channels/${ids.voice}/voice-status`, {
      body,
    });
    return status === 204 ? 'set' : answer.code;
  };
  const deny = (bits: bigint) =>
    harness.playground.faults.setOverwrite(ids.voice, { id: ids.bot, type: 1, allow: 0n, deny: bits });
  deny(P.SetVoiceChannelStatus);
  expect(await put()).toBe(50013);
  deny(P.ManageChannels);
  expect(await put()).toBe(50013);
  await join(ids.voice);
  await eventually(() => stateOf(ids.bot));
  expect(await put()).toBe('set');
  deny(P.SetVoiceChannelStatus);
  expect(await put()).toBe(50013);
  deny(0n);
});

describe('a person listening', () => {
  test('has a voice state that the bot sees, until they leave', async () => {
    const seen: (string | null)[] = [];
    harness.client.on(Events.VoiceStateUpdate, (_old: VoiceState, now: VoiceState) => {
      if (now.id === ids.member) seen.push(now.channelId);
    });
    const listener = await harness.member().listen(ids.voice);
    await eventually(() => seen.length === 1);
    listener.leave();
    await eventually(() => seen.length === 2);
    expect(seen).toEqual([ids.voice, null]);
  });

  test('meets the user limit, unless they may move members', async () => {
    const first = await harness.member().listen(ids.small);
    await expect(harness.member(ids.moderator).listen(ids.small)).rejects.toMatchObject({
      code: 'PLAYGROUND_CHANNEL_FULL',
    });
    (await harness.member(ids.owner).listen(ids.small)).leave();
    first.leave();
  });

  test('is moved with their ears, and kicked, by faults', async () => {
    const listener = await harness.member().listen(ids.voice);
    harness.playground.faults.moveInVoice(ids.guild, ids.member, ids.small);
    await eventually(() => stateOf(ids.member)?.channel_id === ids.small);
    expect(listener.channelId).toBe(ids.small);
    listener.leave();
    expect(stateOf(ids.member)).toBeUndefined();
    const again = await harness.member().listen(ids.voice);
    harness.playground.faults.kickFromVoice(ids.guild, ids.member);
    expect(stateOf(ids.member)).toBeUndefined();
    const third = await harness.member().listen(ids.voice);
    again.leave();
    expect(stateOf(ids.member)?.channel_id).toBe(ids.voice);
    third.leave();
  });
});
