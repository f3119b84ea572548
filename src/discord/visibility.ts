import { ChannelFlags, type GuildBasedChannel, PermissionFlagsBits } from 'discord.js';

/**
 * Whether the bot can see a channel. One that it can't stays in the gateway’s cache, with a name and overwrites that are
 * not its own: only id, type, position and parent are true. The flag tells, never the name, which any channel may bear.
 * Source: docs.discord.com/developers/resources/channel, “Obfuscated Channels”. Who lost sight by a role has the old
 * data still, without the flag: there the rights tell. Being connected is seeing, too.
 */
export function botSees(channel: GuildBasedChannel): boolean {
  if (channel.flags.has(ChannelFlags.ChannelObfuscated)) return false;
  const { me } = channel.guild.members;
  if (!me) return false;
  return me.voice.channelId === channel.id || channel.permissionsFor(me).has(PermissionFlagsBits.ViewChannel);
}

/** What people are told: the name, or the link, which shows the name to those who may see it. */
export function nameOf(channel: GuildBasedChannel): string {
  return botSees(channel) ? channel.name : `<#${channel.id}>`;
}
