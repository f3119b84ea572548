import {
  GatewayDispatchEvents as E,
  PermissionFlagsBits as P,
  type RESTPostAPIGuildRoleJSONBody,
} from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { refusals } from '../../refusal.ts';
import { guildPermissions, has, highestRolePosition } from '../../world/permissions.ts';
import type { GuildRecord } from '../../world/records.ts';
import { makeRole } from '../../world/seed.ts';
import { guildView } from '../../world/views.ts';
import { guildAccess } from '../access.ts';
import { botRoute, nothing, ok, type Route } from '../route.ts';

export function roleRoutes(platform: Platform): Route[] {
  const { world, snowflakes, announcer } = platform;
  return [
    botRoute('GET', '/guilds/{guild_id}', ({ bot, params, query }) => {
      const guild = guildAccess(world, bot.id, params.guild_id);
      const counts =
        query.with_counts === 'true'
          ? { approximate_member_count: guild.members.size, approximate_presence_count: guild.members.size }
          : {};
      return ok({ ...guildView(guild), ...counts });
    }),
    botRoute('GET', '/guilds/{guild_id}/roles', ({ bot, params }) =>
      ok([...guildAccess(world, bot.id, params.guild_id).roles.values()]),
    ),
    botRoute('GET', '/guilds/{guild_id}/roles/{role_id}', ({ bot, params }) => {
      const role = guildAccess(world, bot.id, params.guild_id).roles.get(params.role_id);
      if (!role) throw refusals.unknownRole();
      return ok(role);
    }),
    botRoute('POST', '/guilds/{guild_id}/roles', ({ bot, params, json }) => {
      const guild = guildAccess(world, bot.id, params.guild_id, P.ManageRoles);
      const body = json<RESTPostAPIGuildRoleJSONBody>();
      checkGiven(guild, bot.id, body);
      const fields = {
        ...roleFields(body),
        name: body.name ?? 'new role',
        permissions: String(body.permissions ?? '0'),
      };
      const role = makeRole({ ...fields, id: snowflakes.next(), position: 1 });
      guild.roles.set(role.id, role);
      announcer.role(E.GuildRoleCreate, guild, role.id);
      return ok(role);
    }),
    botRoute('PATCH', '/guilds/{guild_id}/roles/{role_id}', ({ bot, params, json }) => {
      const guild = guildAccess(world, bot.id, params.guild_id, P.ManageRoles);
      const role = manageable(guild, bot.id, params.role_id);
      const body = json<RESTPostAPIGuildRoleJSONBody>();
      checkGiven(guild, bot.id, body);
      Object.assign(role, roleFields(body));
      if (body.name) role.name = body.name;
      if (body.permissions) role.permissions = String(body.permissions);
      announcer.role(E.GuildRoleUpdate, guild, role.id);
      return ok(role);
    }),
    botRoute('DELETE', '/guilds/{guild_id}/roles/{role_id}', ({ bot, params }) => {
      const guild = guildAccess(world, bot.id, params.guild_id, P.ManageRoles);
      const role = manageable(guild, bot.id, params.role_id);
      if (role.managed || role.id === guild.id) throw refusals.missingPermissions();
      guild.roles.delete(role.id);
      for (const member of guild.members.values()) {
        member.roleIds = member.roleIds.filter((id) => id !== role.id);
      }
      announcer.roleDeleted(guild, role.id);
      return nothing();
    }),
  ];
}

/** Nobody can grant rights that they don't have. */
function checkGiven(guild: GuildRecord, botId: string, body: RESTPostAPIGuildRoleJSONBody): void {
  const given = BigInt(body.permissions ?? 0);
  if (!has(guildPermissions(guild, botId), given)) throw refusals.missingPermissions();
}

/** Only roles below one's own highest. */
function manageable(guild: GuildRecord, botId: string, roleId: string) {
  const role = guild.roles.get(roleId);
  if (!role) throw refusals.unknownRole();
  if (role.position >= highestRolePosition(guild, botId)) throw refusals.missingPermissions();
  return role;
}

function roleFields(body: RESTPostAPIGuildRoleJSONBody): object {
  const { color, hoist, mentionable } = body;
  return {
    ...(typeof color === 'number'
      ? { color, colors: { primary_color: color, secondary_color: null, tertiary_color: null } }
      : {}),
    ...(typeof hoist === 'boolean' ? { hoist } : {}),
    ...(typeof mentionable === 'boolean' ? { mentionable } : {}),
  };
}
