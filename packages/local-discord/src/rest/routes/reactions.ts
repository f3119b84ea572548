import { GatewayDispatchEvents as E, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { refusals } from '../../refusal.ts';
import type { StoredMessage } from '../../world/messages.ts';
import { has } from '../../world/permissions.ts';
import { channelAccess } from '../access.ts';
import { botRoute, nothing, ok, type Route } from '../route.ts';

const reactionsMax = 20;

export function reactionRoutes(platform: Platform): Route[] {
  const { world, announcer } = platform;
  const base = '/channels/{channel_id}/messages/{message_id}/reactions';
  return [
    botRoute('PUT', `${base}/{emoji_name}/@me`, ({ bot, params }) => {
      const { permissions } = channelAccess(world, bot.id, params.channel_id, P.ReadMessageHistory);
      const stored = reacted(platform, params);
      const { key, emoji } = emojiOf(params.emoji_name);
      const users = stored.reactions.get(key) ?? new Set<string>();
      if (users.size === 0) {
        if (!has(permissions, P.AddReactions)) throw refusals.missingPermissions();
        if (stored.reactions.size >= reactionsMax) throw refusals.tooManyReactions();
      }
      stored.reactions.set(key, users);
      if (!users.has(bot.id)) {
        users.add(bot.id);
        announcer.reaction(E.MessageReactionAdd, stored, bot.id, emoji);
      }
      return nothing();
    }),
    botRoute('DELETE', `${base}/{emoji_name}/@me`, ({ bot, params }) => {
      channelAccess(world, bot.id, params.channel_id);
      takeOff(reacted(platform, params), params.emoji_name, bot.id);
      return nothing();
    }),
    botRoute('DELETE', `${base}/{emoji_name}/{user_id}`, ({ bot, params }) => {
      channelAccess(world, bot.id, params.channel_id, P.ManageMessages);
      takeOff(reacted(platform, params), params.emoji_name, params.user_id);
      return nothing();
    }),
    botRoute('GET', `${base}/{emoji_name}`, ({ bot, params }) => {
      channelAccess(world, bot.id, params.channel_id, P.ReadMessageHistory);
      const users = reacted(platform, params).reactions.get(emojiOf(params.emoji_name).key) ?? [];
      return ok([...users].map((userId) => world.mustUser(userId)));
    }),
    botRoute('DELETE', `${base}/{emoji_name}`, ({ bot, params }) => {
      channelAccess(world, bot.id, params.channel_id, P.ManageMessages);
      const stored = reacted(platform, params);
      const { key, emoji } = emojiOf(params.emoji_name);
      if (stored.reactions.delete(key)) announcer.reactionsCleared(stored, emoji);
      return nothing();
    }),
    botRoute('DELETE', base, ({ bot, params }) => {
      channelAccess(world, bot.id, params.channel_id, P.ManageMessages);
      const stored = reacted(platform, params);
      stored.reactions.clear();
      announcer.reactionsCleared(stored);
      return nothing();
    }),
  ];

  function takeOff(stored: StoredMessage, emojiName: string, userId: string): void {
    const { key, emoji } = emojiOf(emojiName);
    const users = stored.reactions.get(key);
    if (!users?.delete(userId)) return;
    if (users.size === 0) stored.reactions.delete(key);
    announcer.reaction(E.MessageReactionRemove, stored, userId, emoji);
  }
}

function reacted({ messages }: Platform, params: { channel_id: string; message_id: string }): StoredMessage {
  const stored = messages.get(params.channel_id, params.message_id);
  if (!stored || stored.viewerId !== undefined) throw refusals.unknownMessage();
  return stored;
}

/** A Unicode emoji, or `name:id` of a guild's own. */
function emojiOf(given: string): { key: string; emoji: { id: string | null; name: string } } {
  const own = /^(\w+):(\d+)$/.exec(given);
  if (own) return { key: given, emoji: { id: own[2] ?? null, name: own[1] ?? '' } };
  if (!/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(given)) throw refusals.unknownEmoji();
  return { key: given, emoji: { id: null, name: given } };
}
