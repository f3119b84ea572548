import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { programmesMax } from '#audio/broadcast/programmes.ts';
import { unknownGraceMs } from '#audio/relay/shared-stream.ts';
import { broadcastList, broadcastNext, broadcastStart } from '#contracts/actions/broadcast.ts';
import { relayNext, relayStart, relayStatus, relayStop } from '#contracts/actions/relay.ts';
import { systemClock } from '#core/clock.ts';
import { GuildmeshError } from '#core/errors.ts';
import { rejection } from '../../support/rejection.ts';
import { audioUnderTest, MemoryIntents, until } from '../support/harness.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from '../support/ports.ts';

const started: Audio[] = [];
const unreachable = new GuildmeshError({
  ...{ code: 'MESH_UNREACHABLE', kind: 'remote', message: 'Away.', next: 'Wait.', details: {} },
});
const list = { broadcast: 'show@North', fallbacks: ['tone'] };
const inA = { guildId: 'g1', channelId: 'a' };
const inC = { guildId: 'g2', channelId: 'c' };

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

/** A community on the air: every subscriber gets 50 frames a second until `off`. */
class LivePort extends RemotePort {
  readonly #timer = setInterval(() => this.#send(), 20);
  #sequence = 0;
  silent = false;

  #send(): void {
    if (this.silent) return;
    const frame = { streamId: 7, sequence: this.#sequence++, captureTimeMs: 123_456 };
    for (const sink of this.sinks) sink.frame({ ...frame, payload: Uint8Array.of(0xfc, 1) });
  }

