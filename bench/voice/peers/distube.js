/** DisTube 5 as its guide says: a plugin for the kind of source, `play` with the voice channel. */

import { pathToFileURL } from 'node:url';
import { FilePlugin } from '@distube/file';
import { DisTube } from 'distube';
import { order, serve, until } from '../senders/sender.ts';
import { createClient, createVoiceChannel, isReady } from './local-discord.js';

const client = createClient();
const distube = new DisTube(client, { plugins: [new FilePlugin()], ffmpeg: { path: order.ffmpegPath } });
distube.on('error', (error) => process.stderr.write(`${error.message}\n`));

await serve(async (index) => {
  const channel = createVoiceChannel(client, index);
  await distube.play(channel, pathToFileURL(order.mediaPath).href);
  await until(() => isReady(distube.voices.get(channel.guild.id)?.connection, order.dave));
});
