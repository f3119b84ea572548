import type { Command } from '#contracts/command.ts';
import { slashCommand } from '../definition.ts';

export const pause: Command = {
  definition: slashCommand('pause', 'Pause what plays'),
  replyMode: 'ephemeral',
  load: async () => (await import('./run.ts')).code,
};
