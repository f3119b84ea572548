import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { boundToKey, withName } from '#audio/reference.ts';
import { relayStart, relayStatus } from '#contracts/actions/relay.ts';
import type { Community } from '#contracts/communities.ts';
import { rejection } from '../support/rejection.ts';
import { audioUnderTest, MemoryIntents, until } from './support/harness.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from './support/ports.ts';

const started: Audio[] = [];
afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

/** Communities by name, each trusted under one key. */
class Neighbours extends CommunitiesPort {
  readonly known: Community[] = [this.community];

  override list(): Community[] {
    return this.known;
  }

  override find(reference: string): Community | undefined {
    return this.known.find(({ name, peerId }) => [peerId, name].includes(reference));
  }

  override successorOf(peerId: string): Community | undefined {
    const known = this.known.find((community) => community.peerId === peerId);
    return known?.trusted ? undefined : super.successorOf(peerId);
  }
}

async function underTest(communities = new Neighbours(), intents = new MemoryIntents()) {
  const ports = { voice: new VoicePort(), remote: new RemotePort(), guilds: new GuildsPort() };
  ports.guilds.channels.set('a', voiceChannel('a'));
  const said: string[] = [];
  const announcer = {
    announce: async (channelId: string, text: string) => void said.push(`${channelId}: ${text}`),
  };
  const made = audioUnderTest(
    { ...ports, communities, intents, announcer, stage: { speak: async () => 'speaking' as const } },
    { relaysMax: 2 },
  );
  started.push(made.audio);
  await made.audio.start?.(new AbortController().signal);
  return { ...ports, ...made, communities, intents, said };
}

const other: Community = { peerId: 'peer2', name: 'West', trusted: true, connected: true, addresses: [] };
const inA = { guildId: 'g1', channelId: 'a' };

describe('an id without a community', () => {
  test('means what a single trusted community offers, so that a card works here and there', async () => {
    const { run } = await underTest();
    expect(await run(relayStart, { ...inA, broadcast: 'show' })).toMatchObject({
      broadcast: 'show@North',
      community: 'North',
      state: 'playing',
    });
  });

  test('is refused with the forms to type when several offer it, and when none does', async () => {
    const communities = new Neighbours();
    communities.known.push(other);
    const { run } = await underTest(communities);
    expect(await rejection(run(relayStart, { ...inA, broadcast: 'show' }))).toMatchObject({
      code: 'AUDIO_BROADCAST_AMBIGUOUS',
      details: { references: ['show@North', 'show@West'] },
    });
    expect(await rejection(run(relayStart, { ...inA, broadcast: 'nothing' }))).toMatchObject({
      code: 'AUDIO_UNKNOWN_BROADCAST',
    });
  });

  test('is not asked of communities that are not trusted', async () => {
    const communities = new Neighbours();
    communities.known[0] = { ...communities.community, trusted: false };
    const { run } = await underTest(communities);
    expect(await rejection(run(relayStart, { ...inA, broadcast: 'show' }))).toMatchObject({
      code: 'AUDIO_UNKNOWN_BROADCAST',
    });
  });
});

describe('a name that gets another key', () => {
  test('takes nothing along that runs automatically: a relay is kept by key', async () => {
    const first = await underTest();
    await first.run(relayStart, { ...inA, broadcast: 'show@North', mode: 'constant' });
    expect([...first.intents.rows.values()][0]?.payload).toMatchObject({ reference: 'show@peer1' });
    await first.audio.stop?.();

    // North is forgotten, and somebody with another key is trusted under its name.
    const communities = new Neighbours();
    const anew = { ...communities.community, peerId: 'peer9' };
    communities.known.splice(0, 1, anew, { ...communities.community, name: '…peer1', trusted: false });
    communities.successor = anew;
    const later = await underTest(communities, first.intents);
    await until(() => later.said.length > 0);
    expect(later.said[0]).toMatch(/^a: .*“North” has another key now/);
    expect(later.remote.sinks).toEqual([]);
    const { relays } = await later.run(relayStatus, { guildId: 'g1' });
    expect(relays).toMatchObject([{ state: 'refused', problem: { code: 'AUDIO_COMMUNITY_KEY_CHANGED' } }]);
  });

  test('is bound when a state of before comes back', async () => {
    const intents = new MemoryIntents();
    const payload = { guildId: 'g1', reference: 'show@North', fallbacks: [], title: '', mode: 'manual' };
    await intents.put({ kind: 'relay', key: 'a', payload, wantedBy: 'x', createdAtMs: 1 });
    const { remote, voice } = await underTest(new Neighbours(), intents);
    await until(() => remote.sinks.length > 0);
    expect(voice.sessions[0]?.request.streamKey).toBe('show@peer1');
  });
});

describe('what is kept by key', () => {
  const communities = new Neighbours();
  test.each([
    ['show@North', 'show@peer1'],
    ['broadcast:show@North', 'broadcast:show@peer1'],
    ['show@Nobody', 'show@Nobody'],
    ['https://user@North/radio', 'https://user@North/radio'],
    ['evening.mp3', 'evening.mp3'],
  ])('%s ↔ %s', (typed, kept) => {
    expect(boundToKey(communities, typed)).toBe(kept);
    expect(withName(communities, kept)).toBe(typed);
  });
});
