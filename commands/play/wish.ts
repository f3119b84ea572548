import type { z } from 'zod';
import { playerPlay } from '#contracts/actions/player.ts';
import type { CommandContext } from '#contracts/command.ts';

export const wish = playerPlay.input.omit({ guildId: true });

/** What somebody wants to hear, without the server it is for. */
export type Wish = z.input<typeof wish>;

/** Throws DISCORD_DRAFT_GONE. */
export async function keptWish(context: CommandContext, draftId: string): Promise<Wish> {
  return wish.parse(await context.kept(draftId));
}
