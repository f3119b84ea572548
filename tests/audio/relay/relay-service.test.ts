import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { broadcastStart, broadcastStop } from '#contracts/actions/broadcast.ts';
import { relayStart, relayStatus, relayStop } from '#contracts/actions/relay.ts';
import { GuildmeshError } from '#core/errors.ts';
import { rejection } from '../../support/rejection.ts';
import { audioUnderTest, MemoryIntents, until } from '../support/harness.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from '../support/ports.ts';

const started: Audio[] = [];
const lost = new GuildmeshError({
  code: 'VOICE_LOST',
  kind: 'remote',
  message: 'Gone.',
  next: 'Wait.',
  details: {},
});
const frame = { streamId: 1, sequence: 0, captureTimeMs: 0, payload: Uint8Array.of(0xfc, 1) };
const show = { guildId: 'g1', broadcast: 'show@North' };

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

async function underTest(intents = new MemoryIntents(), stageAnswer: 'speaking' | 'refused' = 'speaking') {
  const ports = {
    ...{
      voice: new VoicePort(),
      remote: new RemotePort(),
      communities: new CommunitiesPort(),
      guilds: new GuildsPort(),
    },
    ...{ intents, stage: { speak: async () => stageAnswer } },
  };
  for (const id of ['a', 'b']) ports.guilds.channels.set(id, voiceChannel(id));
  ports.guilds.channels.set('c', voiceChannel('c', { guildId: 'g2' }));
  const said: string[] = [];
  const announcer = {
    announce: async (channelId: string, text: string) => void said.push(`${channelId}: ${text}`),
  };
  const { audio, run } = audioUnderTest({ ...ports, announcer }, { relaysMax: 2 });
  started.push(audio);
  await audio.start?.(new AbortController().signal);
  return { ...ports, audio, run, said };
}

