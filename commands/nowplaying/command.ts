import type { Command } from '#contracts/command.ts';
import { slashCommand } from '../definition.ts';
import { declaredPlayer } from '../play/declared-controls.ts';

export const nowplaying: Command = {
  definition: slashCommand('nowplaying', 'Bring the card of what plays here'),
  replyMode: 'public',
  ...declaredPlayer,
  load: async () => (await import('./run.ts')).code,
};