  /** As when its process is killed. */
  off(): void {
    this.failing = unreachable;
    for (const sink of this.sinks.splice(0)) sink.end('lost');
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

async function underTest(intents = new MemoryIntents(), clock = systemClock()) {
  const ports = {
    ...{ voice: new VoicePort(), remote: new LivePort(), communities: new CommunitiesPort() },
    ...{ guilds: new GuildsPort(), intents, stage: { speak: async () => 'speaking' as const } },
  };
  for (const id of ['a', 'b']) ports.guilds.channels.set(id, voiceChannel(id));
  ports.guilds.channels.set('c', voiceChannel('c', { guildId: 'g2' }));
  const said: string[] = [];
  const announcer = {
    announce: async (channelId: string, text: string) =>
      void said.push(`${channelId}: ${text.replaceAll('\\', '')}`),
  };
  const { audio, run } = audioUnderTest(
    { ...ports, announcer, clock },
    { relaysMax: 100, sourceStallTimeoutMs: 1_000, sourceReturnAfterMs: 200 },
  );
  const stop = async () => {
    ports.remote.stop();
    await audio.stop?.();
  };
  started.push({ ...audio, stop });
  await audio.start?.(new AbortController().signal);
  const inUse = async () => {
    const { relays } = await run(relayStatus, { guildId: 'g1' });
    return relays[0]?.sources?.find(({ inUse }) => inUse)?.source;
  };
  return { ...ports, audio, run, said, inUse };
}

describe('a relay with fallbacks', () => {
  test('plays the first with its capture times, the next when it is lost, the first again, and tells both', async () => {
    const { inUse, remote, run, said, voice } = await underTest();
    const view = await run(relayStart, { ...inA, ...list });
    expect(view).toMatchObject({ title: 'The Show', community: 'North', broadcast: 'show@North' });
    expect(view.sources).toMatchObject([
      { source: 'broadcast:show@North', inUse: true },
      { source: 'tone', inUse: false },
    ]);
    const frames = () => voice.streams[0]?.frames ?? [];
    await until(() => frames().length > 3);
    expect(frames().every(({ captureTimeMs }) => captureTimeMs === 123_456)).toBe(true);

    remote.off();
    await until(() => said.length === 1);
    expect(said[0]).toMatch(/^a: “broadcast:show@North” broke off: “tone” plays in its place/);
    expect(await inUse()).toBe('tone');
    remote.failing = undefined;
    await until(() => said.length === 2);
    expect(said[1]).toMatch(/^a: “broadcast:show@North” is back/);
    expect(await inUse()).toBe('broadcast:show@North');
    expect(voice.sessions.map(({ left }) => left)).toEqual([false]);
    // One stream to the worker throughout: its buffer sees neither hole nor jump.
    const played = frames().map(({ sequence, streamId }) => [sequence, streamId]);
    expect(played).toEqual(played.map((_, index) => [index, played[0]?.[1]]));
  });

  test('goes on with the next when the first is silent or withdrawn, where another would end', async () => {
    const { communities, inUse, intents, remote, run, said } = await underTest();
    await run(relayStart, { ...inA, ...list });
    remote.silent = true;
    await until(() => said.length === 1);
    expect(said[0]).toContain('gives no sound');
    communities.community.trusted = false;
    for (const sink of remote.sinks.splice(0)) sink.end('revoked');
    communities.forgotten('peer1');
    expect(await inUse()).toBe('tone');
    expect(intents.rows.has('relay/a')).toBe(true);
  });

  test('is offered to nobody, shared by those with the same list, and over with the last', async () => {
    const { audio, remote, run, voice } = await underTest();
    await run(relayStart, { ...inA, ...list });
    await run(relayStart, { ...inC, broadcast: 'show@peer1', fallbacks: ['tone'] });
    expect([remote.sinks.length, voice.streams.length]).toEqual([1, 1]);
    expect(audio.offeredTo('friend').list()).toEqual([]);
    expect((await run(broadcastList, { guildId: '1' })).own).toEqual([]);
    await run(relayStop, { guildId: 'g1' });
    expect([voice.streams[0]?.closed, remote.cancelledCount]).toEqual([false, 0]);
    await run(relayStop, { guildId: 'g2' });
    await until(() => remote.cancelledCount === 1);
    expect(voice.streams[0]?.closed).toBe(true);
  });

  test('goes on with the next source when asked, unless another server hears the same list', async () => {
    const { inUse, run } = await underTest();
    await run(relayStart, { ...inA, ...list });
    const asked = await run(relayNext, inA);
    expect(asked.sources?.find((source) => source.inUse)?.source).toBe('tone');
    await run(relayNext, inA);
    expect(await inUse()).toBe('broadcast:show@North');

    await run(relayStart, { ...inC, ...list });
    expect(await rejection(run(relayNext, inA))).toMatchObject({ code: 'RELAY_LIST_SHARED' });
    expect(await inUse()).toBe('broadcast:show@North');
    await run(relayStop, { guildId: 'g2' });
    await run(relayNext, inA);
    expect(await inUse()).toBe('tone');
  });

  test('tells the channels that hear a broadcast of ours when it goes on with another source', async () => {
    const { run, said } = await underTest();
    const { id } = await run(broadcastStart, { guildId: '1', source: 'sample', fallbacks: ['tone'] });
    await run(relayStart, { ...inA, broadcast: id });
    await run(broadcastNext, { guildId: '1', broadcast: id });
    expect(said).toEqual(['a: Somebody asked for the next source: “tone” plays in place of “sample”.']);
  });

  test('tells that no longer where a person has stopped the relay, which waits for its turn to leave', async () => {
    const { remote, run, said } = await underTest();
    const { id } = await run(broadcastStart, { guildId: '1', source: 'sample', fallbacks: ['tone'] });
    await run(relayStart, { ...inA, broadcast: id });
    const answered = Promise.withResolvers<[]>();
    remote.list = () => answered.promise;
    const other = run(relayStart, { ...inA, channelId: 'b', broadcast: 'show@North', replace: true });
    const stopped = run(relayStop, inA);
    await run(broadcastNext, { guildId: '1', broadcast: id });
    answered.resolve([]);
    expect(await rejection(other)).toMatchObject({ code: 'AUDIO_UNKNOWN_BROADCAST' });
    await stopped;
    expect(said).toEqual([]);
  });

  test('has no next source without a list, or where nothing plays', async () => {
    const { run } = await underTest();
    expect(await rejection(run(relayNext, inA))).toMatchObject({ code: 'RELAY_NOT_RUNNING' });
    await run(relayStart, { ...inA, broadcast: 'show@North' });
    expect(await rejection(run(relayNext, inA))).toMatchObject({ code: 'AUDIO_SINGLE_SOURCE' });
  });

  test('plays what came through as many communities as may pass it on, for here it ends', async () => {
    const { inUse, remote, run } = await underTest();
    const path = ['peer2', 'peer3', 'peer4'];
    const origin = { peerId: 'peer2', community: 'West', broadcastId: 'west', path };
    remote.offered = remote.offered.map((info) => ({ ...info, origin }));
    await run(relayStart, { ...inA, ...list });
    expect(await inUse()).toBe('broadcast:show@North');
  });

  test('starts when its community can’t be asked, and comes back after a restart', async () => {
    const intents = new MemoryIntents();
    const first = await underTest(intents);
    first.remote.failing = unreachable;
    await first.run(relayStart, { ...inA, broadcast: 'show@North', fallbacks: ['tone', 'sample'] });
    expect(await first.inUse()).toBe('tone');
    await first.audio.stop?.();
    const second = await underTest(intents);
    await until(() => second.voice.sessions.length === 1);
    const { relays } = await second.run(relayStatus, { guildId: 'g1' });
    expect(relays[0]?.sources?.map(({ source }) => source)).toEqual([
      ...['broadcast:show@North', 'tone', 'sample'],
    ]);
  });

  test('stays wanted when its first is gone for good and the others are away, where another would end', async () => {
    const intents = new MemoryIntents();
    const payload = { guildId: 'g1', reference: 'gone@North', fallbacks: ['gone.mp3'], mode: 'manual' };
    await intents.put({ kind: 'relay', key: 'a', payload, wantedBy: 'x', createdAtMs: 0 });
    const clock = systemClock();
    let aheadMs = 0;
    const { run, said } = await underTest(intents, {
      ...{ nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs() + aheadMs },
      after: (delayMs, run, init) => clock.after(delayMs, run, init),
      sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
    });
    const triedAgain = async () => {
      const { relays } = await run(relayStatus, { guildId: 'g1' });
      return relays[0]?.problem?.code;
    };
    await expect.poll(triedAgain, { timeout: 5_000 }).toBe('AUDIO_UNKNOWN_BROADCAST');
    aheadMs = 2 * unknownGraceMs;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect([intents.rows.has('relay/a'), said]).toEqual([true, []]);
  });

  test('refuses bad names before anything is joined or heard', async () => {
    const { communities, remote, run, voice } = await underTest();
    const bad = {
      'ftp://radio.example/': 'AUDIO_SCHEME_REFUSED',
      'http://a:b@radio.example/': 'AUDIO_URL_INVALID',
      'gone.mp3': 'AUDIO_SOURCE_UNKNOWN',
      'tone:1': 'AUDIO_SOURCE_UNKNOWN',
      'late@West': 'AUDIO_UNKNOWN_COMMUNITY',
      'broadcast:late@West': 'AUDIO_UNKNOWN_COMMUNITY',
      'broadcast:@North': 'AUDIO_REFERENCE_INVALID',
      'broadcast:ours': 'RELAY_FALLBACKS_OWN',
      'channel:1100000000000000102': 'RELAY_FALLBACK_LIVE',
    };
    for (const [name, code] of Object.entries(bad)) {
      const attempt = run(relayStart, { ...inA, broadcast: 'show@North', fallbacks: ['tone', name] });
      expect(await rejection(attempt), name).toMatchObject({ code });
    }
    const { id } = await run(broadcastStart, { guildId: 'g1', source: 'sample' });
    const first = { [id]: 'RELAY_FALLBACKS_OWN', 'gone@North': 'AUDIO_UNKNOWN_BROADCAST' };
    for (const [broadcast, code] of Object.entries(first))
      expect(await rejection(run(relayStart, { ...inA, ...list, broadcast })), code).toMatchObject({ code });
    communities.community.trusted = false;
    expect(await rejection(run(relayStart, { ...inA, ...list }))).toMatchObject({
      code: 'AUDIO_COMMUNITY_UNTRUSTED',
    });
    expect([voice.sessions.length, voice.streams.length, remote.sinks.length]).toEqual([0, 0, 0]);
  });

  test('is one of so many lists', async () => {
    const { guilds, run } = await underTest();
    const start = (index: number, hertz = 100 + index) => {
      const [guildId, channelId] = [`g${index + 10}`, `room${index}`];
      guilds.channels.set(channelId, voiceChannel(channelId, { guildId }));
      return run(relayStart, { guildId, channelId, broadcast: 'show@North', fallbacks: [`tone:${hertz}`] });
    };
    for (let index = 0; index < programmesMax; index++) await start(index);
    expect(await rejection(start(programmesMax))).toMatchObject({ code: 'AUDIO_TOO_MANY_LISTS' });
    await start(programmesMax, 100);
    await run(relayStop, { guildId: 'g11' });
    await start(programmesMax + 1);
  });
});
