/** What a bot may do: the checks that stand before nearly every route. */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { refusals } from '../refusal.ts';
import { channelPermissions, guildPermissions, has } from '../world/permissions.ts';
import type { ChannelRecord, GuildRecord } from '../world/records.ts';
import { isVoice } from '../world/views.ts';
import type { World } from '../world/world.ts';

export interface ChannelAccess {
  guild: GuildRecord;
  channel: ChannelRecord;
  permissions: bigint;
}

/** 10003, then 50001 without sight of the channel, then 50013. */
export function channelAccess(world: World, botId: string, channelId: string, needed = 0n): ChannelAccess {
  const found = world.channel(channelId);
  if (!found) throw refusals.unknownChannel();
  const { guild, channel } = found;
  const permissions = channelPermissions(guild, botId, channel);
  if (!has(permissions, P.ViewChannel)) throw refusals.missingAccess();
  // Threads and messages of a voice channel can be reached by members who may connect.
  if (isVoice(channel) && !has(permissions, P.Connect)) throw refusals.missingAccess();
  if (!has(permissions, needed)) throw refusals.missingPermissions();
  return { guild, channel, permissions };
}

/** 10004 also for guilds the bot is not in, because Discord doesn't reveal them. */
export function guildAccess(world: World, botId: string, guildId: string, needed = 0n): GuildRecord {
  const guild = world.guilds.get(guildId);
  if (!guild?.members.has(botId)) throw refusals.unknownGuild();
  if (!has(guildPermissions(guild, botId), needed)) throw refusals.missingPermissions();
  return guild;
}
