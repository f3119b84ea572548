import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { fateOf } from '../shared/fate.ts';
import type { Channel, Discord } from './client.ts';
import { asksForTag, forumTypes } from './forum.ts';
import type { DiscordOptions } from './options.ts';
import { webhookAddress } from './webhook-address.ts';

type WebhookOptions = Extract<DiscordOptions, { kind: 'webhook' }>;

/** The webhook itself shows that it exists; only a bot that sees its channel can read that channel's requirements. */
export async function verifyWebhook(
  discord: Discord,
  context: PublisherContext,
  options: WebhookOptions,
): Promise<Verification> {
  const { channel_id: channelId } = await discord.readWebhook(
    webhookAddress(context.credential('webhookUrl')),
  );
  const account = 'a webhook of Discord’s';
  if (!discord.hasBot || !channelId) return { account, problems: [] };
  const channel = await seen(discord, channelId);
  if (channel === undefined) return { account, problems: [] };
  const thread = options.threadId === undefined ? undefined : await seen(discord, options.threadId);
  return { account, problems: webhookProblems(channel, thread, options) };
}

function webhookProblems(channel: Channel, thread: Channel | undefined, options: WebhookOptions): string[] {
  const isForum = forumTypes.includes(channel.type);
  if (options.forum && options.threadId !== undefined)
    return ['A webhook posts into a thread or opens a post, not both: unset forum or threadId.'];
  if (thread !== undefined && thread.parent_id !== channel.id)
    return ['The thread isn’t in the webhook’s channel: correct threadId in the target’s options.'];
  if (options.threadId !== undefined) return [];
  if (options.forum && !isForum)
    return ['The webhook’s channel is no forum: unset forum in the target’s options.'];
  if (!options.forum && isForum)
    return ['The webhook belongs to a forum: set forum or threadId in the target’s options.'];
  if (isForum && asksForTag(channel))
    return ['The forum asks for a tag, which a webhook target gives none: use a target of the kind forum.'];
  return [];
}

/** Undefined: this bot can't see the channel, which says nothing about the webhook. */
async function seen(discord: Discord, channelId: string): Promise<Channel | undefined> {
  try {
    return await discord.readChannel(channelId);
  } catch (error) {
    const { state } = fateOf(error);
    if (state === 'rejected' || state === 'authorisation-lost') return undefined;
    throw error;
  }
}
