import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { broadcastStart, sourceList } from '#contracts/actions/broadcast.ts';
import { relayStart } from '#contracts/actions/relay.ts';
import { GuildmeshError } from '#core/errors.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { audioUnderTest, RecordingSink, until } from '../support/harness.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from '../support/ports.ts';

const north = '100000000000000001';
const annex = '100000000000000002';
const started: Audio[] = [];

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

/** Each folder with a file of its own, and one of the same name. */
function world() {
  const folder = temporaryFolder();
  const folders = { shared: 1, north: 2, annex: 3 };
  for (const [name, mark] of Object.entries(folders)) {
    mkdirSync(join(folder.path, name, 'shows'), { recursive: true });
    const packets = Array.from({ length: 20 }, () => opusPacket(mark));
    for (const file of [`${name}.opus`, 'jingle.opus', `shows/${name}.opus`])
      writeFileSync(join(folder.path, name, file), oggLink(1, packets));
    writeFileSync(join(folder.path, name, `${name}.m3u`), 'jingle.opus\n');
  }
  const voice = new VoicePort();
  const guilds = new GuildsPort();
  guilds.channels.set('a', voiceChannel('a', { guildId: north }));
  guilds.channels.set('b', voiceChannel('b', { guildId: annex }));
  const stage = { speak: async () => 'speaking' as const };
  const announcer = { announce: async () => {} };
  const remote = new RemotePort();
  const { audio, run } = audioUnderTest(
    { voice, guilds, stage, announcer, remote, communities: new CommunitiesPort() },
    {
      libraryDir: join(folder.path, 'shared'),
      guildLibraryDirs: { [north]: join(folder.path, 'north'), [annex]: join(folder.path, 'annex') },
      searchPath: '/nowhere',
    },
  );
  started.push(audio);
  return { audio, run, voice, remote, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

test('a server is offered its own files and those of all, and can name no other', async () => {
  using made = world();
  const { run } = made;
  const { sources } = await run(sourceList, { guildId: north, search: '' });
  const named = sources.map(({ source }) => source).sort();
  expect(named).toEqual(
    [
      ...['jingle.opus', 'north.m3u', 'north.opus', 'sample', 'shared.m3u', 'shared.opus', 'shows/', 'tone'],
      ...['shows/north.opus', 'shows/shared.opus'],
    ].sort(),
  );
  for (const source of ['annex.opus', 'annex.m3u', 'shows/annex.opus', '../annex/annex.opus'])
    for (const input of [{ source }, { source: 'sample', fallbacks: [source] }]) {
      const refusal = await rejection(run(broadcastStart, { guildId: north, ...input }));
      expect(refusal, source).toMatchObject({ code: 'AUDIO_SOURCE_UNKNOWN' });
      expect(JSON.stringify(refusal)).not.toMatch(/Did you mean “[^”]*annex/);
    }
  const relay = { guildId: north, channelId: 'a', broadcast: 'show@North', fallbacks: ['annex.opus'] };
  expect(await rejection(run(relayStart, relay))).toMatchObject({ code: 'AUDIO_SOURCE_UNKNOWN' });
});

test('a name that stands in several folders means the server’s own file, in a playlist too', async () => {
  using made = world();
  const { audio, run } = made;
  const firstOf = async (guildId: string, source: string) => {
    const { id } = await run(broadcastStart, { guildId, source });
    const sink = new RecordingSink();
    audio.catalogueFor(guildId).subscribe(id, sink);
    await until(() => sink.frames.length > 0);
    return sink.frames[0]?.payload;
  };
  for (const source of ['jingle.opus', 'shared.m3u'])
    expect(await firstOf(north, source), source).toEqual(opusPacket(2));
  expect(await firstOf(annex, 'jingle.opus')).toEqual(opusPacket(3));
});

test('two servers with the same list of names hear their own files, not each other’s', async () => {
  using made = world();
  const { remote, run, voice } = made;
  const details = {};
  remote.failing = new GuildmeshError({
    code: 'MESH_UNREACHABLE',
    kind: 'remote',
    message: 'Away.',
    next: 'Wait.',
    details,
  });
  const fallbacks = ['jingle.opus'];
  for (const [guildId, channelId] of [
    [north, 'a'],
    [annex, 'b'],
  ] as const)
    await run(relayStart, { guildId, channelId, broadcast: 'show@North', fallbacks });
  expect(voice.streams).toHaveLength(2);
  await until(() => voice.streams.every(({ frames }) => frames.length > 0));
  expect(voice.streams.map(({ frames }) => frames[0]?.payload)).toEqual([opusPacket(2), opusPacket(3)]);
});
