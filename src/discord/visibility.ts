import { ChannelFlags, type GuildBasedChannel, PermissionFlagsBits } from 'discord.js';

/**
 * Whether the bot can see a channel. A channel that it can't see stays in the gateway’s cache, with a name and
 * overwrites that are not its own: only id, type, position and parent are true. The flag decides, never the name, which
 * any channel may have. Source: docs.discord.com/developers/resources/channel, “Obfuscated Channels”. A bot that lost
 * sight by a role still has the old data, without the flag: then the rights decide. Being connected is seeing, too.
 */
export function botSees(channel: GuildBasedChannel): boolean {
  if (channel.flags.has(ChannelFlags.ChannelObfuscated)) return false;
  const { me } = channel.guild.members;
  if (!me) return false;
  return me.voice.channelId === channel.id || channel.permissionsFor(me).has(PermissionFlagsBits.ViewChannel);
}

/** The channel's name, or a link, which shows the name to those who may see it. */
export function nameOf(channel: GuildBasedChannel): string {
  return botSees(channel) ? channel.name : `<#${channel.id}>`;
}
