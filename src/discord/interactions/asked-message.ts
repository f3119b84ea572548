import type { APIMessage } from 'discord-api-types/v10';
import type { MessageInput } from '#contracts/command.ts';
import { parseAttachment } from './asked-attachment.ts';

/** The message whose menu was used; Discord sends all of it, whatever intents the bot has. */
export function parseMessage(message: APIMessage, guildId = '@me'): MessageInput {
  const content = message.content.normalize('NFC');
  const embeds = message.embeds.map(({ title = '', description = '', url }) => ({ title, description, url }));
  const attachments = message.attachments.map(parseAttachment);
  return {
    id: message.id,
    url: `https://discord.com/channels/${guildId}/${message.channel_id}/${message.id}`,
    authorName: message.author.global_name ?? message.author.username,
    content,
    embeds,
    attachments,
    hasContent: content !== '' || embeds.length > 0 || attachments.length > 0,
  };
}
