import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { entersState, joinVoiceChannel, VoiceConnectionStatus } from '@discordjs/voice';
import { beforeAll, expect, test } from 'vitest';
import { eventually, useHarness } from './support/harness.ts';
import { ids } from './support/small-world.ts';

const waitMs = 10_000;
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
  const ready = () => entersState(connection, VoiceConnectionStatus.Ready, waitMs);
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
  await entersState(connection, VoiceConnectionStatus.Disconnected, waitMs);
  faults.voiceServerUpdate(ids.guild, ids.bot, 'fresh');
  await ready();

  faults.kickFromVoice(ids.guild, ids.bot);
  await entersState(connection, VoiceConnectionStatus.Disconnected, waitMs);
  expect(world.voiceStates(ids.guild)).toEqual([]);
  connection.destroy();
}, 60_000);

test('a bot is heard only while it may speak: not as audience of a stage, nor muted by a moderator', async () => {
  const guild = harness.client.guilds.cache.get(ids.guild)!;
  const { faults } = harness.playground;
  const listener = await harness.member().listen(ids.stage);
  const connection = joinVoiceChannel({
    guildId: ids.guild,
    channelId: ids.stage,
    adapterCreator: guild.voiceAdapterCreator,
    selfDeaf: true,
  });
  await entersState(connection, VoiceConnectionStatus.Ready, waitMs);
  let sentCount = 0;
  const say = (marker: string) => {
    connection.playOpusPacket(Buffer.from(`${marker} ${++sentCount}`.padEnd(40, '.')));
  };
  const heard: string[] = [];
  listener.onFrame(({ payload }) => heard.push(Buffer.from(payload).toString().split(' ')[0] ?? ''));
  const sayInVain = async (marker: string) => {
    for (let count = 0; count < 5; count++) say(marker);
    await sleep(200);
  };
  const untilHeard = (marker: string) =>
    eventually(() => {
      say(marker);
      return heard.includes(marker);
    });

  await sayInVain('audience');
  faults.suppress(ids.guild, ids.bot, false);
  await untilHeard('speaker');
  faults.moderate(ids.guild, ids.bot, { mute: true });
  await sayInVain('muted');
  faults.moderate(ids.guild, ids.bot, { mute: false });
  await untilHeard('again');

  expect([...new Set(heard)]).toEqual(['speaker', 'again']);
  expect(listener.stats).toMatchObject({ rtpGaps: 0, transportErrors: 0 });
  connection.destroy();
  listener.leave();
});
