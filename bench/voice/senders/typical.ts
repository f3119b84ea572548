/** The typical bot: for each guild an ffmpeg and an AudioPlayer. */
import { createAudioPlayer, createAudioResource, NoSubscriberBehavior, StreamType } from '@discordjs/voice';
import { connect } from './connection.ts';
import { encode } from './ffmpeg.ts';
import { serve } from './sender.ts';

await serve(async (index) => {
  const connection = await connect(index);
  const player = createAudioPlayer({ behaviors: { noSubscriber: NoSubscriberBehavior.Play } });
  player.on('error', (error) => process.stderr.write(`${error.message}\n`));
  connection.subscribe(player);
  player.play(createAudioResource(encode(), { inputType: StreamType.OggOpus }));
});
