import type { Command } from '#contracts/command.ts';
import { slashCommand } from '../definition.ts';
import { declaredPlayer } from '../play/declared-controls.ts';

export const queue: Command = {
  definition: slashCommand('queue', 'See what comes next, and change it'),
  replyMode: 'ephemeral',
  ...declaredPlayer,
  load: async () => (await import('./run.ts')).code,
};
