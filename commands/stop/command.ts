import type { Command } from '#contracts/command.ts';
import { slashCommand } from '../definition.ts';

export const stop: Command = {
  definition: slashCommand('stop', 'Stop and leave the channel; the queue is kept'),
  replyMode: 'ephemeral',
  load: async () => (await import('./run.ts')).code,
};
