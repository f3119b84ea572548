import { OAuth2Scopes, PermissionFlagsBits } from 'discord-api-types/v10';

export interface InvitePermission {
  bit: bigint;
  name: string;
  /** What the permission is for: "to join voice channels". */
  reason: string;
}

/** The least the bot needs. */
export const invitePermissions = [
  { bit: PermissionFlagsBits.ViewChannel, name: 'View Channels', reason: 'to see the channels it plays in' },
  {
    bit: PermissionFlagsBits.SendMessages,
    name: 'Send Messages',
    reason: 'to say when a relay ends by itself',
  },
  {
    bit: PermissionFlagsBits.ReadMessageHistory,
    name: 'Read Message History',
    reason: 'to archive threads, and to look up whether a post has landed',
  },
  { bit: PermissionFlagsBits.Connect, name: 'Connect', reason: 'to join voice channels' },
  { bit: PermissionFlagsBits.Speak, name: 'Speak', reason: 'to be heard there' },
  {
    bit: PermissionFlagsBits.RequestToSpeak,
    name: 'Request to Speak',
    reason: 'to raise its hand in stages',
  },
] as const satisfies InvitePermission[];

/** Permissions that a relay and most publications don't need. */
export const optionalPermissions = [
  {
    bit: PermissionFlagsBits.SetVoiceChannelStatus,
    name: 'Set Voice Channel Status',
    reason: 'to show below a voice channel’s name what plays',
  },
  {
    bit: PermissionFlagsBits.SendMessagesInThreads,
    name: 'Send Messages in Threads',
    reason: 'to publish into threads and forum posts',
  },
  { bit: PermissionFlagsBits.EmbedLinks, name: 'Embed Links', reason: 'to publish with embeds' },
  {
    bit: PermissionFlagsBits.AttachFiles,
    name: 'Attach Files',
    reason: 'to publish files, and to show covers',
  },
] as const satisfies InvitePermission[];

/** Opens Discord's page that adds the bot to a guild. */
export function inviteLink(applicationId: string): string {
  const asked: InvitePermission[] = [...invitePermissions, ...optionalPermissions];
  const permissions = asked.reduce((bits, { bit }) => bits | bit, 0n);
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: `${OAuth2Scopes.Bot} ${OAuth2Scopes.ApplicationsCommands}`,
    permissions: permissions.toString(),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
