import { targetList } from '#contracts/actions/targets.ts';
import type { CommandContext, MessageInput, View } from '#contracts/command.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { commandErrors } from '../errors.ts';
import { type Draft, mediaOf, showPreview } from './draft.ts';

const titleMax = 120;
const filesMax = 10;

/** A message becomes a publication: its first line the title, the rest the text, its files the media. */
export async function publishMessage(context: CommandContext, message: MessageInput): Promise<View> {
  if (!message.hasContent) throw commandErrors.DISCORD_MESSAGE_EMPTY();
  return showPreview(context, await draftOf(context, message));
}

async function draftOf(context: CommandContext, message: MessageInput): Promise<Draft> {
  const { targets } = await context.perform(targetList, { guildId: context.guildId });
  const usable = targets.filter(({ paused }) => !paused).map(({ name }) => name);
  if (usable.length === 0)
    throw commandErrors.DISCORD_NO_FITTING_TARGET({
      what: 'messages',
      publisher: 'discord',
      called: 'news',
      options: `channelId=${context.actor.channelId ?? ''}`,
    });
  const files = message.attachments.slice(0, filesMax).map((file) => ({ file }));
  return {
    // The first one; Edit changes it before anything leaves.
    targets: usable.slice(0, 1),
    content: { ...wordsOf(message), link: message.url, media: await mediaOf(context, files, 'message') },
  };
}

function wordsOf({ content, embeds, attachments, authorName }: MessageInput): {
  title: string;
  body: string;
} {
  const text = content || embeds.map(({ title, description }) => `${title}\n${description}`).join('\n\n');
  const [first = '', ...rest] = text.trim().split('\n');
  const plain = first.replace(/^[#>*\s-]+/, '').trim();
  if (plain === '') return { title: attachments[0]?.name ?? `A message by ${authorName}`, body: text.trim() };
  // A first line too long for a title stays complete in the text.
  if (plain.length > titleMax) return { title: cutGraphemes(plain, titleMax), body: text.trim() };
  return { title: plain, body: rest.join('\n').trim() };
}
