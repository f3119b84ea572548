/** Messages by webhook token: those of incoming webhooks, and the follow-ups and edits of interactions. */
import { type APIUser, ChannelType } from 'discord-api-types/v10';
import type { Interaction } from '../../people/interaction.ts';
import type { Platform } from '../../platform.ts';
import { invalidForm, refusals } from '../../refusal.ts';
import type { UploadedFile } from '../../world/attachments.ts';
import type { MessageBody } from '../../world/compose-message.ts';
import { messageFor, type StoredMessage } from '../../world/messages.ts';
import { noFlags } from '../../world/no-flags.ts';
import type { ChannelRecord } from '../../world/records.ts';
import { createForumPost } from '../../world/threads.ts';
import type { WebhookRecord } from '../../world/webhooks.ts';
import { nothing, ok, openRoute, type Route } from '../route.ts';

type WebhookBody = MessageBody & { username?: string; thread_name?: string; applied_tags?: string[] };

export function webhookMessageRoutes(platform: Platform): Route[] {
  const { interactions } = platform;
  return [
    openRoute('POST', '/webhooks/{webhook_id}/{webhook_token}', ({ params, query, json, files }) => {
      const { webhook_id, webhook_token } = params;
      const interaction = interactions.answered(webhook_id, webhook_token);
      // A follow-up answers with its message whether or not it is asked to wait.
      if (interaction) return ok(messageFor(interactions.followUp(interaction, json(), files), webhook_id));
      const webhook = platform.webhooks.authorised(webhook_id, webhook_token);
      const stored = execute(platform, webhook, json(), files, query.thread_id);
      return query.wait === 'true' ? ok(messageFor(stored, webhook.applicationId)) : nothing();
    }),
    openRoute('GET', '/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}', ({ params }) => {
      const { stored } = target(platform, params);
      return ok(messageFor(stored, params.webhook_id));
    }),
    openRoute(
      'PATCH',
      '/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}',
      ({ params, json, files }) => {
        const { stored, interaction } = target(platform, params);
        if (interaction) interactions.edit(interaction, stored, json<MessageBody>(), files);
        else editStored(platform, stored, json<MessageBody>(), files);
        return ok(messageFor(stored, params.webhook_id));
      },
    ),
    openRoute('DELETE', '/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}', ({ params }) => {
      const { stored, interaction } = target(platform, params);
      if (interaction) interactions.remove(interaction, stored);
      else {
        platform.messages.remove(stored);
        platform.announcer.messageDeleted(stored);
      }
      return nothing();
    }),
  ];
}

/** The message that a webhook token and a message id (or `@original`) name. */
function target(
  { interactions, webhooks, messages }: Platform,
  params: { webhook_id: string; webhook_token: string; message_id: string },
): { stored: StoredMessage; interaction?: Interaction } {
  const { webhook_id, webhook_token, message_id } = params;
  const interaction = interactions.answered(webhook_id, webhook_token);
  if (interaction) {
    const stored = message_id === '@original' ? interaction.original : ownMessage(interaction);
    if (!stored) throw refusals.unknownMessage();
    return { stored, interaction };
  }
  const webhook = webhooks.authorised(webhook_id, webhook_token);
  const stored = messages.find(message_id);
  if (stored?.message.webhook_id !== webhook.id) throw refusals.unknownMessage();
  return { stored };

  function ownMessage({ id, original }: Interaction): StoredMessage | undefined {
    const found = messages.find(message_id);
    return found && (found.interactionId === id || found === original) ? found : undefined;
  }
}

function execute(
  platform: Platform,
  webhook: WebhookRecord,
  body: WebhookBody,
  files: readonly UploadedFile[],
  threadId: string | undefined,
): StoredMessage {
  const { world, composer, messages, announcer } = platform;
  const found = world.channel(threadId ?? webhook.channelId);
  const parentId = found?.channel.thread ? found.channel.parentId : found?.channel.id;
  if (!found || parentId !== webhook.channelId) throw refusals.unknownChannel();
  const { guild } = found;
  const author = webhookUser(webhook, body.username);
  let channel: ChannelRecord = found.channel;
  if (channel.type === ChannelType.GuildForum) {
    if (!body.thread_name) throw refusals.forumNeedsThread();
    const post = { name: body.thread_name, appliedTags: body.applied_tags ?? [], ownerId: webhook.id };
    channel = createForumPost(platform, guild, channel, post);
  } else if (body.thread_name) {
    throw invalidForm('thread_name', 'THREAD_NAME_ONLY_IN_FORUMS', 'Only forum channels take a thread_name.');
  }
  const isNewPost = channel !== found.channel;
  const extra = {
    webhook_id: webhook.id,
    application_id: webhook.applicationId,
    ...(isNewPost ? { id: channel.id } : {}),
  };
  const message = composer.compose({ guild, channel, author, body, files, extra });
  const stored = messages.add({ message, guildId: guild.id, channelId: channel.id });
  channel.lastMessageId = message.id;
  if (channel.thread && !isNewPost) channel.thread.messageCount += 1;
  announcer.messageCreated(stored);
  return stored;
}

function editStored(
  platform: Platform,
  stored: StoredMessage,
  body: MessageBody,
  files: readonly UploadedFile[],
): void {
  const found = platform.world.channel(stored.channelId);
  if (!found) throw refusals.unknownChannel();
  platform.composer.edit(stored.message, { ...found, body, files });
  platform.announcer.messageEdited(stored);
}

function webhookUser(
  webhook: WebhookRecord,
  username: string | undefined,
): APIUser & { primary_guild: null } {
  return {
    id: webhook.id,
    username: username ?? webhook.name,
    global_name: null,
    discriminator: '0000',
    avatar: null,
    bot: true,
    // Strict readers of the published schema need both.
    flags: noFlags,
    public_flags: noFlags,
    primary_guild: null,
  };
}
