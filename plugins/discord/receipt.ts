import type { Receipt } from '#contracts/publisher.ts';
import type { Discord, Message } from './client.ts';

export function messageReceipt(discord: Discord, guildId: string | undefined, message: Message): Receipt {
  const { id, channel_id: channelId } = message;
  return { remoteId: id, url: discord.messageUrl(guildId, channelId, id), data: { channelId } };
}

export function threadReceipt(discord: Discord, guildId: string | undefined, threadId: string): Receipt {
  return { remoteId: threadId, url: discord.messageUrl(guildId, threadId), data: { channelId: threadId } };
}
