import { ChannelType, MessageFlags, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { invalidForm, refusals } from '../../refusal.ts';
import type { MessageBody } from '../../world/compose-message.ts';
import { messageFor, type StoredMessage } from '../../world/messages.ts';
import { has } from '../../world/permissions.ts';
import { postMessage } from '../../world/post-message.ts';
import { channelAccess } from '../access.ts';
import { botRoute, nothing, ok, type Route } from '../route.ts';

const listDefault = 50;
const listMax = 100;

export function messageRoutes(platform: Platform): Route[] {
  const { world, messages, composer, announcer } = platform;
  return [
    botRoute('GET', '/channels/{channel_id}/messages', ({ bot, params, query }) => {
      const { permissions } = channelAccess(world, bot.id, params.channel_id);
      if (!has(permissions, P.ReadMessageHistory)) return ok([]);
      return ok(listed(platform, params.channel_id, query).map((stored) => messageFor(stored, bot.id)));
    }),
    botRoute('POST', '/channels/{channel_id}/messages', ({ bot, params, json, files }) => {
      const access = channelAccess(world, bot.id, params.channel_id);
      return ok(messageFor(postMessage(platform, access, bot.user, json<MessageBody>(), files), bot.id));
    }),
    botRoute('GET', '/channels/{channel_id}/messages/{message_id}', ({ bot, params }) => {
      channelAccess(world, bot.id, params.channel_id, P.ReadMessageHistory);
      return ok(messageFor(visible(platform, params), bot.id));
    }),
    botRoute('PATCH', '/channels/{channel_id}/messages/{message_id}', ({ bot, params, json, files }) => {
      const { guild, channel, permissions } = channelAccess(world, bot.id, params.channel_id);
      const stored = visible(platform, params);
      const body = json<MessageBody>();
      const own = stored.message.author.id === bot.id;
      const onlyFlags = Object.keys(body).every((key) => key === 'flags');
      if (!own && !(onlyFlags && has(permissions, P.ManageMessages))) throw refusals.notOwnMessage();
      composer.edit(stored.message, { guild, channel, body, files });
      announcer.messageEdited(stored);
      return ok(messageFor(stored, bot.id));
    }),
    botRoute('DELETE', '/channels/{channel_id}/messages/{message_id}', ({ bot, params }) => {
      const { permissions } = channelAccess(world, bot.id, params.channel_id);
      const stored = visible(platform, params);
      if (stored.message.author.id !== bot.id && !has(permissions, P.ManageMessages)) {
        throw refusals.missingPermissions();
      }
      remove(platform, stored);
      return nothing();
    }),
    botRoute('POST', '/channels/{channel_id}/messages/bulk-delete', ({ bot, params, json }) => {
      channelAccess(world, bot.id, params.channel_id, P.ManageMessages);
      for (const id of json<{ messages: string[] }>().messages) {
        const stored = messages.get(params.channel_id, id);
        if (stored && stored.viewerId === undefined) remove(platform, stored);
      }
      return nothing();
    }),
    botRoute('POST', '/channels/{channel_id}/messages/{message_id}/crosspost', ({ bot, params }) => {
      const { channel, permissions } = channelAccess(world, bot.id, params.channel_id, P.SendMessages);
      if (channel.type !== ChannelType.GuildAnnouncement) throw refusals.wrongChannelType();
      const stored = visible(platform, params);
      if (stored.message.author.id !== bot.id && !has(permissions, P.ManageMessages)) {
        throw refusals.missingPermissions();
      }
      const flags = stored.message.flags ?? 0;
      if (flags & MessageFlags.Crossposted) throw refusals.alreadyCrossposted();
      stored.message.flags = flags | MessageFlags.Crossposted;
      announcer.messageEdited(stored);
      return ok(messageFor(stored, bot.id));
    }),
    botRoute('POST', '/channels/{channel_id}/typing', ({ bot, params }) => {
      const { channel } = channelAccess(world, bot.id, params.channel_id, P.SendMessages);
      announcer.typing(channel, bot.id);
      return nothing();
    }),
  ];
}

/** Ephemeral messages are reached by their interaction's token only. */
function visible({ messages }: Platform, params: { channel_id: string; message_id: string }): StoredMessage {
  const stored = messages.get(params.channel_id, params.message_id);
  if (!stored || stored.viewerId !== undefined) throw refusals.unknownMessage();
  return stored;
}

function remove({ world, messages, announcer }: Platform, stored: StoredMessage): void {
  messages.remove(stored);
  const { thread } = world.channel(stored.channelId)?.channel ?? {};
  if (thread && stored.message.id !== stored.channelId) thread.messageCount -= 1;
  announcer.messageDeleted(stored);
}

/** Newest first, as Discord lists. */
function listed(
  { messages }: Platform,
  channelId: string,
  query: Readonly<Record<string, string | undefined>>,
): StoredMessage[] {
  const limit = query.limit === undefined ? listDefault : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > listMax) {
    throw invalidForm('limit', 'NUMBER_TYPE_RANGE', 'int value should be between 1 and 100.');
  }
  const all = messages.in(channelId).filter((stored) => stored.viewerId === undefined);
  const idOf = (stored: StoredMessage) => BigInt(stored.message.id);
  const { before, after, around } = query;
  if (after !== undefined)
    return all
      .filter((stored) => idOf(stored) > BigInt(after))
      .slice(0, limit)
      .reverse();
  if (around !== undefined) {
    const at = all.findIndex((stored) => idOf(stored) >= BigInt(around));
    return all.slice(Math.max(0, at - Math.floor(limit / 2)), at + Math.ceil(limit / 2)).reverse();
  }
  const older = before === undefined ? all : all.filter((stored) => idOf(stored) < BigInt(before));
  return older.slice(-limit).reverse();
}
