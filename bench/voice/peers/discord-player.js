/**
 * discord-player 7 as its guide says, with every effect off that can be: its defaults cost several times as much.
 * argv[3] `shared`: one AudioPlayer for all guilds, as in its guide to shared audio players.
 */
import { AttachmentExtractor } from '@discord-player/extractor';
import { Player, QueryType } from 'discord-player';
import { createAudioPlayer } from 'discord-voip';
import { order, serve, until } from '../senders/sender.ts';
import { createClient, createVoiceChannel, isReady } from './local-discord.js';

const client = createClient();
const player = new Player(client, { ffmpegPath: order.ffmpegPath });
player.events.on('error', (_, error) => process.stderr.write(`${error.message}\n`));
player.events.on('playerError', (_, error) => process.stderr.write(`${error.message}\n`));
await player.extractors.register(AttachmentExtractor, {});

const audioPlayer = process.argv[3] === 'shared' ? createAudioPlayer() : undefined;
const nodeOptions = {
  ...{ disableVolume: true, disableEqualizer: true, disableFilterer: true, disableBiquad: true },
  ...{ disableResampler: true, disableCompressor: true, disableReverb: true, disableSeeker: true },
  ...{ leaveOnEmpty: false, leaveOnEnd: false, leaveOnStop: false },
};

await serve(async (index) => {
  const channel = createVoiceChannel(client, index);
  const queue = player.nodes.create(channel.guild, nodeOptions);
  await queue.connect(channel, { audioPlayer });
  if (!audioPlayer || index === 0) {
    const { tracks } = await player.search(order.mediaPath, { searchEngine: QueryType.FILE });
    await queue.node.play(tracks[0]);
  }
  await until(() => isReady(queue.connection, order.dave));
});
