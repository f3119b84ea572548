/** An ordinary message into a channel, by a bot or a person: permissions, replies, nonces, thread state. */
import {
  type APIMessage,
  type APIUser,
  ChannelType,
  MessageFlags,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import type { Platform } from '../platform.ts';
import { invalidForm, refusals } from '../refusal.ts';
import type { UploadedFile } from './attachments.ts';
import type { MessageBody } from './compose-message.ts';
import type { StoredMessage } from './messages.ts';
import { has } from './permissions.ts';
import type { ChannelRecord, GuildRecord } from './records.ts';

export interface Place {
  guild: GuildRecord;
  channel: ChannelRecord;
  /** Permissions of the author in this channel. */
  permissions: bigint;
}

export function postMessage(
  platform: Platform,
  place: Place,
  author: APIUser,
  given: MessageBody,
  files: readonly UploadedFile[],
  /** The first message of a forum post has the post's id. */
  id?: string,
): StoredMessage {
  const { messages, composer, announcer } = platform;
  const { guild, channel, permissions } = place;
  checkChannel(place, given, files);
  const earlier = sameNonce(platform, channel, author, given);
  if (earlier) return earlier;
  const body = { ...given, flags: (given.flags ?? 0) & ~MessageFlags.Ephemeral };
  const reply = replyFields(platform, channel, body);
  const message = composer.compose({
    guild,
    channel,
    author,
    body,
    files,
    extra: { ...reply, ...(id ? { id } : {}) },
  });
  if (!has(permissions, P.MentionEveryone)) message.mention_everyone = false;
  const stored = messages.add({ message, guildId: guild.id, channelId: channel.id });
  channel.lastMessageId = message.id;
  if (channel.thread) {
    // Discord doesn't count the message that a post in a forum begins with.
    if (message.id !== channel.id) channel.thread.messageCount += 1;
    channel.thread.archived = false;
  }
  announcer.messageCreated(stored);
  return stored;
}

function checkChannel(
  { channel, permissions }: Place,
  body: MessageBody,
  files: readonly UploadedFile[],
): void {
  if (channel.type === ChannelType.GuildCategory || channel.type === ChannelType.GuildForum) {
    throw refusals.notTextChannel();
  }
  const send = channel.thread ? P.SendMessagesInThreads : P.SendMessages;
  if (!has(permissions, send)) throw refusals.missingPermissions();
  if (channel.thread?.locked && !has(permissions, P.ManageThreads)) throw refusals.threadArchived();
  if (files.length > 0 && !has(permissions, P.AttachFiles)) throw refusals.missingPermissions();
  if (body.embeds?.length && !has(permissions, P.EmbedLinks)) throw refusals.missingPermissions();
}

/** With `enforce_nonce`, a nonce of the last minutes gives the message that it made then. */
function sameNonce(
  { messages, timing }: Platform,
  channel: ChannelRecord,
  author: APIUser,
  { nonce, enforce_nonce }: MessageBody,
): StoredMessage | undefined {
  if (!enforce_nonce || nonce === undefined || nonce === null) return undefined;
  const since = Date.now() - timing.nonceMemoryMs;
  return messages
    .in(channel.id)
    .find(
      ({ message }) =>
        message.author.id === author.id &&
        String(message.nonce) === String(nonce) &&
        Date.parse(message.timestamp) > since,
    );
}

function replyFields({ messages }: Platform, channel: ChannelRecord, body: MessageBody): Partial<APIMessage> {
  const reference = body.message_reference;
  if (!reference) return {};
  const referenced = messages.get(channel.id, reference.message_id);
  if (!referenced || referenced.viewerId !== undefined) {
    if (reference.fail_if_not_exists !== false) {
      throw invalidForm('message_reference', 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
    }
    return { type: 0 };
  }
  return {
    message_reference: {
      type: 0,
      channel_id: channel.id,
      guild_id: channel.guildId,
      message_id: reference.message_id,
    },
    referenced_message: referenced.message,
  };
}
