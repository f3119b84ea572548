import { type Actor, type GuildMemberActor, type Role, roles } from '#contracts/actor.ts';
import type { Grant, GrantStore } from '#contracts/grant-store.ts';
import type { RoleDirectory } from '#contracts/perform.ts';

/**
 * The strongest of what Discord itself says (guild owner, Manage Server) and what `/access grant` mapped to the
 * member's Discord roles. Everyone in the guild is at least a member; the hub itself is an owner.
 */
export function createRoleDirectory(grants: Pick<GrantStore, 'list'>): RoleDirectory {
  return {
    async roleOf(actor: Actor): Promise<Role | undefined> {
      if (actor.kind === 'system' || actor.kind === 'operator') return 'owner';
      // Nobody can say yet what its maker holds.
      if (actor.kind === 'api-token') return undefined;
      if (actor.isGuildOwner) return 'owner';
      return strongest([...mappedRoles(actor, await grants.list(actor.guildId)), 'member']);
    },
  };
}

function mappedRoles(actor: GuildMemberActor, grants: readonly Grant[]): Role[] {
  const held = grants.filter(
    // Discord leaves @everyone, whose id is the guild's, out of a member's roles.
    ({ discordRoleId }) => discordRoleId === actor.guildId || actor.roleIds.includes(discordRoleId),
  );
  return [...held.map(({ role }) => role), ...(actor.hasManageGuild ? ['manager' as const] : [])];
}

function strongest(held: readonly Role[]): Role {
  return roles.find((role) => held.includes(role)) ?? 'member';
}
