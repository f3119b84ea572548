import { playerPause } from '#contracts/actions/player.ts';
import type { CommandCode } from '#contracts/command.ts';
import { pauseView } from '../play/deed-view.ts';

export const code: CommandCode = {
  run: async (context) =>
    pauseView(context, await context.perform(playerPause, { guildId: context.guildId })),
};
