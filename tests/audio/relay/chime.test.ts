import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { Chime } from '#audio/relay/chime.ts';
import { chimeMaxMs, relayChime, relayStart, relayStatus } from '#contracts/actions/relay.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { demux } from '../support/demux.ts';
import { audioUnderTest, MemoryIntents } from '../support/harness.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from '../support/ports.ts';

const started: Audio[] = [];
afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

/** `here`: people in the channels. */
async function underTest({ here = 1, framesPlayed = 1_000, e2ee = true } = {}) {
  const ports = {
    ...{ voice: new VoicePort(), remote: new RemotePort(), communities: new CommunitiesPort() },
    ...{ guilds: new GuildsPort(), intents: new MemoryIntents() },
    presence: { listenerCount: () => here, onChange: () => () => {} },
  };
  for (const id of ['a', 'b']) ports.guilds.channels.set(id, voiceChannel(id));
  const { permissions } = voiceChannel('mute');
  const mute = voiceChannel('mute', { permissions: { ...permissions, speak: false } });
  ports.guilds.channels.set('mute', mute);
  const { join } = ports.voice;
  ports.voice.join = async (request) => {
    const session = await join.call(ports.voice, request);
    const before = session.status();
    session.status = () => ({ ...before, framesPlayed, e2ee });
    return session;
  };
  const { audio, run } = audioUnderTest(ports as never);
  started.push(audio);
  await audio.start?.(new AbortController().signal);
  const lastHeard = async (guildId = 'g1') => (await run(relayStatus, { guildId })).lastHeard;
  return { ...ports, run, lastHeard };
}

const chimePath = new URL('../../../src/audio/sample/guildmesh-chime.opus', import.meta.url);
const textOf = (packet: Uint8Array) => Buffer.from(packet).toString('hex');

const chime = { guildId: 'g1', channelId: 'a' };

describe('a chime', () => {
  test('plays its own notes in the channel, leaves, keeps no wish, and is known to have been heard', async () => {
    const { intents, lastHeard, run, voice } = await underTest();
    expect(await run(relayChime, chime)).toEqual({
      ...{ channelId: 'a', listenerCount: 1, framesPlayed: 1_000, e2ee: true },
    });
    const [stream] = voice.streams;
    const own = demux(readFileSync(chimePath)).packets.map(textOf);
    expect(own.length).toBeGreaterThan(150);
    expect(stream?.frames.length).toBeGreaterThan(0);
    for (const { payload } of stream?.frames ?? []) expect(own).toContain(textOf(payload));
    expect([voice.sessions[0]?.channelId, voice.sessions[0]?.left, stream?.closed]).toEqual([
      'a',
      true,
      true,
    ]);
    expect([...intents.rows.keys()]).toEqual([]);
    expect(await lastHeard()).toMatchObject({ channelId: 'a' });
    expect(await lastHeard('g2')).toBeUndefined();
  });

  test.each([
    ['nobody was there', { here: 0 }],
    ['it wasn’t encrypted', { e2ee: false }],
  ])('counts as heard by nobody where %s', async (_, change) => {
    const { lastHeard, run } = await underTest(change);
    await run(relayChime, chime);
    expect(await lastHeard()).toBeUndefined();
  });

  test('ends after a few seconds though nothing leaves', async () => {
    const clock = new FakeClock();
    const { guilds, presence, voice } = await underTest({ framesPlayed: 0, e2ee: false });
    const silent = { subscribe: () => ({}), start: async () => {}, view: () => ({ state: 'live' }) };
    const programmes = { open: () => silent, close: () => {} };
    const player = new Chime({ programmes, guilds, presence, voice, clock, stage: {} } as never);
    const played = player.play('g1', 'a', new AbortController().signal);
    await expect.poll(() => voice.sessions.length).toBe(1);
    await clock.advance(chimeMaxMs);
    expect(await played).toMatchObject({ framesPlayed: 0 });
    expect(voice.sessions[0]?.left).toBe(true);
  });

  test('interrupts nothing, and says what stands in its way', async () => {
    const { run, voice } = await underTest();
    expect(await rejection(run(relayChime, { ...chime, channelId: 'mute' }))).toMatchObject({
      code: 'RELAY_PERMISSION_MISSING',
    });
    await run(relayStart, { guildId: 'g1', channelId: 'b', broadcast: 'show@North' });
    expect(await rejection(run(relayChime, chime))).toMatchObject({ code: 'RELAY_CHIME_BUSY' });
    expect(voice.sessions.map(({ channelId, left }) => [channelId, left])).toEqual([['b', false]]);
    const { run: alone, voice: unused } = await underTest({ here: 0 });
    // It waits for people, out of the channel.
    await alone(relayStart, { guildId: 'g1', channelId: 'b', broadcast: 'show@North', mode: 'auto' });
    expect(await rejection(alone(relayChime, chime))).toMatchObject({ code: 'RELAY_CHIME_BUSY' });
    expect(unused.sessions).toEqual([]);
  });
});
