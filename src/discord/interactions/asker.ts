import {
  type APIInteraction,
  type APIInteractionGuildMember,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import type { GuildMemberActor } from '#contracts/actor.ts';
import type { Hosting } from '#contracts/hosting.ts';
import { discordErrors } from '../errors.ts';

/** What the gateway's caches know that an interaction does not carry. */
export interface GuildFacts {
  /** Undefined for a guild the bot is not in. */
  guild(guildId: string): { name: string; ownerId: string } | undefined;
  memberVoiceChannelId(guildId: string, userId: string): string | undefined;
}

export interface Asker {
  actor: GuildMemberActor;
  guildName: string;
  /** The language the guild chose in Discord: "de", "en-GB". */
  guildLocale?: string;
}

/** The asker, from this interaction's own facts. Throws DISCORD_NOT_IN_GUILD in private messages and user installs. */
export function askerOf(
  interaction: APIInteraction,
  facts: GuildFacts,
  operators: Hosting['operators'],
): Asker {
  const { guild_id: guildId, member } = interaction;
  if (!guildId || !member) throw discordErrors.DISCORD_NOT_IN_GUILD();
  const guild = facts.guild(guildId);
  // An app installed by a user alone reaches us from guilds the bot never joined.
  if (!guild) throw discordErrors.DISCORD_NOT_IN_GUILD();

  const channelId = interaction.channel?.id;
  const voiceChannelId = facts.memberVoiceChannelId(guildId, member.user.id);
  const { guild_locale: guildLocale } = interaction;
  return {
    guildName: guild.name,
    ...(guildLocale && { guildLocale }),
    actor: {
      kind: 'guild-member',
      guildId,
      userId: member.user.id,
      displayName: member.nick ?? member.user.global_name ?? member.user.username,
      roleIds: member.roles,
      isGuildOwner: guild.ownerId === member.user.id,
      hasManageGuild: holdsManageGuild(member),
      isOperator: operators.isOperator(member.user.id),
      ...(channelId && { channelId }),
      ...(voiceChannelId && { voiceChannelId }),
    },
  };
}

export function userIdOf(interaction: APIInteraction): string {
  return interaction.member?.user.id ?? interaction.user?.id ?? '';
}

function holdsManageGuild(member: APIInteractionGuildMember): boolean {
  const bits = BigInt(member.permissions);
  return (bits & (PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator)) !== 0n;
}
