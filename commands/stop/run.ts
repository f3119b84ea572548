import { playerStop } from '#contracts/actions/player.ts';
import type { CommandCode } from '#contracts/command.ts';
import { stopView } from '../play/deed-view.ts';

export const code: CommandCode = {
  run: async (context) => stopView(context, await context.perform(playerStop, { guildId: context.guildId })),
};
