import { OAuth2Scopes, PermissionFlagsBits } from 'discord-api-types/v10';

/** The least the bot needs, each with the reason people may ask for. */
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
] as const;

/** Opens Discord's page that adds the bot to a guild. */
export function inviteLink(applicationId: string): string {
  const permissions = invitePermissions.reduce((bits, { bit }) => bits | bit, 0n);
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: `${OAuth2Scopes.Bot} ${OAuth2Scopes.ApplicationsCommands}`,
    permissions: permissions.toString(),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
