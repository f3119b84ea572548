/** The smallest world that a bot can be tried in. */
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import type { WorldSeed } from './contract.ts';

/** Fixed, so that scripts can name them. */
export const oneGuildIds = {
  /** The bot's user and its application. */
  bot: '1000000000000000001',
  owner: '1000000000000000002',
  member: '1000000000000000003',
  guild: '1000000000000000010',
  general: '1000000000000000011',
  lounge: '1000000000000000012',
} as const;

const allPermissions = Object.values(PermissionFlagsBits).reduce((all, one) => all | one, 0n);

/**
 * One guild with a text and a voice channel, its owner, a member, and the bot that logs in with `token`: with both
 * privileged intents, and all permissions unless others are given.
 */
export function oneGuild(init: { token: string; permissions?: bigint }): WorldSeed {
  const { token, permissions = allPermissions } = init;
  const { bot, owner, member, guild, general, lounge } = oneGuildIds;
  return {
    bots: [{ id: bot, name: 'Bot', token, privilegedIntents: true, application: { ownerId: owner } }],
    users: [
      { id: owner, name: 'Olive' },
      { id: member, name: 'Mo' },
    ],
    guilds: [
      {
        id: guild,
        name: 'Workshop',
        ownerId: owner,
        roles: [],
        channels: [
          { id: general, name: 'general', type: ChannelType.GuildText },
          { id: lounge, name: 'Lounge', type: ChannelType.GuildVoice },
        ],
        members: [
          { userId: owner, roleIds: [] },
          { userId: member, roleIds: [] },
        ],
        bots: [{ botId: bot, permissions }],
      },
    ],
  };
}
