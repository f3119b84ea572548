import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import {
  broadcastAudience,
  broadcastList,
  broadcastNext,
  broadcastStart,
  broadcastStop,
} from '#contracts/actions/broadcast.ts';
import { relayStart, relayStatus } from '#contracts/actions/relay.ts';
import type { Audience } from '#contracts/audio.ts';
import type { Intent } from '#contracts/intents.ts';
import { rejection } from '../../support/rejection.ts';
import { standingsOf } from '../../support/standings.ts';
import { audioUnderTest, MemoryIntents, RecordingSink, until } from '../support/harness.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from '../support/ports.ts';

const ours = '100000000000000001';
const annex = '100000000000000002';
const foreign = '100000000000000009';
const started: Audio[] = [];

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

function underTest(intents = new MemoryIntents(), init: Parameters<typeof audioUnderTest>[1] = {}) {
  const ports = {
    ...{ voice: new VoicePort(), remote: new RemotePort(), guilds: new GuildsPort() },
    ...{ communities: new CommunitiesPort(), stage: { speak: async () => 'speaking' as const } },
  };
  ports.guilds.channels.set('a', voiceChannel('a', { guildId: ours }));
  ports.guilds.channels.set('c', voiceChannel('c', { guildId: annex }));
  const said: string[] = [];
  const announcer = {
    announce: async (channelId: string, text: string) => void said.push(`${channelId}: ${text}`),
  };
  const standings = standingsOf((guildId) => (guildId === foreign ? 'foreign' : 'home'));
  for (const guildId of [ours, annex]) standings.set(guildId, 'home');
  const result = audioUnderTest({ ...ports, announcer, intents, standings }, init);
  started.push(result.audio);
  return { ...result, ...ports, intents, said };
}

type World = ReturnType<typeof underTest>;

/** The listeners that know of it and may subscribe, by every possible way. */
async function knownTo({ audio, run }: World, id: string) {
  const asked = { ours, annex, foreign };
  const known: string[] = [];
  for (const [name, guildId] of Object.entries(asked)) {
    const { own } = await run(broadcastList, { guildId });
    const catalogue = audio.catalogueFor(guildId);
    const ways = [
      own.some((view) => view.id === id),
      catalogue.list().some((info) => info.id === id),
      subscribes(() => catalogue.subscribe(id, new RecordingSink())),
    ];
    if (new Set(ways).size > 1) throw new Error(`${name}: ${ways}`);
    if (ways[0]) known.push(name);
  }
  const offered = audio
    .offeredTo('friend')
    .list()
    .some((info) => info.id === id);
  const served = subscribes(() => audio.offeredTo('friend').subscribe(id, new RecordingSink()));
  if (offered !== served) throw new Error('the mesh lists what it doesn’t serve, or the other way round');
  return offered ? [...known, 'neighbours'] : known;
}

function subscribes(attempt: () => { cancel(): void }): boolean {
  try {
    attempt().cancel();
    return true;
  } catch {
    return false;
  }
}

test('each audience is known to those it takes in, by every way, and to nobody else', async () => {
  const world = underTest();
  const expected: Record<Audience, string[]> = {
    server: ['ours'],
    community: ['ours', 'annex'],
    neighbours: ['ours', 'annex', 'neighbours'],
  };
  for (const [audience, known] of Object.entries(expected) as [Audience, string[]][]) {
    const { id } = await world.run(broadcastStart, { guildId: ours, source: 'sample', audience });
    expect(await knownTo(world, id), audience).toEqual(known);
    await world.run(broadcastStop, { guildId: ours, broadcast: id });
  }
  const { audience } = await world.run(broadcastStart, { guildId: ours, source: 'sample' });
  expect(audience).toBe('neighbours');
});

describe('a broadcast is its own guild’s', () => {
  test('to end, to go on with the next source, and to offer to others', async () => {
    const { run } = underTest();
    const { id } = await run(broadcastStart, {
      ...{ guildId: ours, source: 'sample', fallbacks: ['tone'], title: 'Ours', audience: 'community' },
    });
    const attempts = (guildId: string) => [
      run(broadcastStop, { guildId, broadcast: id }),
      run(broadcastNext, { guildId, broadcast: id }),
      run(broadcastAudience, { guildId, broadcast: id, audience: 'neighbours' }),
    ];
    const codes = async (guildId: string) =>
      (await Promise.all(attempts(guildId).map(rejection))).map((error) => (error as { code: string }).code);
    expect(new Set(await codes(annex))).toEqual(new Set(['AUDIO_OF_ANOTHER_SERVER']));
    expect(new Set(await codes(foreign))).toEqual(new Set(['AUDIO_UNKNOWN_BROADCAST']));
    expect((await run(broadcastList, { guildId: ours })).own).toMatchObject([{ id, audience: 'community' }]);
    await run(broadcastStop, { guildId: ours, broadcast: id });
  });

  test('and isn’t played by a guild that it isn’t for', async () => {
    const { run, voice } = underTest();
    const { id } = await run(broadcastStart, { guildId: ours, source: 'sample', audience: 'server' });
    const attempt = run(relayStart, { guildId: annex, channelId: 'c', broadcast: id });
    expect(await rejection(attempt)).toMatchObject({ code: 'AUDIO_UNKNOWN_BROADCAST' });
    expect(voice.sessions).toEqual([]);
    await run(relayStart, { guildId: ours, channelId: 'a', broadcast: id });
    await until(() => (voice.streams[0]?.frames.length ?? 0) > 3);
  });

  test('and one guild can’t use up the room of the others, but what comes back is taken back', async () => {
    const intents = new MemoryIntents();
    const first = underTest(intents, { broadcastsPerGuildMax: 2 });
    for (let i = 0; i < 2; i++) await first.run(broadcastStart, { guildId: ours, source: 'sample' });
    const attempt = first.run(broadcastStart, { guildId: ours, source: 'sample' });
    expect(await rejection(attempt)).toMatchObject({ code: 'AUDIO_TOO_MANY_BROADCASTS_HERE' });
    await first.run(broadcastStart, { guildId: annex, source: 'sample' });
    await first.audio.stop?.();
    const second = underTest(intents, { broadcastsPerGuildMax: 1 });
    await second.audio.start?.(new AbortController().signal);
    expect(second.audio.catalogueFor(ours).list()).toHaveLength(3);
  });
});

