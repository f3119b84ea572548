/** The library alone, used well: one ffmpeg and one AudioPlayer for all guilds; raw session keys, or key objects. */
import { createAudioPlayer, createAudioResource, NoSubscriberBehavior, StreamType } from '@discordjs/voice';
import { useKeyObject } from '#audio/voice/worker/session-key.ts';
import { connect, sessionOf } from './connection.ts';
import { encode } from './ffmpeg.ts';
import { serve } from './sender.ts';

const keyObjects = process.argv[3] === 'key-objects';
const player = createAudioPlayer({
  behaviors: { noSubscriber: NoSubscriberBehavior.Play, maxMissedFrames: Number.POSITIVE_INFINITY },
});
player.on('error', (error) => process.stderr.write(`${error.message}\n`));
player.play(createAudioResource(encode(), { inputType: StreamType.OggOpus }));

await serve(async (index) => {
  const connection = await connect(index);
  const session = sessionOf(connection);
  if (keyObjects && session && !useKeyObject(session.connectionData))
    throw new Error('the library’s session key is not where it was');
  connection.subscribe(player);
});
