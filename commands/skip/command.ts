import type { Command } from '#contracts/command.ts';
import { slashCommand } from '../definition.ts';

export const skip: Command = {
  definition: slashCommand('skip', 'Skip what plays, or vote for it'),
  replyMode: 'ephemeral',
  load: async () => (await import('./run.ts')).code,
};
