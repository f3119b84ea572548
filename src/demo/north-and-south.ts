import type { GuildSeed, WorldSeed } from '@guildmesh/local-discord/contract';
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';

/**
 * The world of `npm start` and of the demo: two communities run by different people. Ids are fixed, so that a restarted
 * hub finds the guilds and channels it remembers.
 */
export const ids = {
  northBot: '1100000000000000001',
  southBot: '1100000000000000002',
  ada: '1100000000000000011',
  noor: '1100000000000000012',
  sol: '1100000000000000013',
  mika: '1100000000000000014',
  eve: '1100000000000000015',
  northGuild: '1100000000000000100',
  northGeneral: '1100000000000000101',
  northLounge: '1100000000000000103',
  southGuild: '1100000000000000200',
  southGeneral: '1100000000000000201',
  southLounge: '1100000000000000203',
  southStage: '1100000000000000204',
  annexGuild: '1100000000000000300',
  annexGeneral: '1100000000000000301',
  annexStudio: '1100000000000000303',
  strangersGuild: '1100000000000000400',
  strangersGeneral: '1100000000000000401',
  strangersLounge: '1100000000000000403',
} as const;

/** The rights that the invite link asks for (README, “Inviting the bot”). */
const hubPermissions =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.Connect |
  PermissionFlagsBits.Speak |
  PermissionFlagsBits.RequestToSpeak |
  PermissionFlagsBits.SetVoiceChannelStatus;

export function northAndSouth(tokens: { north: string; south: string }): WorldSeed {
  return {
    // Each community hosts its own hub: the application is its owner's, and nobody else may invite the bot.
    bots: [
      { id: ids.northBot, name: 'North Hub', token: tokens.north, application: { ownerId: ids.ada } },
      { id: ids.southBot, name: 'South Hub', token: tokens.south, application: { ownerId: ids.sol } },
    ],
    users: [
      { id: ids.ada, name: 'Ada' },
      { id: ids.noor, name: 'Noor' },
      { id: ids.sol, name: 'Sol' },
      { id: ids.mika, name: 'Mika' },
    ],
    guilds: [north(), south(), annex()],
  };
}

function north(): GuildSeed {
  return {
    id: ids.northGuild,
    name: 'North',
    ownerId: ids.ada,
    roles: [{ id: '1100000000000000110', name: 'Crew', permissions: 0n, color: 0x4a9eda }],
    channels: [
      { id: ids.northGeneral, name: 'general', type: ChannelType.GuildText },
      { id: '1100000000000000102', name: 'news', type: ChannelType.GuildAnnouncement },
      { id: ids.northLounge, name: 'Lounge', type: ChannelType.GuildVoice },
    ],
    members: [
      { userId: ids.ada, roleIds: [] },
      { userId: ids.noor, roleIds: ['1100000000000000110'] },
    ],
    bots: [{ botId: ids.northBot, permissions: hubPermissions }],
  };
}

function south(): GuildSeed {
  return {
    id: ids.southGuild,
    name: 'South',
    ownerId: ids.sol,
    roles: [
      {
        id: '1100000000000000210',
        name: 'Manager',
        permissions: PermissionFlagsBits.ManageGuild,
        color: 0xe08a3c,
      },
    ],
    channels: [
      { id: ids.southGeneral, name: 'general', type: ChannelType.GuildText },
      { id: '1100000000000000202', name: 'showcase', type: ChannelType.GuildForum },
      { id: ids.southLounge, name: 'Lounge', type: ChannelType.GuildVoice },
      { id: ids.southStage, name: 'Town hall', type: ChannelType.GuildStageVoice },
    ],
    members: [
      { userId: ids.sol, roleIds: [] },
      { userId: ids.mika, roleIds: ['1100000000000000210'] },
    ],
    bots: [{ botId: ids.southBot, permissions: hubPermissions }],
  };
}

function annex(): GuildSeed {
  return {
    id: ids.annexGuild,
    name: 'South Annex',
    ownerId: ids.sol,
    roles: [],
    channels: [
      { id: ids.annexGeneral, name: 'general', type: ChannelType.GuildText },
      { id: ids.annexStudio, name: 'Studio', type: ChannelType.GuildVoice },
    ],
    members: [
      { userId: ids.sol, roleIds: [] },
      { userId: ids.mika, roleIds: [] },
    ],
    bots: [{ botId: ids.southBot, permissions: hubPermissions }],
  };
}

/** The guilds that each hub is configured to serve. */
export const homeGuilds = {
  north: [ids.northGuild],
  south: [ids.southGuild, ids.annexGuild],
} as const;

/**
 * The same world with one more guild: Eve's. She belongs to neither community, and South's bot is in her guild because
 * it was invited while it was public.
 */
export function withStrangersGuild(seed: WorldSeed): WorldSeed {
  const stranger: GuildSeed = {
    id: ids.strangersGuild,
    name: 'Strangers',
    ownerId: ids.eve,
    roles: [],
    channels: [
      { id: ids.strangersGeneral, name: 'general', type: ChannelType.GuildText },
      { id: ids.strangersLounge, name: 'Lounge', type: ChannelType.GuildVoice },
    ],
    members: [{ userId: ids.eve, roleIds: [] }],
    bots: [{ botId: ids.southBot, permissions: hubPermissions }],
  };
  return {
    ...seed,
    users: [...seed.users, { id: ids.eve, name: 'Eve' }],
    guilds: [...seed.guilds, stranger],
  };
}