describe('relay.start', () => {
  test('plays a remote broadcast, one stream for all channels, closed with the last', async () => {
    const { run, remote, voice } = await underTest();
    const view = await run(relayStart, { ...show, channelId: 'a' });
    expect(view).toMatchObject({
      title: 'The Show',
      community: 'North',
      state: 'playing',
      channelName: 'room a',
    });
    await run(relayStart, { guildId: 'g2', channelId: 'c', broadcast: 'show@peer1' });
    expect(remote.sinks).toHaveLength(1);
    expect(voice.streams).toHaveLength(1);
    expect(voice.sessions.map(({ request }) => request.streamKey)).toEqual(['show@peer1', 'show@peer1']);
    remote.sinks[0]?.frame(frame);
    expect(voice.streams[0]?.frames).toEqual([frame]);

    await run(relayStop, { guildId: 'g1' });
    expect([voice.streams[0]?.closed, remote.cancelledCount]).toEqual([false, 0]);
    await run(relayStop, { guildId: 'g2', channelId: 'c' });
    expect([voice.streams[0]?.closed, remote.cancelledCount]).toEqual([true, 1]);
    expect(voice.sessions.every(({ left }) => left)).toBe(true);
    expect(await rejection(run(relayStop, { guildId: 'g1' }))).toMatchObject({ code: 'RELAY_NOT_RUNNING' });
  });

  test('plays our own broadcasts directly, and leaves when they end', async () => {
    const { intents, run, said, voice } = await underTest();
    const { id } = await run(broadcastStart, { guildId: '1', source: 'sample' });
    await run(relayStart, { guildId: 'g1', channelId: 'a', broadcast: id });
    await until(() => (voice.streams[0]?.frames.length ?? 0) > 3);
    await run(broadcastStop, { guildId: '1', broadcast: id });
    await until(() => intents.rows.size === 0);
    expect(voice.sessions[0]?.left).toBe(true);
    expect(said).toEqual([expect.stringMatching(/^a: .*has ended/)]);
  });

  test('judges the channel before anything is joined, and names each fault', async () => {
    const { guilds, remote, run, voice } = await underTest();
    const { permissions } = voiceChannel('x');
    const none = { ...permissions, view: false, connect: false, speak: false };
    guilds.channels.set('full', voiceChannel('full', { userLimit: 2, memberCount: 2 }));
    guilds.channels.set('unseen', voiceChannel('unseen', { permissions: none }));
    guilds.channels.set('none', voiceChannel('none', { permissions: { ...none, view: true } }));
    const cases = {
      nowhere: 'RELAY_CHANNEL_UNKNOWN',
      full: 'RELAY_CHANNEL_FULL',
      unseen: 'RELAY_CHANNEL_HIDDEN',
      none: 'RELAY_PERMISSION_MISSING',
    };
    for (const [channelId, code] of Object.entries(cases))
      expect(await rejection(run(relayStart, { ...show, channelId }))).toMatchObject({ code });
    expect(await rejection(run(relayStart, { ...show, channelId: 'none' }))).toMatchObject({
      details: { missing: ['Connect', 'Speak'] },
    });
    guilds.channels.set('speak', voiceChannel('speak', { permissions: { ...permissions, speak: false } }));
    expect(await rejection(run(relayStart, { ...show, channelId: 'speak' }))).toMatchObject({
      details: { missing: ['Speak'] },
    });
    expect([voice.sessions.length, remote.sinks.length]).toEqual([0, 0]);
    const mover = { ...permissions, moveMembers: true };
    guilds.channels.set('full', voiceChannel('full', { userLimit: 2, memberCount: 2, permissions: mover }));
    await run(relayStart, { ...show, channelId: 'full' });
  });

  test('names unknown references, communities and broadcasts, too many relays, and other guilds', async () => {
    const { communities, run, voice } = await underTest();
    const bad = {
      '@North': 'AUDIO_REFERENCE_INVALID',
      'show@': 'AUDIO_REFERENCE_INVALID',
      'show@West': 'AUDIO_UNKNOWN_COMMUNITY',
      'gone@North': 'AUDIO_UNKNOWN_BROADCAST',
      gone: 'AUDIO_UNKNOWN_BROADCAST',
    };
    for (const [broadcast, code] of Object.entries(bad))
      expect(
        await rejection(run(relayStart, { guildId: 'g1', channelId: 'a', broadcast })),
        broadcast,
      ).toMatchObject({ code });
    communities.community.trusted = false;
    expect(await rejection(run(relayStart, { ...show, channelId: 'a' }))).toMatchObject({
      code: 'AUDIO_COMMUNITY_UNTRUSTED',
    });
    communities.community.trusted = true;
    expect([voice.sessions.length, voice.streams.every(({ closed }) => closed)]).toEqual([0, true]);
  });

  test('has a limit, and frees what it took when voice fails', async () => {
    const { guilds, remote, run, voice } = await underTest();
    guilds.channels.set('d', voiceChannel('d', { guildId: 'g3' }));
    voice.failNext = lost;
    expect(await rejection(run(relayStart, { ...show, channelId: 'a' }))).toMatchObject({
      code: 'VOICE_LOST',
    });
    expect([remote.cancelledCount, voice.streams[0]?.closed]).toEqual([1, true]);
    await run(relayStart, { ...show, channelId: 'a' });
    await run(relayStart, { ...show, guildId: 'g2', channelId: 'c' });
    const third = run(relayStart, { ...show, guildId: 'g3', channelId: 'd' });
    expect(await rejection(third)).toMatchObject({ code: 'RELAY_TOO_MANY' });
  });

  test('asked for again in the same channel is answered as it is', async () => {
    const { run, voice } = await underTest();
    const first = await run(relayStart, { ...show, channelId: 'a' });
    const again = await run(relayStart, { ...show, channelId: 'a', broadcast: 'SHOW@peer1' });
    expect(again).toMatchObject({ startedAtMs: first.startedAtMs, state: 'playing' });
    expect(voice.sessions).toHaveLength(1);
    const other = run(relayStart, { ...show, channelId: 'a', mode: 'constant' });
    expect(await rejection(other)).toMatchObject({ code: 'RELAY_WOULD_REPLACE' });
  });

  test('in another channel of the guild moves there when that is confirmed', async () => {
    const { intents, run } = await underTest();
    await run(relayStart, { ...show, channelId: 'a' });
    expect(await rejection(run(relayStart, { ...show, channelId: 'b' }))).toMatchObject({
      code: 'RELAY_WOULD_REPLACE',
      details: { title: 'The Show', channel: 'room a' },
    });
    expect([...intents.rows.keys()]).toEqual(['relay/a']);
    await run(relayStart, { ...show, channelId: 'b', replace: true });
    const { relays } = await run(relayStatus, { guildId: 'g1' });
    expect(relays.map(({ channelId }) => channelId)).toEqual(['b']);
    expect([...intents.rows.keys()]).toEqual(['relay/b']);
  });

  test('in another channel that can’t be joined leaves the earlier relay as it was', async () => {
    const { intents, run, voice } = await underTest();
    await run(relayStart, { ...show, channelId: 'a' });
    voice.failNext = new Error('no voice server');
    const refused = run(relayStart, { ...show, channelId: 'b', replace: true });
    expect(await rejection(refused)).toMatchObject({ message: 'no voice server' });
    expect([...intents.rows.keys()]).toEqual(['relay/a']);
    await until(() => voice.channelOf('g1') === 'a');
    const { relays } = await run(relayStatus, { guildId: 'g1' });
    expect(relays.map(({ channelId, state }) => `${channelId} ${state}`)).toEqual(['a playing']);
  });

  test('on a stage says when the bot is not let speak', async () => {
    const { guilds, run, voice } = await underTest(undefined, 'refused');
    guilds.channels.set('stage', voiceChannel('stage', { kind: 'stage' }));
    expect(await rejection(run(relayStart, { ...show, channelId: 'stage' }))).toMatchObject({
      code: 'RELAY_STAGE_SUPPRESSED',
    });
    expect(voice.sessions[0]?.left).toBe(true);
  });
});

