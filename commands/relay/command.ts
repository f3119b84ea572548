import { relaySettings } from '#contracts/actions/relay.ts';
import type { Command } from '#contracts/command.ts';
import {
  choiceOption,
  flagOption,
  integerOption,
  slashCommand,
  subcommand,
  suggestedOption,
  voiceChannelOption,
} from '../definition.ts';

const leaveAfterSecondsMax = (relaySettings.shape.leaveAfterMs.maxValue ?? 0) / 1_000;

export const relay: Command = {
  definition: slashCommand('relay', 'Play programmes in voice and stage channels', [
    subcommand('start', 'Play a programme in a channel', [
      suggestedOption('broadcast', 'A programme, ours or a trusted community’s', {
        required: true,
        lengthMax: 256,
      }),
      voiceChannelOption('channel', 'Where to play (default: the channel you are in)'),
      suggestedOption('second', 'What takes over when a trusted community’s programme gives nothing', {
        lengthMax: 2_000,
      }),
      suggestedOption('third', 'What takes over after that', { lengthMax: 2_000 }),
      suggestedOption('fourth', 'The last resort, such as a file that is always there', { lengthMax: 2_000 }),
      choiceOption(
        'mode',
        'When the bot is there (default: until stopped)',
        [
          { name: 'manual: until stopped, or the programme ends', value: 'manual' },
          { name: 'auto: only while somebody is in the channel', value: 'auto' },
          { name: 'constant: also for the next programme of this title', value: 'constant' },
        ],
        { required: false },
      ),
      flagOption('replace', 'In place of what plays in this server now'),
    ]),
    subcommand('stop', 'Stop playing and leave the channel', [
      voiceChannelOption('channel', 'Where to stop (default: whatever plays in this server)'),
    ]),
    subcommand('status', 'Show what plays where, and how well'),
    subcommand('panel', 'Post a panel for everyone that follows what plays', [
      voiceChannelOption('channel', 'Of which channel (default: whatever plays in this server)'),
    ]),
    subcommand('volume', 'Set how loud programmes play here, for everyone', [
      integerOption('percent', 'From 0 (silence) to 200; 100 is as it comes', {
        required: true,
        min: relaySettings.shape.volumePercent.minValue ?? 0,
        max: relaySettings.shape.volumePercent.maxValue ?? 0,
      }),
    ]),
    subcommand('settings', 'Set or show what the bot does when moved or left alone', [
      choiceOption(
        'on-move',
        'When people move the bot to another channel',
        [
          { name: 'follow: play there', value: 'follow' },
          { name: 'return: go back', value: 'return' },
        ],
        { required: false },
      ),
      integerOption('leave-after', 'Seconds that it stays where nobody listens', {
        min: 0,
        max: leaveAfterSecondsMax,
      }),
    ]),
  ]),
  replyMode: ({ subcommand }) =>
    subcommand === 'status' || subcommand === 'settings' ? 'ephemeral' : 'public',
  panels: ['live', 'started'],
  controls: {
    'panel-refresh': 'update',
    'panel-next': 'update',
    'panel-volume': 'update',
    'panel-stop': 'update',
    replace: 'update',
    refresh: 'update',
    stop: 'update',
    'refresh-all': 'update',
    'stop-listed': 'update',
  },
  load: async () => (await import('./run.ts')).code,
};
