import { playerSkip } from '#contracts/actions/player.ts';
import type { CommandCode } from '#contracts/command.ts';
import { skipView } from '../play/deed-view.ts';

export const code: CommandCode = {
  run: async (context) => skipView(context, await context.perform(playerSkip, { guildId: context.guildId })),
};
