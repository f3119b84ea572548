import { playableLengthMax } from '#contracts/actions/player.ts';
import type { Command } from '#contracts/command.ts';
import {
  choiceOption,
  fileOption,
  messageCommand,
  slashCommand,
  suggestedOption,
  voiceChannelOption,
} from '../definition.ts';
import { declaredPlayer } from './declared-controls.ts';

export const play: Command = {
  definition: slashCommand('play', 'Play something in a voice channel, or queue it', [
    suggestedOption('what', 'A title, a link, a file of the library, or a neighbour: Evening Song', {
      lengthMax: playableLengthMax,
    }),
    fileOption('file', 'A sound file of yours'),
    voiceChannelOption('channel', 'Where to play (default: the channel you are in)'),
    choiceOption(
      'when',
      'When it comes (default: last)',
      [
        { name: 'last: after all that is queued', value: 'last' },
        { name: 'next: after what plays now', value: 'next' },
        { name: 'now: instead of what plays now', value: 'now' },
      ],
      { required: false },
    ),
  ]),
  replyMode: 'public',
  optionOf: { channelId: 'channel', files: 'file' },
  ...declaredPlayer,
  onMessage: [{ definition: messageCommand('Play this'), replyMode: 'public' }],
  load: async () => (await import('./run.ts')).code,
};
