import type { Command } from '#contracts/command.ts';
import { slashCommand, suggestedOption } from '../definition.ts';

export const help: Command = {
  definition: slashCommand('help', 'Show what the bot can do', [
    suggestedOption('command', 'One command in detail', { lengthMax: 32 }),
  ]),
  replyMode: 'ephemeral',
  load: async () => (await import('./run.ts')).code,
};
