import {
  ChannelType,
  GatewayDispatchEvents as E,
  PermissionFlagsBits as P,
  type RESTPostAPIChannelMessagesThreadsJSONBody,
  type RESTPostAPIChannelThreadsJSONBody,
  type RESTPostAPIGuildForumThreadsJSONBody,
} from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { invalidForm, refusals } from '../../refusal.ts';
import type { UploadedFile } from '../../world/attachments.ts';
import { messageFor } from '../../world/messages.ts';
import { channelPermissions, has } from '../../world/permissions.ts';
import { postMessage } from '../../world/post-message.ts';
import type { BotRecord, ChannelRecord, GuildRecord } from '../../world/records.ts';
import { createForumPost, createThread } from '../../world/threads.ts';
import { channelView } from '../../world/views.ts';
import { type ChannelAccess, channelAccess, guildAccess } from '../access.ts';
import { botRoute, created, nothing, ok, type Route } from '../route.ts';

/** Discord's page of archived threads. */
const archivedListMax = 100;

type ForumBody = RESTPostAPIGuildForumThreadsJSONBody;

export function threadRoutes(platform: Platform): Route[] {
  const { world, messages, announcer } = platform;
  return [
    botRoute('POST', '/channels/{channel_id}/threads', ({ bot, params, json, files }) => {
      const access = channelAccess(world, bot.id, params.channel_id);
      if (access.channel.type === ChannelType.GuildForum) {
        return created(forumPost(platform, access, bot, json<ForumBody>(), files));
      }
      return created(memberedView(plainThread(platform, access, bot, json()), bot.id));
    }),
    botRoute('POST', '/channels/{channel_id}/messages/{message_id}/threads', ({ bot, params, json }) => {
      const { guild, channel } = channelAccess(world, bot.id, params.channel_id, P.CreatePublicThreads);
      const stored = messages.get(channel.id, params.message_id);
      if (!stored || stored.viewerId !== undefined) throw refusals.unknownMessage();
      if (guild.channels.has(stored.message.id)) throw refusals.threadAlreadyThere();
      const body = json<RESTPostAPIChannelMessagesThreadsJSONBody>();
      const type = threadTypeIn(channel);
      const thread = createThread(platform, guild, channel, {
        id: stored.message.id,
        type,
        name: body.name,
        ownerId: bot.id,
        autoArchiveMinutes: body.auto_archive_duration,
      });
      return created(memberedView(thread, bot.id));
    }),
    botRoute('GET', '/guilds/{guild_id}/threads/active', ({ bot, params }) => {
      const guild = guildAccess(world, bot.id, params.guild_id);
      const threads = [...guild.channels.values()].filter(
        (channel) =>
          channel.thread && !channel.thread.archived && channelPermissions(guild, bot.id, channel) !== 0n,
      );
      const joined = threads.filter((channel) => channel.thread?.members.has(bot.id));
      return ok({
        threads: threads.map(channelView),
        members: joined.map((channel) => threadMember(channel, bot.id)),
        has_more: false,
      });
    }),
    botRoute('GET', '/channels/{channel_id}/threads/archived/public', ({ bot, params, query }) => {
      const { guild, channel } = channelAccess(world, bot.id, params.channel_id, P.ReadMessageHistory);
      return ok(archivedThreads(guild, channel, bot.id, query));
    }),
    botRoute('PUT', '/channels/{channel_id}/thread-members/@me', ({ bot, params }) => {
      const { channel } = channelAccess(world, bot.id, params.channel_id);
      if (!channel.thread) throw refusals.wrongChannelType();
      if (channel.thread.archived) throw refusals.threadArchived();
      channel.thread.members.set(bot.id, new Date().toISOString());
      announcer.thread(E.ThreadUpdate, channel);
      return nothing();
    }),
    botRoute('DELETE', '/channels/{channel_id}/thread-members/@me', ({ bot, params }) => {
      const { channel } = channelAccess(world, bot.id, params.channel_id);
      if (!channel.thread) throw refusals.wrongChannelType();
      channel.thread.members.delete(bot.id);
      announcer.thread(E.ThreadUpdate, channel);
      return nothing();
    }),
  ];
}

