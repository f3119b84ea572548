import type { AttemptContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import type { Channel, Discord } from './client.ts';

/** A guild's target reaches that guild's channels only, though the bot may be in other guilds too. */
export async function ownChannel(
  discord: Discord,
  context: Pick<AttemptContext, 'guildId'>,
  channelId: string,
): Promise<Channel> {
  const channel = await discord.readChannel(channelId);
  if (context.guildId === undefined || channel.guild_id === context.guildId) return channel;
  throw new Refused({
    state: 'rejected',
    reason: 'the channel belongs to another server; choose one of this server',
  });
}
