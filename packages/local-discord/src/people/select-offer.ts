import {
  type APISelectMenuComponent,
  ComponentType as C,
  type ChannelType,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import { channelPermissions, has } from '../world/permissions.ts';
import type { GuildRecord } from '../world/records.ts';

/** What a select that the platform fills says of its choices; in messages its types are numbers only. */
export type FilledSelect = {
  type: APISelectMenuComponent['type'] | C;
  channel_types?: readonly ChannelType[];
};

/** Why the select doesn't offer this member the id; undefined when it does. One with options of its own offers none. */
export function offerRefusal(
  select: FilledSelect,
  id: string,
  { guild, userId }: { guild: GuildRecord; userId: string },
): string | undefined {
  switch (select.type) {
    case C.UserSelect:
      return guild.members.has(id) ? undefined : 'no member of this server';
    case C.RoleSelect:
      return guild.roles.has(id) ? undefined : 'no role of this server';
    case C.MentionableSelect:
      return guild.members.has(id) || guild.roles.has(id) ? undefined : 'no member or role of this server';
    case C.ChannelSelect:
      return channelRefusal(select.channel_types ?? [], id, guild, userId);
    default:
      return 'it has options of its own';
  }
}

function channelRefusal(
  allowed: readonly ChannelType[],
  id: string,
  guild: GuildRecord,
  userId: string,
): string | undefined {
  const channel = guild.channels.get(id);
  if (!channel || !has(channelPermissions(guild, userId, channel), P.ViewChannel)) {
    return 'no channel of this server that you see';
  }
  return allowed.length === 0 || allowed.includes(channel.type)
    ? undefined
    : `a channel of type ${channel.type}`;
}
