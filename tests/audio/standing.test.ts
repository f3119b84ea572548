import { afterEach, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { broadcastList, broadcastStart } from '#contracts/actions/broadcast.ts';
import { playerPlay } from '#contracts/actions/player.ts';
import { relayStart, relayStatus } from '#contracts/actions/relay.ts';
import type { FrameSink } from '#contracts/audio.ts';
import { friends } from '../mesh/support/hub.ts';
import { rejection } from '../support/rejection.ts';
import { standingsOf } from '../support/standings.ts';
import { audioUnderTest, MemoryIntents, until } from './support/harness.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from './support/ports.ts';

const [north, annex] = ['100000000000000001', '100000000000000002'];
const started: Audio[] = [];

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

function channels() {
  const guilds = new GuildsPort();
  guilds.channels.set('a', voiceChannel('a', { guildId: north }));
  guilds.channels.set('b', voiceChannel('b', { guildId: annex }));
  const said: string[] = [];
  const announcer = {
    announce: async (channelId: string, text: string) => void said.push(`${channelId}: ${text}`),
  };
  return { guilds, said, announcer };
}

async function world(intents = new MemoryIntents(), standings = standingsOf('home')) {
  const { guilds, said, announcer } = channels();
  const ports = {
    ...{ voice: new VoicePort(), remote: new RemotePort(), guilds },
    ...{ communities: new CommunitiesPort(), stage: { speak: async () => 'speaking' as const } },
  };
  const { audio, run } = audioUnderTest({ ...ports, announcer, intents, standings });
  started.push(audio);
  await audio.start?.(new AbortController().signal);
  const running = async () => ({
    relays: (await run(relayStatus, { guildId: north })).relays.map(({ channelId }) => channelId),
    broadcasts: (await run(broadcastList, { guildId: north })).own.map(({ id }) => id),
  });
  return { ...ports, audio, run, running, said, intents, standings };
}

test('where a guild stops being home its relays and broadcasts end with the reason, and come back with it', async () => {
  const { run, running, said, intents, standings, voice } = await world();
  const { id } = await run(broadcastStart, { guildId: north, source: 'sample' });
  await run(relayStart, { guildId: north, channelId: 'a', broadcast: 'show@North' });
  await run(relayStart, { guildId: annex, channelId: 'b', broadcast: id });
  const wishes = [...intents.rows.keys()].sort();

  standings.set(north, 'foreign');
  await until(() => said.length === 3);
  // In each channel why.
  expect(said.sort()).toEqual([
    expect.stringMatching(/^a: This server is no longer a home server/),
    expect.stringMatching(/^b: The broadcast .* has ended/),
    expect.stringMatching(/^b: The server that broadcasts “guildmesh sample” is no longer a home server/),
  ]);
  expect(await running()).toEqual({ relays: [], broadcasts: [] });
  expect(voice.sessions.every(({ left }) => left)).toBe(true);
  // What its own people wanted is still wanted; the other guild's relay ended as with every broadcast's end.
  expect([...intents.rows.keys()].sort()).toEqual(wishes.filter((key) => key !== 'relay/b'));

  standings.set(north, 'home');
  await until(() => voice.sessions.filter(({ left }) => !left).length === 1);
  expect(await running()).toEqual({ relays: ['a'], broadcasts: [id] });
});

test('after a restart nothing of a guild sounds that is not served, until it is', async () => {
  const first = await world();
  await first.run(broadcastStart, { guildId: north, source: 'sample' });
  await first.run(relayStart, { guildId: north, channelId: 'a', broadcast: 'show@North' });
  await first.audio.stop?.();
  const standings = standingsOf('home');
  standings.set(north, 'foreign');
  const second = await world(first.intents, standings);
  expect(await second.running()).toEqual({ relays: [], broadcasts: [] });
  expect(second.voice.sessions).toEqual([]);
  standings.set(north, 'home');
  await until(() => second.voice.sessions.length === 1);
  expect((await second.running()).broadcasts).toHaveLength(1);
});

test('what was asked for before a guild stopped being home doesn’t begin after it', async () => {
  const { running, run, standings, voice } = await world();
  standings.set(north, 'foreign');
  const wish = { guildId: north, channelId: 'a' };
  for (const asked of [
    run(relayStart, { ...wish, broadcast: 'show@North' }),
    run(playerPlay, { ...wish, what: 'sample' }),
  ])
    expect(await rejection(asked)).toMatchObject({ code: 'RELAY_NOT_HOME' });
  expect([(await running()).relays, voice.sessions]).toEqual([[], []]);
});

test('a guild that comes and goes at once is left as it is in the end', async () => {
  const { run, running, standings, voice } = await world();
  await run(relayStart, { guildId: north, channelId: 'a', broadcast: 'show@North' });
  for (const standing of ['foreign', 'home', 'foreign', 'home', 'foreign'] as const)
    standings.set(north, standing);
  await until(() => voice.sessions.length > 0 && voice.sessions.every(({ left }) => left));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await running()).relays).toEqual([]);
  expect(voice.sessions.every(({ left }) => left)).toBe(true);
});

test('a trusted community’s channels hear the true reason over the wire, and play it when it is back', async () => {
  const hubs = await friends();
  const standings = standingsOf('home');
  const northAudio = audioUnderTest({ standings });
  const { voice, guilds, said, announcer } = { voice: new VoicePort(), ...channels() };
  const southAudio = audioUnderTest({
    ...{ voice, guilds, announcer, stage: { speak: async () => 'speaking' as const } },
    ...{ communities: hubs.south.mesh.communities, remote: hubs.south.mesh.remote },
  });
  started.push(northAudio.audio, southAudio.audio);
  Object.assign(hubs.north.broadcasts, {
    list: () => northAudio.audio.offeredTo('friend').list(),
    subscribe: (id: string, sink: FrameSink) => northAudio.audio.offeredTo('friend').subscribe(id, sink),
  });
  for (const { audio } of [northAudio, southAudio]) await audio.start?.(new AbortController().signal);
  const { id } = await northAudio.run(broadcastStart, { guildId: north, source: 'sample' });
  const play = () =>
    southAudio.run(relayStart, { guildId: annex, channelId: 'b', broadcast: `${id}@North`, mode: 'manual' });
  await play();

  standings.set(north, 'foreign');
  await until(() => said.length > 0);
  expect(said).toEqual([
    'b: The relay of “guildmesh sample” has ended: the server that broadcasts it is no longer a home of North’s hub. When it is again, /relay start plays it here.',
  ]);

  standings.set(north, 'home');
  await until(() => northAudio.audio.offeredTo('friend').list().length === 1);
  await play();
  expect((await southAudio.run(relayStatus, { guildId: annex })).relays).toHaveLength(1);
});
