import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { PlaygroundInit, WorldSeed } from '../../../packages/local-discord/src/contract.ts';

/** Ids of the small world: one guild with an owner, a member, a moderator, and one bot; a second bot and guild beside it. */
export const ids = {
  bot: '200000000000000001',
  otherBot: '200000000000000002',
  owner: '300000000000000001',
  member: '300000000000000002',
  moderator: '300000000000000003',
  guild: '400000000000000001',
  otherGuild: '400000000000000002',
  moderatorRole: '500000000000000001',
  listenerRole: '500000000000000002',
  text: '600000000000000001',
  secret: '600000000000000002',
  voice: '600000000000000003',
  stage: '600000000000000004',
  news: '600000000000000005',
  forum: '600000000000000006',
  small: '600000000000000007',
  otherText: '600000000000000008',
} as const;

// discord.js cuts a leading "Bot" off a token.
export const smallWorldToken = 'small-world-token-of-hub';
export const otherToken = 'small-world-token-of-privileged';

export const smallWorldPermissions =
  P.ViewChannel |
  P.SendMessages |
  P.EmbedLinks |
  P.AttachFiles |
  P.ReadMessageHistory |
  P.AddReactions |
  P.Connect |
  P.Speak;

export function smallWorld(botPermissions: bigint = smallWorldPermissions): WorldSeed {
  return {
    bots: [
      { id: ids.bot, name: 'Hub', token: smallWorldToken, application: { ownerId: ids.owner } },
      {
        id: ids.otherBot,
        name: 'Privileged',
        token: otherToken,
        privilegedIntents: true,
        application: { ownerId: ids.owner },
      },
    ],
    users: [
      { id: ids.owner, name: 'Olga' },
      { id: ids.member, name: 'Mika' },
      { id: ids.moderator, name: 'Mo' },
    ],
    guilds: [
      {
        id: ids.guild,
        name: 'North',
        ownerId: ids.owner,
        roles: [
          {
            id: ids.moderatorRole,
            name: 'Moderator',
            permissions: P.ManageGuild | P.ManageMessages,
            position: 2,
          },
          { id: ids.listenerRole, name: 'Listener', permissions: 0n, position: 1 },
        ],
        channels: [
          { id: ids.text, name: 'general', type: ChannelType.GuildText },
          {
            id: ids.secret,
            name: 'secret',
            type: ChannelType.GuildText,
            overwrites: [{ id: ids.guild, type: 0, allow: 0n, deny: P.ViewChannel }],
          },
          { id: ids.voice, name: 'Lounge', type: ChannelType.GuildVoice },
          { id: ids.small, name: 'Closet', type: ChannelType.GuildVoice, userLimit: 1 },
          { id: ids.stage, name: 'Town Hall', type: ChannelType.GuildStageVoice },
          { id: ids.news, name: 'news', type: ChannelType.GuildAnnouncement },
          { id: ids.forum, name: 'ideas', type: ChannelType.GuildForum },
        ],
        members: [
          { userId: ids.owner, roleIds: [] },
          { userId: ids.member, roleIds: [ids.listenerRole] },
          { userId: ids.moderator, roleIds: [ids.moderatorRole] },
        ],
        bots: [
          { botId: ids.bot, permissions: botPermissions },
          { botId: ids.otherBot, permissions: botPermissions },
        ],
      },
      {
        id: ids.otherGuild,
        name: 'South',
        ownerId: ids.owner,
        roles: [],
        channels: [{ id: ids.otherText, name: 'general', type: ChannelType.GuildText }],
        members: [{ userId: ids.owner, roleIds: [] }],
        bots: [{ botId: ids.bot, permissions: botPermissions }],
      },
    ],
  };
}

export type WorldOptions = Partial<Omit<PlaygroundInit, 'seed'>> & { seed?: WorldSeed };
