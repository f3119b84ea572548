import { type NonThreadGuildBasedChannel, PermissionFlagsBits, PermissionsBitField } from 'discord.js';
import type { PersonInGuild } from '#contracts/discord.ts';

/**
 * A person's rights in a channel, from the roles that their interaction brought: members aren't kept, so what discord.js
 * has of them may be old or missing. Source: docs.discord.com/developers/topics/permissions, “Permission Overwrites”.
 */
export function rightsIn(
  channel: NonThreadGuildBasedChannel,
  { isGuildOwner, roleIds, userId }: PersonInGuild,
): PermissionsBitField {
  const { guild } = channel;
  const own = [guild.id, ...roleIds];
  const given = own.flatMap((id) => guild.roles.cache.get(id)?.permissions ?? []);
  const rights = new PermissionsBitField(given);
  if (isGuildOwner || rights.has(PermissionFlagsBits.Administrator))
    return new PermissionsBitField(PermissionsBitField.All);
  const overwrites = (ids: readonly string[]) =>
    ids.flatMap((id) => channel.permissionOverwrites.cache.get(id) ?? []);
  // Everyone's, then those of all roles together, then the person's own: a later one decides.
  for (const level of [overwrites([guild.id]), overwrites(roleIds), overwrites([userId])]) {
    rights.remove(level.map(({ deny }) => deny));
    rights.add(level.map(({ allow }) => allow));
  }
  return rights;
}
