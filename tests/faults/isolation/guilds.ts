import type { GuildSeed, MemberSession, Playground, WorldSeed } from '@guildmesh/local-discord/contract';
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { invitePermissions } from '#discord/invite-link.ts';
import { Place } from './place.ts';

export const botId = '3100000000000000001';
const botPermissions = invitePermissions.reduce((bits, { bit }) => bits | bit, 0n);

/** Home and annex are home guilds. Outside never was one; former was, and is none any more. */
export const placeNames = ['home', 'annex', 'outside', 'former'] as const;
export type PlaceName = (typeof placeNames)[number];
export type Places = Readonly<Record<PlaceName, Place>>;

const peoplePerGuild = 4;

/** Guilds of one bot whose people have nothing in common; the owner of the first one hosts the hub. */
export function fourGuilds(token: string): WorldSeed {
  const ownerId = idsOf('home').peopleIds[0] ?? '';
  const bot = { id: botId, name: 'Hub', token, application: { ownerId } };
  return {
    bots: [bot],
    users: placeNames.flatMap((name) => {
      const { peopleIds, speakerId } = idsOf(name);
      return [...peopleIds, speakerId].map((id, nth) => ({ id, name: `${name}${nth}` }));
    }),
    guilds: placeNames.map(guildOf),
  };
}

export function placesIn(playground: Playground): Places {
  const place = (name: PlaceName) => new Place(playground, { name, botId, ...idsOf(name) });
  return { home: place('home'), annex: place('annex'), outside: place('outside'), former: place('former') };
}

function idsOf(name: PlaceName) {
  const base = `310000000000000${placeNames.indexOf(name) + 1}`;
  return {
    guildId: `${base}000`,
    general: `${base}001`,
    lounge: `${base}002`,
    managerRoleId: `${base}003`,
    publisherRoleId: `${base}004`,
    speakerId: `${base}099`,
    peopleIds: Array.from({ length: peoplePerGuild }, (_, nth) => `${base}10${nth}`),
  };
}

/** Somebody who talks in the lounge, and types little. */
export function speakerIn(
  playground: Playground,
  name: PlaceName,
): { member: MemberSession; lounge: string } {
  const { guildId, lounge, speakerId } = idsOf(name);
  return { member: playground.as(speakerId, guildId), lounge };
}

function guildOf(name: PlaceName): GuildSeed {
  const { guildId, general, lounge, managerRoleId, publisherRoleId, peopleIds, speakerId } = idsOf(name);
  return {
    id: guildId,
    name,
    ownerId: peopleIds[0] ?? '',
    roles: [
      { id: managerRoleId, name: 'Managers', permissions: PermissionFlagsBits.ManageGuild },
      { id: publisherRoleId, name: 'Publishers', permissions: 0n },
    ],
    channels: [
      { id: general, name: 'general', type: ChannelType.GuildText },
      { id: lounge, name: 'Lounge', type: ChannelType.GuildVoice },
    ],
    members: [
      ...peopleIds.map((userId) => ({ userId, roleIds: [managerRoleId] })),
      { userId: speakerId, roleIds: [] },
    ],
    bots: [{ botId, permissions: botPermissions }],
  };
}
