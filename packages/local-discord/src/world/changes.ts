/** Changes that several doors make: each notifies the bots and the page. */
import { GatewayDispatchEvents } from 'discord-api-types/v10';
import type { Announcer } from '../announcer.ts';
import type { ChannelRecord, GuildRecord, Overwrite } from './records.ts';

interface Changer {
  announcer: Announcer;
}

export function setOverwrite({ announcer }: Changer, channel: ChannelRecord, overwrite: Overwrite): void {
  channel.overwrites = [...channel.overwrites.filter(({ id }) => id !== overwrite.id), { ...overwrite }];
  announcer.channel(GatewayDispatchEvents.ChannelUpdate, channel);
}

export function setMemberRoles(
  { announcer }: Changer,
  guild: GuildRecord,
  userId: string,
  roleIds: readonly string[],
): void {
  const member = guild.members.get(userId);
  if (!member) throw new Error(`Guild ${guild.id} has no member ${userId}.`);
  member.roleIds = [...new Set(roleIds)];
  announcer.member(guild, member);
}
