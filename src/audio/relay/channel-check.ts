import type { GuildDirectory, VoiceChannelView } from '#contracts/discord.ts';
import { type RelayPermission, relayErrors } from './errors.ts';

/**
 * The channel, if the bot could join and speak there now. Throws RELAY_CHANNEL_UNKNOWN, _HIDDEN and _FULL, and
 * RELAY_PERMISSION_MISSING.
 */
export function usableChannel(guilds: GuildDirectory, guildId: string, channelId: string): VoiceChannelView {
  const channel = guilds.voiceChannel(guildId, channelId);
  if (!channel) throw relayErrors.RELAY_CHANNEL_UNKNOWN({ channelId });
  // For a channel that it can't see, the bot doesn't know what else it lacks there.
  if (!channel.permissions.view) throw relayErrors.RELAY_CHANNEL_HIDDEN({ channelId });
  const missing = missingPermissions(channel);
  if (missing.length > 0) throw relayErrors.RELAY_PERMISSION_MISSING({ channel: channel.name, missing });
  if (isFull(channel))
    throw relayErrors.RELAY_CHANNEL_FULL({ channel: channel.name, userLimit: channel.userLimit });
  return channel;
}

export function missingPermissions({ kind, permissions }: VoiceChannelView): RelayPermission[] {
  const missing: RelayPermission[] = [];
  if (!permissions.connect) missing.push('Connect');
  // On a stage nobody has Speak: one is invited to speak, or unsuppresses oneself.
  if (kind === 'voice' && !permissions.speak) missing.push('Speak');
  return missing;
}

export function isFull(channel: VoiceChannelView): boolean {
  const { botInside, memberCount, permissions, userLimit } = channel;
  return !botInside && userLimit > 0 && memberCount >= userLimit && !permissions.moveMembers;
}