describe('narrowed while others listen', () => {
  test('each hears the end with the reason, those it is still for hear on', async () => {
    const { audio, run } = underTest();
    const { id } = await run(broadcastStart, { guildId: ours, source: 'sample' });
    const sinks = [audio.offeredTo('friend'), audio.catalogueFor(annex), audio.catalogueFor(ours)].map(
      (catalogue) => {
        const sink = new RecordingSink();
        catalogue.subscribe(id, sink);
        return sink;
      },
    );
    const ends = () => sinks.map((sink) => sink.ends);
    await run(broadcastAudience, { guildId: ours, broadcast: id, audience: 'community' });
    expect(ends()).toEqual([['narrowed'], [], []]);
    await run(broadcastAudience, { guildId: ours, broadcast: id, audience: 'server' });
    expect(ends()).toEqual([['narrowed'], ['narrowed'], []]);
    const heard = sinks[2]?.frames.length ?? 0;
    await until(() => (sinks[2]?.frames.length ?? 0) > heard + 3);
    await run(broadcastAudience, { guildId: ours, broadcast: id, audience: 'neighbours' });
    expect(audio.offeredTo('friend').list()).toMatchObject([{ id }]);
  });

  test('a relay of another guild ends and says so, also one that shares its stream', async () => {
    const { run, said, voice } = underTest();
    const { id } = await run(broadcastStart, { guildId: ours, source: 'sample' });
    await run(relayStart, { guildId: annex, channelId: 'c', broadcast: id });
    await run(relayStart, { guildId: ours, channelId: 'a', broadcast: id });
    expect(voice.streams).toHaveLength(1);
    await run(broadcastAudience, { guildId: ours, broadcast: id, audience: 'server' });
    await until(() => said.length > 0);
    expect(said).toEqual([expect.stringMatching(/^c: .*fewer people/)]);
    expect((await run(relayStatus, { guildId: annex })).relays).toEqual([]);
    expect((await run(relayStatus, { guildId: ours })).relays).toMatchObject([{ broadcast: id }]);
    expect(voice.sessions.map(({ left, request }) => [request.guildId, left])).toEqual([
      [annex, true],
      [ours, false],
    ]);
  });

  test('a relay that is just being brought up doesn’t slip through', async () => {
    const { run, voice } = underTest();
    const { id } = await run(broadcastStart, { guildId: ours, source: 'sample' });
    const join = voice.join.bind(voice);
    voice.join = async (request) => {
      await run(broadcastAudience, { guildId: ours, broadcast: id, audience: 'server' });
      return join(request);
    };
    const attempt = run(relayStart, { guildId: annex, channelId: 'c', broadcast: id });
    expect(await rejection(attempt)).toMatchObject({ code: 'AUDIO_UNKNOWN_BROADCAST' });
    expect(voice.sessions.map(({ left }) => left)).toEqual([true]);
    expect(voice.streams.map(({ closed }) => closed)).toEqual([true]);
  });
});

describe('restored', () => {
  test('with owner and audience', async () => {
    const intents = new MemoryIntents();
    const first = underTest(intents);
    const { id } = await first.run(broadcastStart, {
      guildId: ours,
      source: 'sample',
      audience: 'community',
    });
    await first.run(broadcastAudience, { guildId: ours, broadcast: id, audience: 'server' });
    await first.audio.stop?.();
    const second = underTest(intents);
    await second.audio.start?.(new AbortController().signal);
    expect(second.audio.catalogueFor(ours).list()).toMatchObject([{ id, guildId: ours, audience: 'server' }]);
    expect(await knownTo(second, id)).toEqual(['ours']);
  });

  test('from an older version: for neighbours, of the guild that started it', async () => {
    const rows: Record<string, { payload: Record<string, unknown>; wantedBy: string }> = {
      owned: { payload: { owner: ours }, wantedBy: `guild-member:${annex}:300000000000000001` },
      unowned: { payload: {}, wantedBy: `guild-member:${annex}:300000000000000001` },
      hub: { payload: { owner: 'hub' }, wantedBy: 'system:restore' },
    };
    const intents = new MemoryIntents();
    for (const [key, { payload, wantedBy }] of Object.entries(rows)) {
      const row: Intent = { kind: 'broadcast', key, wantedBy, createdAtMs: 1, payload: {} };
      await intents.put({ ...row, payload: { source: 'sample', loop: true, startedAtMs: 1, ...payload } });
    }
    const { audio, run } = underTest(intents);
    await audio.start?.(new AbortController().signal);
    const infos = audio.catalogueFor(ours).list();
    expect(Object.fromEntries(infos.map((info) => [info.id, [info.guildId, info.audience]]))).toEqual({
      owned: [ours, 'neighbours'],
      unowned: [annex, 'neighbours'],
      hub: [ours, 'neighbours'],
    });
    await run(broadcastStop, { guildId: annex, broadcast: 'unowned' });
  });
});
