/**
 * What a bot gets of channels that it may not view. Source: docs.discord.com/developers/resources/channel, “Obfuscated
 * Channels”; for every bot since 2026-11-16.
 */
import { type APIChannel, ChannelFlags, ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { channelPermissions, has } from './permissions.ts';
import type { ChannelRecord, GuildRecord, Overwrite } from './records.ts';
import { channelView, isThread } from './views.ts';

/** By View Channel, or by being connected to it; a category by any of its channels. */
export function mayView(guild: GuildRecord, userId: string, channel: ChannelRecord): boolean {
  if (has(channelPermissions(guild, userId, channel), P.ViewChannel)) return true;
  if (guild.voiceStates.get(userId)?.channel_id === channel.id) return true;
  if (channel.type !== ChannelType.GuildCategory) return false;
  return [...guild.channels.values()].some(
    (child) => child.parentId === channel.id && mayView(guild, userId, child),
  );
}

/** The channel as bots get it that may not view it: id, type, position and parent are true. */
export function obfuscatedView(channel: ChannelRecord): APIChannel {
  const bare = { ...channel, name: '___hidden___', topic: null, nsfw: false, slowmodeS: 0, tags: [] };
  const hidden: Overwrite = { id: channel.guildId, type: 0, allow: 0n, deny: P.ViewChannel };
  return {
    ...channelView({ ...bare, lastMessageId: null, userLimit: 0, overwrites: [hidden] }),
    flags: ChannelFlags.ChannelObfuscated,
  };
}

/** A guild’s channels without its threads, as a bot gets them by HTTP: only those that it may view. */
export function viewableChannels(guild: GuildRecord, userId: string): ChannelRecord[] {
  return [...guild.channels.values()].filter(
    (channel) => !isThread(channel) && mayView(guild, userId, channel),
  );
}
