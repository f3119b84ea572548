import type { Command } from '#contracts/command.ts';
import { slashCommand, voiceChannelOption } from '../definition.ts';

export const doctor: Command = {
  definition: slashCommand('doctor', 'Find what keeps the bot from working here, and its fix', [
    voiceChannelOption('channel', 'The channel to look at (default: the one you are in)'),
  ]),
  replyMode: 'ephemeral',
  controls: { refresh: 'update' },
  load: async () => (await import('./run.ts')).code,
};
