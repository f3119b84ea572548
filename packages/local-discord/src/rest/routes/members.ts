import { PermissionFlagsBits as P, type RESTPatchAPIGuildMemberJSONBody } from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { invalidForm, refusals } from '../../refusal.ts';
import { setMemberRoles } from '../../world/changes.ts';
import { guildPermissions, has, highestRolePosition } from '../../world/permissions.ts';
import type { GuildRecord, MemberRecord } from '../../world/records.ts';
import { memberView } from '../../world/views.ts';
import { channelAccess, guildAccess } from '../access.ts';
import { botRoute, nothing, ok, type Route } from '../route.ts';

const listMax = 1_000;

export function memberRoutes(platform: Platform): Route[] {
  const { world, announcer, voiceDesk } = platform;
  return [
    botRoute('GET', '/guilds/{guild_id}/members', ({ bot, params, query }) => {
      const guild = guildAccess(world, bot.id, params.guild_id);
      if (!bot.privilegedIntents) throw refusals.missingAccess();
      const { limit = '1', after = '0' } = query;
      const members = [...guild.members.values()].filter(({ userId }) => BigInt(userId) > BigInt(after));
      return ok(
        members.slice(0, Math.min(Number(limit), listMax)).map((member) => memberView(world, member)),
      );
    }),
    botRoute('GET', '/guilds/{guild_id}/members/{user_id}', ({ bot, params }) =>
      ok(memberView(world, memberOf(guildAccess(world, bot.id, params.guild_id), params.user_id))),
    ),
    botRoute('PATCH', '/guilds/{guild_id}/members/@me', ({ bot, params, json }) => {
      const guild = guildAccess(world, bot.id, params.guild_id, P.ChangeNickname);
      const member = memberOf(guild, bot.id);
      member.nick = json<{ nick?: string | null }>().nick || null;
      announcer.member(guild, member);
      return ok(memberView(world, member));
    }),
    botRoute('PATCH', '/guilds/{guild_id}/members/{user_id}', async ({ bot, params, json }) => {
      const guild = guildAccess(world, bot.id, params.guild_id);
      const member = memberOf(guild, params.user_id);
      await changeMember(platform, guild, bot.id, member, json<RESTPatchAPIGuildMemberJSONBody>());
      return ok(memberView(world, member));
    }),
    botRoute('DELETE', '/guilds/{guild_id}/members/{user_id}', ({ bot, params }) => {
      const guild = guildAccess(world, bot.id, params.guild_id, P.KickMembers);
      const { userId } = memberOf(guild, params.user_id);
      checkBelow(guild, bot.id, userId);
      voiceDesk.leave(guild, userId);
      guild.members.delete(userId);
      announcer.memberRemoved(guild, userId);
      return nothing();
    }),
    botRoute('PUT', '/guilds/{guild_id}/members/{user_id}/roles/{role_id}', ({ bot, params }) => {
      const { guild, member } = roleChange(platform, bot.id, params);
      setMemberRoles(platform, guild, member.userId, [...member.roleIds, params.role_id]);
      return nothing();
    }),
    botRoute('DELETE', '/guilds/{guild_id}/members/{user_id}/roles/{role_id}', ({ bot, params }) => {
      const { guild, member } = roleChange(platform, bot.id, params);
      const left = member.roleIds.filter((id) => id !== params.role_id);
      setMemberRoles(platform, guild, member.userId, left);
      return nothing();
    }),
  ];
}

async function changeMember(
  platform: Platform,
  guild: GuildRecord,
  botId: string,
  member: MemberRecord,
  body: RESTPatchAPIGuildMemberJSONBody,
): Promise<void> {
  checkChange(guild, botId, member, body);
  const { announcer, voiceDesk, world } = platform;
  const { nick, roles, mute, deaf, channel_id: channelId, communication_disabled_until: timeout } = body;
  if (nick !== undefined) member.nick = nick || null;
  if (timeout !== undefined) member.timeoutUntil = timeout;
  if (roles) member.roleIds = [...new Set(roles)];
  if (typeof mute === 'boolean') member.mute = mute;
  if (typeof deaf === 'boolean') member.deaf = deaf;
  if (typeof mute === 'boolean' || typeof deaf === 'boolean') {
    voiceDesk.change(guild, member.userId, { mute: member.mute, deaf: member.deaf });
  }
  if (channelId === null) voiceDesk.leave(guild, member.userId);
  if (channelId) {
    await voiceDesk.move(guild, member.userId, channelAccess(world, botId, channelId, P.Connect).channel);
  }
  announcer.member(guild, member);
}

/** Each field needs a right of its own; all are checked before the first is changed. */
function checkChange(
  guild: GuildRecord,
  botId: string,
  member: MemberRecord,
  body: RESTPatchAPIGuildMemberJSONBody,
): void {
  const permissions = guildPermissions(guild, botId);
  const need = (changes: boolean, bit: bigint): void => {
    if (changes && !has(permissions, bit)) throw refusals.missingPermissions();
  };
  const { nick, roles, mute, deaf, channel_id: channelId, communication_disabled_until: timeout } = body;
  need(nick !== undefined, P.ManageNicknames);
  need(roles !== undefined, P.ManageRoles);
  need(mute !== undefined, P.MuteMembers);
  need(deaf !== undefined, P.DeafenMembers);
  need(channelId !== undefined, P.MoveMembers);
  need(timeout !== undefined, P.ModerateMembers);
  if (nick !== undefined || timeout !== undefined) checkBelow(guild, botId, member.userId);
  const inVoice = guild.voiceStates.has(member.userId);
  if (!inVoice && (mute !== undefined || deaf !== undefined || channelId !== undefined))
    throw refusals.notInVoice();
  for (const roleId of changedRoles(member, roles)) checkRole(guild, botId, roleId);
}

function changedRoles(member: MemberRecord, roles: readonly string[] | null | undefined): string[] {
  if (!roles) return [];
  return [...new Set(roles).symmetricDifference(new Set(member.roleIds))];
}

function roleChange(
  { world }: Platform,
  botId: string,
  params: { guild_id: string; user_id: string; role_id: string },
): { guild: GuildRecord; member: MemberRecord } {
  const guild = guildAccess(world, botId, params.guild_id, P.ManageRoles);
  const member = memberOf(guild, params.user_id);
  checkRole(guild, botId, params.role_id);
  return { guild, member };
}

/** A role can be given and removed by members whose highest role is above it, unless an integration manages it. */
function checkRole(guild: GuildRecord, botId: string, roleId: string): void {
  const role = guild.roles.get(roleId);
  if (!role) throw refusals.unknownRole();
  if (role.id === guild.id) throw invalidForm('roles', 'INVALID_ROLE', 'Everybody has @everyone.');
  if (role.managed || role.position >= highestRolePosition(guild, botId)) throw refusals.missingPermissions();
}

function checkBelow(guild: GuildRecord, botId: string, userId: string): void {
  if (userId !== botId && highestRolePosition(guild, userId) >= highestRolePosition(guild, botId)) {
    throw refusals.missingPermissions();
  }
}

function memberOf(guild: GuildRecord, userId: string): MemberRecord {
  const member = guild.members.get(userId);
  if (!member) throw refusals.unknownMember();
  return member;
}