describe('a running relay', () => {
  test('whose stream is lost subscribes again and keeps its voice', async () => {
    const { communities, remote, run, voice } = await underTest();
    await run(relayStart, { ...show, channelId: 'a' });
    remote.failing = lost;
    remote.sinks[0]?.end('lost');
    expect((await run(relayStatus, { guildId: 'g1' })).relays).toMatchObject([{ state: 'reconnecting' }]);
    expect(voice.streams[0]?.interruptedCount).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    remote.failing = undefined;
    communities.connected('peer1');
    await until(() => remote.sinks.length === 2);
    remote.sinks[0]?.frame(frame);
    expect(voice.streams[0]?.frames).toEqual([]);
    remote.sinks[1]?.frame(frame);
    expect(voice.streams[0]?.frames).toEqual([frame]);
    expect((await run(relayStatus, { guildId: 'g1' })).relays).toMatchObject([{ state: 'playing' }]);
    expect(voice.sessions.map(({ left }) => left)).toEqual([false]);
  });

  test('stops at once when trust is withdrawn or the broadcast ends, and says so', async () => {
    for (const end of ['revoked', 'broadcast-ended', 'forgotten'] as const) {
      const { communities, intents, remote, run, said, voice } = await underTest();
      await run(relayStart, { ...show, channelId: 'a' });
      if (end === 'forgotten') communities.forgotten('peer1');
      else remote.sinks[0]?.end(end);
      await until(() => intents.rows.size === 0);
      expect(voice.sessions[0]?.left, end).toBe(true);
      expect(voice.streams[0]?.closed, end).toBe(true);
      expect(said, end).toHaveLength(1);
    }
  });

  test('that is kicked ends; that is moved goes on; whose voice fails comes back', async () => {
    const { intents, run, said, voice } = await underTest();
    await run(relayStart, { ...show, channelId: 'a' });
    voice.sessions[0]?.moved('b');
    await until(() => intents.rows.has('relay/b') && !intents.rows.has('relay/a'));
    expect((await run(relayStatus, { guildId: 'g1' })).relays).toMatchObject([{ channelId: 'b' }]);

    voice.sessions[0]?.ended({ kind: 'failed', error: lost });
    await until(() => voice.sessions.length === 2, 5_000);
    expect(voice.sessions[1]?.channelId).toBe('b');
    expect(intents.rows.has('relay/b')).toBe(true);

    voice.sessions[1]?.ended({ kind: 'kicked', error: lost });
    await until(() => intents.rows.size === 0);
    expect(said).toEqual([expect.stringMatching(/^b: Gone\. Wait\./)]);
    expect((await run(relayStatus, { guildId: 'g1' })).relays).toEqual([]);
  });
});

describe('after the process ended', () => {
  test('relays come back as soon as gateway and community are there', async () => {
    const intents = new MemoryIntents();
    const first = await underTest(intents);
    await first.run(relayStart, { ...show, channelId: 'a' });
    await first.audio.stop?.();
    expect(intents.rows.size).toBe(1);

    const second = await underTest(intents);
    second.guilds.isConnected = false;
    second.remote.failing = lost;
    expect((await second.run(relayStatus, { guildId: 'g1' })).relays).toMatchObject([
      { state: 'reconnecting', title: 'The Show' },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(second.voice.sessions).toEqual([]);
    second.guilds.isConnected = true;
    second.remote.failing = undefined;
    second.communities.connected('peer1');
    await until(() => second.voice.sessions.length === 1, 5_000);
    expect(second.voice.sessions[0]?.request).toMatchObject({ channelId: 'a', streamKey: 'show@peer1' });
    await second.run(relayStop, { guildId: 'g1' });
    expect(intents.rows.size).toBe(0);
  });

  test('one that waits can be stopped', async () => {
    const intents = new MemoryIntents();
    const first = await underTest(intents);
    await first.run(relayStart, { ...show, channelId: 'a' });
    await first.audio.stop?.();
    const second = await underTest(intents);
    second.remote.failing = lost;
    await second.run(relayStop, { guildId: 'g1' });
    expect(intents.rows.size).toBe(0);
    second.remote.failing = undefined;
    second.communities.connected('peer1');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(second.voice.sessions).toEqual([]);
  });
});
