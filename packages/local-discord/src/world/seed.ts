import type { APIRole, APIUser } from 'discord-api-types/v10';
import type { ChannelSeed, GuildSeed, WorldSeed } from '../contract.ts';
import { noFlags } from './no-flags.ts';
import { defaultEveryonePermissions } from './permissions.ts';
import type { BotRecord, ChannelRecord, GuildRecord, MemberRecord } from './records.ts';
import type { Snowflakes } from './snowflakes.ts';

export interface SeededWorld {
  bots: Map<string, BotRecord>;
  users: Map<string, APIUser>;
  guilds: Map<string, GuildRecord>;
}

export function growWorld(seed: WorldSeed, snowflakes: Snowflakes): SeededWorld {
  const users = new Map(seed.users.map((user) => [user.id, makeUser(user.id, user.name, false)]));
  const bots = new Map<string, BotRecord>();
  for (const bot of seed.bots) {
    const user = makeUser(bot.id, bot.name, true);
    users.set(bot.id, user);
    bots.set(bot.id, {
      id: bot.id,
      token: bot.token,
      privilegedIntents: bot.privilegedIntents ?? false,
      application: bot.application,
      user,
    });
  }
  const guilds = new Map(seed.guilds.map((guild) => [guild.id, makeGuild(guild, bots, snowflakes)]));
  return { bots, users, guilds };
}

export function makeRole(
  fields: Pick<APIRole, 'id' | 'name' | 'permissions' | 'position'> & Partial<APIRole>,
): APIRole {
  const color = fields.color ?? 0;
  return {
    color,
    colors: { primary_color: color, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: noFlags,
    ...fields,
  };
}

export function makeMember(userId: string, roleIds: string[]): MemberRecord {
  const joinedAt = new Date().toISOString();
  return { userId, roleIds, nick: null, joinedAt, timeoutUntil: null, mute: false, deaf: false };
}

export function makeChannel(guildId: string, seed: ChannelSeed, position: number): ChannelRecord {
  return {
    id: seed.id,
    guildId,
    type: seed.type,
    name: seed.name,
    position,
    parentId: seed.parentId ?? null,
    topic: null,
    nsfw: false,
    slowmodeS: 0,
    userLimit: seed.userLimit ?? 0,
    bitrate: seed.bitrate ?? 64_000,
    overwrites: (seed.overwrites ?? []).map((overwrite) => ({ ...overwrite })),
    lastMessageId: null,
    voiceStatus: null,
    tags: (seed.tags ?? []).map((tag) => ({ ...tag, emoji_id: null, emoji_name: null })),
    requiresTag: seed.requiresTag ?? false,
  };
}

function makeUser(id: string, name: string, bot: boolean): APIUser & { primary_guild: null } {
  return {
    id,
    username: name,
    global_name: bot ? null : name,
    discriminator: '0',
    avatar: null,
    flags: noFlags,
    public_flags: noFlags,
    primary_guild: null,
    ...(bot ? { bot: true } : {}),
  };
}

function makeGuild(seed: GuildSeed, bots: Map<string, BotRecord>, snowflakes: Snowflakes): GuildRecord {
  const guild: GuildRecord = {
    id: seed.id,
    name: seed.name,
    ownerId: seed.ownerId,
    systemChannelId: seed.systemChannelId ?? null,
    roles: new Map(),
    channels: new Map(
      seed.channels.map((channel, index) => [channel.id, makeChannel(seed.id, channel, index)]),
    ),
    members: new Map(
      seed.members.map((member) => [member.userId, makeMember(member.userId, [...member.roleIds])]),
    ),
    botIds: new Set(seed.bots.map((bot) => bot.botId)),
    voiceStates: new Map(),
    stages: new Map(),
  };
  const everyone = defaultEveryonePermissions.toString();
  guild.roles.set(seed.id, makeRole({ id: seed.id, name: '@everyone', permissions: everyone, position: 0 }));
  seed.roles.forEach((role, index) => {
    const { permissions, ...rest } = role;
    guild.roles.set(
      role.id,
      makeRole({
        position: role.id === seed.id ? 0 : index + 1,
        ...rest,
        permissions: permissions.toString(),
      }),
    );
  });
  if (!guild.members.has(seed.ownerId)) guild.members.set(seed.ownerId, makeMember(seed.ownerId, []));
  for (const invited of seed.bots) inviteBot(guild, invited, bots, snowflakes);
  return guild;
}

/** With a managed role of its own, as an invitation makes one. */
export function inviteBot(
  guild: GuildRecord,
  invited: GuildSeed['bots'][number],
  bots: ReadonlyMap<string, BotRecord>,
  snowflakes: Snowflakes,
): void {
  const bot = bots.get(invited.botId);
  if (!bot) throw new Error(`The world seed invites bot ${invited.botId}, but lists no such bot.`);
  const managed = makeRole({
    id: snowflakes.next(),
    name: bot.user.username,
    permissions: invited.permissions.toString(),
    position: guild.roles.size,
    managed: true,
    tags: { bot_id: bot.id },
  });
  guild.roles.set(managed.id, managed);
  guild.members.set(bot.id, makeMember(bot.id, [managed.id]));
}