/** Newest first, by when they were archived. */
function archivedThreads(
  guild: GuildRecord,
  parent: ChannelRecord,
  botId: string,
  query: Readonly<Record<string, string | undefined>>,
): object {
  const before = query.before === undefined ? Number.POSITIVE_INFINITY : Date.parse(query.before);
  const limit = query.limit === undefined ? archivedListMax : Number(query.limit);
  if (Number.isNaN(before) || !(limit >= 2 && limit <= archivedListMax)) {
    throw invalidForm('limit', 'NUMBER_TYPE_RANGE', 'int value should be between 2 and 100.');
  }
  const archivedAt = (channel: ChannelRecord) => Date.parse(channel.thread?.archiveTimestamp ?? '');
  const found = [...guild.channels.values()]
    .filter(
      ({ parentId, thread, type }) =>
        parentId === parent.id && thread?.archived && type !== ChannelType.PrivateThread,
    )
    .filter((channel) => archivedAt(channel) < before)
    .sort((a, b) => archivedAt(b) - archivedAt(a));
  const page = found.slice(0, limit);
  const joined = page.filter((channel) => channel.thread?.members.has(botId));
  return {
    threads: page.map(channelView),
    members: joined.map((channel) => threadMember(channel, botId)),
    has_more: found.length > page.length,
  };
}

function plainThread(
  platform: Platform,
  { guild, channel, permissions }: ChannelAccess,
  bot: BotRecord,
  body: RESTPostAPIChannelThreadsJSONBody,
): ChannelRecord {
  // Discord's default for a thread without a message, kept for its old clients.
  const type = body.type ?? ChannelType.PrivateThread;
  if (type !== ChannelType.PrivateThread && type !== threadTypeIn(channel)) {
    throw invalidForm('type', 'BASE_TYPE_CHOICES', 'This channel has no threads of this type.');
  }
  const needed = type === ChannelType.PrivateThread ? P.CreatePrivateThreads : P.CreatePublicThreads;
  if (!has(permissions, needed)) throw refusals.missingPermissions();
  return createThread(platform, guild, channel, {
    type,
    name: body.name,
    ownerId: bot.id,
    autoArchiveMinutes: body.auto_archive_duration,
    invitable: body.invitable,
  });
}

function forumPost(
  platform: Platform,
  { guild, channel, permissions }: ChannelAccess,
  bot: BotRecord,
  body: ForumBody,
  files: readonly UploadedFile[],
): object {
  if (!has(permissions, P.SendMessages)) throw refusals.missingPermissions();
  const { name, applied_tags, auto_archive_duration, message } = body;
  const plan = {
    name,
    ownerId: bot.id,
    appliedTags: applied_tags ?? [],
    mayModerate: has(permissions, P.ManageThreads),
    autoArchiveMinutes: auto_archive_duration,
  };
  const post = createForumPost(platform, guild, channel, plan);
  // A member who may open a post may write its first message.
  const place = { guild, channel: post, permissions: permissions | P.SendMessagesInThreads };
  const stored = postMessage(platform, place, bot.user, message, files, post.id);
  return { ...memberedView(post, bot.id), message: messageFor(stored, bot.id) };
}

function threadTypeIn(channel: ChannelRecord): ChannelType {
  if (channel.type === ChannelType.GuildText) return ChannelType.PublicThread;
  if (channel.type === ChannelType.GuildAnnouncement) return ChannelType.AnnouncementThread;
  throw refusals.wrongChannelType();
}

function memberedView(thread: ChannelRecord, userId: string): object {
  const member = threadMember(thread, userId);
  return { ...channelView(thread), ...(member ? { member } : {}) };
}

function threadMember(thread: ChannelRecord, userId: string): object | undefined {
  const joinedAt = thread.thread?.members.get(userId);
  return joinedAt === undefined
    ? undefined
    : { id: thread.id, user_id: userId, join_timestamp: joinedAt, flags: 0 };
}
