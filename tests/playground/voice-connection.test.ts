import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { entersState, joinVoiceChannel, VoiceConnectionStatus } from '@discordjs/voice';
import { beforeAll, expect, test } from 'vitest';
import { eventually, useHarness } from './support/harness.ts';
import { ids } from './support/small-world.ts';

const WAIT_MS = 10_000;
const harness = useHarness();

beforeAll(() => {
  const certificate = readFileSync(harness.playground.certificatePath, 'utf8');
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
});

test('@discordjs/voice connects, follows a move and a fresh server, rejoins after 4006, and is kicked', async () => {
  const guild = harness.client.guilds.cache.get(ids.guild)!;
  const connection = joinVoiceChannel({
    guildId: ids.guild,
    channelId: ids.voice,
    adapterCreator: guild.voiceAdapterCreator,
    selfDeaf: true,
  });
  const ready = () => entersState(connection, VoiceConnectionStatus.Ready, WAIT_MS);
  const { faults, world } = harness.playground;
  await ready();
  expect(faults.voice.connectionCount).toBe(1);

  faults.moveInVoice(ids.guild, ids.bot, ids.small);
  await eventually(() => faults.voice.connectionCount === 2);
  await ready();
  expect(world.voiceStates(ids.guild)[0]?.channel_id).toBe(ids.small);
  await eventually(() => connection.joinConfig.channelId === ids.small);

  faults.voiceServerUpdate(ids.guild, ids.bot, 'fresh');
  await eventually(() => faults.voice.connectionCount === 3);
  await ready();

  faults.voice.closeVoice(ids.guild, ids.bot, 4006);
  await eventually(() => faults.voice.connectionCount === 4);
  await ready();

  faults.voiceServerUpdate(ids.guild, ids.bot, 'null');
  await entersState(connection, VoiceConnectionStatus.Disconnected, WAIT_MS);
  faults.voiceServerUpdate(ids.guild, ids.bot, 'fresh');
  await ready();

  faults.kickFromVoice(ids.guild, ids.bot);
  await entersState(connection, VoiceConnectionStatus.Disconnected, WAIT_MS);
  expect(world.voiceStates(ids.guild)).toEqual([]);
  connection.destroy();
}, 60_000);
