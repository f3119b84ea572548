import type { GuildSeed, WorldSeed } from '@guildmesh/local-discord/contract';
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { invitePermissions, optionalPermissions } from '#discord/invite-link.ts';

export const botId = '200000000000000001';
export const botToken = 'playground.a-token-for-tests-only';

export const home = '300000000000000001';
/** The bot is in this guild too. */
export const elsewhere = '300000000000000002';

export const people = {
  owner: '100000000000000001',
  manager: '100000000000000002',
  publisher: '100000000000000003',
  member: '100000000000000004',
  stranger: '100000000000000005',
  dj: '100000000000000006',
} as const;
export type Person = keyof typeof people;

export const discordRoles = {
  managers: '400000000000000002',
  publishers: '400000000000000003',
  djs: '400000000000000004',
} as const;

export const channels = {
  general: '500000000000000001',
  lounge: '500000000000000002',
  stage: '500000000000000003',
  hidden: '500000000000000004',
  small: '500000000000000005',
  elsewhereGeneral: '500000000000000011',
  elsewhereLounge: '500000000000000012',
} as const;

const botPermissions = [...invitePermissions, ...optionalPermissions].reduce(
  (bits, { bit }) => bits | bit,
  0n,
);

/** `everyone`: what @everyone may at home, Discord's defaults if absent. */
export function seed(permissions: bigint = botPermissions, everyone?: bigint): WorldSeed {
  return {
    bots: [{ id: botId, name: 'North Bot', token: botToken, application: { ownerId: people.owner } }],
    users: Object.entries(people).map(([name, id]) => ({ id, name })),
    guilds: [homeSeed(permissions, everyone), elsewhereSeed(permissions)],
  };
}

function homeSeed(permissions: bigint, everyone: bigint | undefined): GuildSeed {
  return {
    id: home,
    name: 'Home',
    ownerId: people.owner,
    roles: [
      ...(everyone === undefined ? [] : [{ id: home, name: '@everyone', permissions: everyone }]),
      { id: discordRoles.managers, name: 'Managers', permissions: PermissionFlagsBits.ManageGuild },
      { id: discordRoles.publishers, name: 'Publishers', permissions: 0n },
      { id: discordRoles.djs, name: 'DJs', permissions: 0n },
    ],
    channels: [
      { id: channels.general, name: 'general', type: ChannelType.GuildText },
      { id: channels.lounge, name: 'Lounge', type: ChannelType.GuildVoice },
      { id: channels.stage, name: 'Stage', type: ChannelType.GuildStageVoice },
      {
        id: channels.hidden,
        name: 'Hidden',
        type: ChannelType.GuildVoice,
        overwrites: [
          { id: botId, type: 1, allow: 0n, deny: PermissionFlagsBits.Connect | PermissionFlagsBits.Speak },
        ],
      },
      { id: channels.small, name: 'Small', type: ChannelType.GuildVoice, userLimit: 1 },
    ],
    members: [
      { userId: people.owner, roleIds: [] },
      { userId: people.manager, roleIds: [discordRoles.managers] },
      { userId: people.publisher, roleIds: [discordRoles.publishers] },
      { userId: people.dj, roleIds: [discordRoles.djs] },
      { userId: people.member, roleIds: [] },
    ],
    bots: [{ botId, permissions }],
  };
}

function elsewhereSeed(permissions: bigint): GuildSeed {
  return {
    id: elsewhere,
    name: 'Elsewhere',
    ownerId: people.stranger,
    // The same names as at home, so that the same words can be typed.
    roles: [{ id: '400000000000000013', name: 'Publishers', permissions: 0n }],
    channels: [
      { id: channels.elsewhereGeneral, name: 'general', type: ChannelType.GuildText },
      { id: channels.elsewhereLounge, name: 'Lounge', type: ChannelType.GuildVoice },
    ],
    members: [
      { userId: people.stranger, roleIds: [] },
      { userId: people.manager, roleIds: [] },
    ],
    bots: [{ botId, permissions }],
  };
}
