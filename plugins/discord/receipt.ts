import type { Receipt } from '#contracts/publisher.ts';
import type { Discord, Message } from './client.ts';

/** `webhook`: the mark of the one it was sent by. */
export function messageReceipt(
  discord: Discord,
  guildId: string | undefined,
  message: Message,
  webhook?: string,
): Receipt {
  const { id, channel_id: channelId } = message;
  const data = { channelId, ...(webhook !== undefined && { webhook }) };
  return { remoteId: id, url: discord.messageUrl(guildId, channelId, id), data };
}

export function threadReceipt(discord: Discord, guildId: string | undefined, threadId: string): Receipt {
  return { remoteId: threadId, url: discord.messageUrl(guildId, threadId), data: { channelId: threadId } };
}
